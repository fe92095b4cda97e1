package io.tokensweep.analysis.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tokensweep.analysis.compare.SideTrials.Measured;
import io.tokensweep.store.SessionMedians;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OtherWorkTest {
  private final Map<String, List<SessionMedians>> sessions = new HashMap<>();
  private final OtherWork otherWork = new OtherWork(run -> sessions.get(run.runId()));

  private List<Measured> run(String id, double... loads) {
    sessions.put(
        id,
        IntStream.range(0, loads.length)
            .mapToObj(
                i ->
                    new SessionMedians(
                        id,
                        "session-" + i,
                        i,
                        "none",
                        0.1,
                        Map.of("none", 0.1),
                        Set.of("none"),
                        Map.of(),
                        Double.isNaN(loads[i])
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(loads[i])))
            .toList());
    return List.of(TimedRun.row(id, "none"));
  }

  private Optional<String> warning(List<Measured> base, List<Measured> head) {
    otherWork.add(new Company.Runs(base, head));
    otherWork.add(new Company.Runs(base, head)); // of another trial of the same sessions
    return otherWork.warning(0.05);
  }

  @Test
  void aBusierMachineIsSaid() {
    assertEquals(
        Optional.of(
            "other work took 2 % of the machine's time while the base was timed, 45 % while the"
                + " head was: ratios of times can differ by that alone"),
        warning(run("base", 0.01, 0.02, 0.03, 0.02), run("head", 0.5, 0.4, 0.45, 0.45)));
  }

  @Test
  void asBusyAMachineIsNot() {
    assertEquals(
        Optional.empty(),
        warning(run("base", 0.3, 0.02, 0.5, 0.1), run("head", 0.4, 0.01, 0.3, 0.2)));
  }

  @Test
  void lessThanIsKnownOfALoadIsNot() {
    assertEquals(
        Optional.empty(),
        warning(run("base", 0.01, 0.02, 0.03, 0.02), run("head", 0.08, 0.09, 0.07, 0.08)));
  }

  @Test
  void fewerSessionsThanTellAreNot() {
    assertEquals(Optional.empty(), warning(run("base", 0.01, 0.02), run("head", 0.8, 0.9)));
  }

  @Test
  void whatIsNotKnownIsNot() {
    assertEquals(
        Optional.empty(), warning(run("base", Double.NaN, Double.NaN), run("head", 0.8, 0.9)));
  }
}
