package io.tokensweep.analysis.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JudgeTest {
  private List<Change> judge(Criteria criteria, double[]... sides) {
    TimedSessions sessions = new TimedSessions(run -> List.of(), run -> List.of(), criteria);
    List<Evidence> evidence =
        IntStream.range(0, sides.length / 2)
            .mapToObj(
                i ->
                    sessions.evidence(
                        Metric.THROUGHPUT, Repeats.SESSIONS, 1, 1, sides[2 * i], sides[2 * i + 1]))
            .toList();
    return new Judge(criteria).judge(evidence);
  }

  /** Logarithms of speeds of sessions with a spread of one percent. */
  private static double[] sessions(int number, double percent, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, number)
        .mapToDouble(i -> Math.log1p(percent / 100) + 0.01 * random.nextGaussian())
        .toArray();
  }

  private Change one(double percent, int sessions) {
    return judge(Criteria.USUAL, sessions(sessions, 0, 1), sessions(sessions, percent, 2)).get(0);
  }

  @Test
  void fiveProcentIsSeenInTenSessions() {
    assertEquals(Verdict.WORSE, one(-5, 10).verdict());
    assertEquals(Verdict.BETTER, one(5, 10).verdict());
    assertEquals(-5, one(-5, 10).effect().value(), 1.5);
  }

  @Test
  void nothingIsCalledTheSameWhenThatIsSure() {
    assertEquals(Verdict.SAME, one(0, 10).verdict());
  }

  @Test
  void fewSessionsDecideNothingAndSayHowManyWould() {
    Change change = one(-5, 2);
    assertEquals(Verdict.UNDECIDED, change.verdict());
    assertEquals(2, change.repeated().orElseThrow().times());
    int needed = change.repeated().orElseThrow().needed().getAsInt();
    assertTrue(needed >= 4 && needed <= 6, () -> "needed " + needed);
  }

  @Test
  void oneSessionIsNotTested() {
    Change change = one(-50, 1);
    assertEquals(Verdict.UNDECIDED, change.verdict());
    assertTrue(change.p().isEmpty());
    assertEquals(1, change.repeated().orElseThrow().times());
  }

  @Test
  void whatIsSureAndSmallIsNoRegression() {
    double[] base = IntStream.range(0, 12).mapToDouble(i -> 1e-5 * i).toArray();
    double[] head = IntStream.range(0, 12).mapToDouble(i -> 1e-5 * i - 0.01).toArray();
    Change change = judge(Criteria.USUAL, base, head).get(0);
    assertTrue(change.adjusted().getAsDouble() < 1e-4);
    assertEquals(Verdict.SAME, change.verdict(), "one percent, of which two would count");
    Criteria strict =
        new Criteria(
            0.05, 0.8, Map.of(Metric.THROUGHPUT, 0.5), Map.of(), Set.of(Metric.THROUGHPUT));
    assertEquals(Verdict.WORSE, judge(strict, base, head).get(0).verdict());
  }

  @Test
  void manyTestsNeedMoreOfEach() {
    double[] base = {0, 0.001, 0.002, 0.003};
    double[] head = {-0.1, -0.101, -0.102, -0.103};
    assertEquals(Verdict.WORSE, judge(Criteria.USUAL, base, head).get(0).verdict(), "2/70");
    List<Change> two = judge(Criteria.USUAL, base, head, base, base);
    assertEquals(Verdict.UNDECIDED, two.get(0).verdict(), "4/70");
    assertEquals(2 * two.get(0).p().getAsDouble(), two.get(0).adjusted().getAsDouble(), 1e-12);
  }

  @Test
  void recommendedSessionsDecideAsOftenAsPromised() {
    Criteria criteria = Criteria.USUAL;
    int needed = new SessionPlan(criteria, 1).needed(Metric.THROUGHPUT, -5, 3);
    int decided = 0;
    int rounds = 400;
    for (int round = 0; round < rounds; round++) {
      Random random = new Random(round);
      double[] base = random.doubles(needed).map(u -> 0.03 * random.nextGaussian()).toArray();
      double[] head =
          random.doubles(needed).map(u -> 0.03 * random.nextGaussian() - 0.05).toArray();
      decided += judge(criteria, base, head).get(0).verdict() == Verdict.WORSE ? 1 : 0;
    }
    // four standard errors of 400 rounds below the promise, and not wastefully above it
    assertTrue(decided >= rounds * 0.72 && decided <= rounds * 0.93, "decided " + decided);
  }

  /** However far apart the sides are. */
  @Test
  void theSpreadIsThatWithinTheSides() {
    TimedSessions sessions = new TimedSessions(run -> List.of(), run -> List.of(), Criteria.USUAL);
    Evidence evidence =
        sessions.evidence(
            Metric.LATENCY,
            Repeats.SESSIONS,
            1,
            1,
            new double[] {0.01, 0.03},
            new double[] {1, 1.01, 1.02});
    // squares 0.0002 and 0.0002 with one and two degrees of freedom
    assertEquals(100 * Math.sqrt(0.0004 / 3), evidence.sample().orElseThrow().deviation(), 1e-12);
    assertEquals(2, evidence.sample().orElseThrow().fewer());
  }
}
