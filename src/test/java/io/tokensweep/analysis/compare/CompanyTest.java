package io.tokensweep.analysis.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.analysis.compare.SideTrials.Measured;
import io.tokensweep.store.SessionMedians;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CompanyTest {
  private final Map<String, List<SessionMedians>> sessions = new HashMap<>();
  private final Company company = new Company(run -> sessions.get(run.runId()));

  /** A run of a trial that was timed in so many sessions together with others. */
  private Measured run(String id, int times, String... others) {
    Map<String, Double> seconds =
        Stream.concat(Stream.of("none", "evit"), Stream.of(others))
            .collect(Collectors.toMap(trial -> trial, trial -> 0.1));
    sessions.put(
        id,
        IntStream.range(0, times)
            .mapToObj(
                i ->
                    new SessionMedians(
                        id,
                        "session-" + i,
                        i,
                        "none",
                        0.1,
                        seconds,
                        seconds.keySet(),
                        Map.of(),
                        OptionalDouble.empty()))
            .toList());
    return TimedRun.row(id, "evit");
  }

  private static String ids(List<Measured> runs) {
    return runs.stream().map(run -> run.run().runId()).collect(Collectors.joining(" "));
  }

  @Test
  void aRunOfChosenTrialsIsNotPooledWithRunsOfTheWholeSweep() {
    List<Measured> base = List.of(run("whole", 10, "bat", "tome"));
    List<Measured> head =
        List.of(
            run("chosen", 40), run("first", 10, "bat", "tome"), run("second", 10, "tome", "bat"));
    Company.Runs alike = company.alike(base, head);
    assertEquals("whole", ids(alike.base()));
    assertEquals("first second", ids(alike.head()));
    assertTrue(company.warning().isEmpty());
  }

  @Test
  void ofTwoThatBothSidesHaveTheOneWithMoreSessionsCounts() {
    List<Measured> base = List.of(run("a", 2, "bat"), run("b", 10));
    List<Measured> head = List.of(run("c", 5), run("d", 50, "bat"));
    Company.Runs alike = company.alike(base, head);
    assertEquals("b", ids(alike.base()));
    assertEquals("c", ids(alike.head()));
  }

  @Test
  void asOftenTheLargerOneCounts() {
    List<Measured> base = List.of(run("a", 5), run("b", 5, "bat"));
    List<Measured> head = List.of(run("c", 5), run("d", 5, "bat"));
    assertEquals("b", ids(company.alike(base, head).base()));
  }

  @Test
  void whereNoneIsCommonAllCountAndItIsSaid() {
    List<Measured> base = List.of(run("a", 5, "bat"));
    List<Measured> head = List.of(run("b", 5), run("c", 5, "tome"));
    Company.Runs alike = company.alike(base, head);
    assertEquals("a", ids(alike.base()));
    assertEquals("b c", ids(alike.head()));
    String warning = company.warning().orElseThrow();
    assertTrue(warning.startsWith("1 of the compared trials"), warning);
  }

  @Test
  void runsOfWhichNoSessionIsKnownAreLeftOutWhereOthersAreAlike() {
    List<Measured> base = List.of(run("old", 0), run("a", 1, "bat"));
    List<Measured> head = List.of(run("older", 0), run("b", 1, "bat"));
    Company.Runs alike = company.alike(base, head);
    assertEquals("a", ids(alike.base()));
    assertEquals("b", ids(alike.head()));
  }

  @Test
  void ofSidesWithoutSessionsNothingIsSaid() {
    Company.Runs alike = company.alike(List.of(run("a", 0)), List.of(run("b", 5)));
    assertEquals("a", ids(alike.base()));
    assertEquals("b", ids(alike.head()));
    assertTrue(company.warning().isEmpty());
  }
}
