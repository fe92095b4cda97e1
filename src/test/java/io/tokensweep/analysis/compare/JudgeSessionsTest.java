package io.tokensweep.analysis.compare;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.analysis.compare.TimedRun.Medians;
import io.tokensweep.analysis.compare.TimedRun.Session;
import io.tokensweep.spark.GatheredSession;
import io.tokensweep.store.Bootstrap;
import io.tokensweep.store.UnitCommit.ThroughputSample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the comparison says of the sessions that {@code GatherSessionsTest} measured into {@code
 * -Dcampaign.folder}, as the tables of {@code docs/statistics.md}.
 */
@Tag("campaign")
class JudgeSessionsTest {
  private static final int DRAWS = 1000;
  private static final int[] SIZES = {5, 10, 20};

  /** Sessions of one run where sides are measured in turn. */
  private static final int RUN = 5;

  private final Map<String, List<Session>> byBuild = new TreeMap<>();

  @Test
  void measuredSessionsAreJudged() throws IOException {
    Path file = Path.of(System.getProperty("campaign.folder", "target/campaign"), "sessions.jsonl");
    for (GatheredSession session : GatheredSession.read(file)) {
      byBuild.computeIfAbsent(session.build(), any -> new ArrayList<>()).add(session(session));
    }
    assertTrue(byBuild.containsKey("unchanged"), file + " has no sessions of unchanged code");
    byBuild.forEach((build, list) -> System.out.printf("%d sessions of %s%n", list.size(), build));
    List<Session> equal = byBuild.remove("unchanged");
    spread(equal);
    equal(equal);
    changed(equal);
  }

  private static Session session(GatheredSession gathered) {
    List<ThroughputSample> samples = gathered.commit().throughput();
    return new Session(
        samples.get(0).speed().limit(), medians(samples.get(0)), medians(samples.get(1)));
  }

  private static Medians medians(ThroughputSample sample) {
    return new Medians(
        median(sample.seconds()), median(sample.latencies()), Collections.min(sample.memory()));
  }

  private static double median(List<Double> values) {
    return Bootstrap.percentile(values.stream().mapToDouble(Double::doubleValue).toArray(), 50);
  }

  private static void spread(List<Session> sessions) {
    System.out.println();
    System.out.println("| of a session | spread, % | autocorrelation at 1, 2, 5, 10 |");
    System.out.println("|---|--:|---|");
    series("unreduced, batch", sessions, s -> s.none().batch());
    series("unreduced, image", sessions, s -> s.none().image());
    series("unreduced × limit", sessions, s -> s.none().batch() * s.limit());
    series("limit", sessions, Session::limit);
    series("method / unreduced, batch", sessions, s -> s.method().batch() / s.none().batch());
    series("method / unreduced, image", sessions, s -> s.method().image() / s.none().image());
  }

  private static void series(
      String name, List<Session> sessions, java.util.function.ToDoubleFunction<Session> value) {
    double[] logs = sessions.stream().mapToDouble(value).map(Math::log).toArray();
    double mean = IntStream.range(0, logs.length).mapToDouble(i -> logs[i]).average().orElseThrow();
    double variance = 0;
    for (double x : logs) {
      variance += (x - mean) * (x - mean);
    }
    StringBuilder lags = new StringBuilder();
    for (int lag : new int[] {1, 2, 5, 10}) {
      double sum = 0;
      for (int i = lag; i < logs.length; i++) {
        sum += (logs[i] - mean) * (logs[i - lag] - mean);
      }
      lags.append("%.2f ".formatted(sum / variance));
    }
    System.out.printf(
        "| %s | %.2f | %s|%n", name, 100 * Math.sqrt(variance / (logs.length - 1)), lags);
  }

  private static List<List<Change>> compare(List<Session> base, List<Session> head) {
    return TimedRun.compare(
        List.of(new TimedRun("base", base)), List.of(new TimedRun("head", head)), Criteria.USUAL);
  }

  private static boolean isAlarm(Change change) {
    return change.verdict() == Verdict.WORSE || change.verdict() == Verdict.BETTER;
  }

  /** Of which verdicts there were how many. */
  private static final class Tally {
    private final Map<String, Integer> alarms = new LinkedHashMap<>();
    private int of;

    void add(List<List<Change>> trials) {
      of++;
      boolean any = false;
      for (int i = 0; i < trials.size(); i++) {
        for (Change change : trials.get(i)) {
          boolean alarm = isAlarm(change);
          any |= alarm;
          alarms.merge(
              TimedRun.TRIALS.get(i) + " " + change.metric().key(), alarm ? 1 : 0, Integer::sum);
        }
      }
      alarms.merge("any", any ? 1 : 0, Integer::sum);
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder("| " + of);
      alarms.forEach(
          (what, hits) -> text.append(" | ").append(what).append(": ").append(new Share(hits, of)));
      return text + " |";
    }
  }

  private static boolean isAnyAlarm(List<List<Change>> trials) {
    return trials.stream().flatMap(List::stream).anyMatch(JudgeSessionsTest::isAlarm);
  }

  private static void equal(List<Session> sessions) {
    System.out.println();
    System.out.println("| sessions | which | comparisons | alarms of each metric, of any |");
    System.out.println("|--:|---|--:|---|");
    for (int size : SIZES) {
      int blocks = sessions.size() / size;
      Tally pairs = new Tally();
      double[][] alarms = new double[blocks][blocks];
      for (int i = 0; i < blocks; i++) {
        for (int j = i + 1; j < blocks; j++) {
          List<List<Change>> trials = compare(block(sessions, i, size), block(sessions, j, size));
          pairs.add(trials);
          alarms[i][j] = isAnyAlarm(trials) ? 1 : 0;
          alarms[j][i] = alarms[i][j];
        }
      }
      Tally drawn = new Tally();
      Random random = new Random(size);
      for (int i = 0; i < DRAWS && 2 * size <= sessions.size(); i++) {
        List<Session> shuffled = new ArrayList<>(sessions);
        Collections.shuffle(shuffled, random);
        drawn.add(compare(shuffled.subList(0, size), shuffled.subList(size, 2 * size)));
      }
      System.out.printf("| %d | one after the other %s%n", size, neighbours(sessions, size));
      System.out.printf("| %d | in turn, five by five %s%n", size, inTurn(sessions, size));
      System.out.printf("| %d | all pairs of blocks %s%n", size, pairs);
      if (blocks > 2) {
        System.out.printf("by resampling the %d blocks: %s%n", blocks, resampled(alarms));
        System.out.printf("the gate closes: %s%n", resampled(closed(sessions, size)));
      }
      System.out.printf("| %d | drawn at random %s%n", size, drawn);
    }
  }

  /** The head right behind the base; windows overlap. */
  private static Tally neighbours(List<Session> sessions, int size) {
    Tally tally = new Tally();
    for (int from = 0; from + 2 * size <= sessions.size(); from += RUN) {
      int middle = from + size;
      tally.add(compare(sessions.subList(from, middle), sessions.subList(middle, middle + size)));
    }
    return tally;
  }

  /**
   * Both sides measured in turn, as {@code RUNS} of {@code regression.sh} does; windows overlap.
   */
  private static Tally inTurn(List<Session> sessions, int size) {
    Tally tally = new Tally();
    for (int from = 0; from + 2 * size <= sessions.size(); from += RUN) {
      List<Session> base = new ArrayList<>();
      List<Session> head = new ArrayList<>();
      for (int i = 0; i < 2 * size; i++) {
        (i / RUN % 2 == 0 ? base : head).add(sessions.get(from + i));
      }
      tally.add(compare(base, head));
    }
    return tally;
  }

  /**
   * For each pair of blocks as base and head the share of other blocks as fresh sessions with which
   * the gate closes: something is worse, and again in fresh sessions.
   */
  private static double[][] closed(List<Session> sessions, int size) {
    int blocks = sessions.size() / size;
    Map<List<Integer>, Set<String>> worse = new HashMap<>();
    for (int i = 0; i < blocks; i++) {
      for (int j = 0; j < blocks; j++) {
        if (i != j) {
          worse.put(
              List.of(i, j), worse(compare(block(sessions, i, size), block(sessions, j, size))));
        }
      }
    }
    double[][] closed = new double[blocks][blocks];
    worse.forEach(
        (pair, found) -> {
          int i = pair.get(0);
          int j = pair.get(1);
          for (int fresh = 0; fresh < blocks; fresh++) {
            if (fresh != i && fresh != j) {
              Set<String> again = worse.get(List.of(i, fresh));
              closed[i][j] += found.stream().anyMatch(again::contains) ? 1.0 / (blocks - 2) : 0;
            }
          }
        });
    return closed;
  }

  private static Set<String> worse(List<List<Change>> trials) {
    Set<String> worse = new HashSet<>();
    for (int i = 0; i < trials.size(); i++) {
      for (Change change : trials.get(i)) {
        if (change.verdict() == Verdict.WORSE) {
          worse.add(TimedRun.TRIALS.get(i) + " " + change.metric().key());
        }
      }
    }
    return worse;
  }

  /**
   * Mean over the pairs of blocks, and its 95 % interval. Pairs with a block in common are not
   * independent, so whole blocks are drawn again.
   *
   * @param alarms of each block as base with each as head, 0 to 1
   */
  private static String resampled(double[][] alarms) {
    Random random = new Random(0);
    double[] shares = new double[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      shares[draw] = mean(alarms, random.ints(alarms.length, 0, alarms.length).toArray());
    }
    return "%.1f %% (%.1f–%.1f)"
        .formatted(
            mean(alarms, IntStream.range(0, alarms.length).toArray()),
            Bootstrap.percentile(shares, 2.5),
            Bootstrap.percentile(shares, 97.5));
  }

  /** In percent, over all pairs of different blocks. */
  private static double mean(double[][] alarms, int[] blocks) {
    int of = 0;
    double sum = 0;
    for (int i : blocks) {
      for (int j : blocks) {
        of += i == j ? 0 : 1;
        sum += i == j ? 0 : alarms[i][j];
      }
    }
    return of == 0 ? 0 : 100 * sum / of;
  }

  private static List<Session> block(List<Session> sessions, int block, int size) {
    return sessions.subList(block * size, (block + 1) * size);
  }

  /** Which of the builds that are worse are found, and how often anything else is called worse. */
  private void changed(List<Session> equal) {
    System.out.println();
    byBuild.forEach(
        (build, sessions) -> {
          Metric metric =
              build.startsWith(GatheredSession.LEAKING) ? Metric.MEMORY : Metric.THROUGHPUT;
          for (int size : SIZES) {
            Random random = new Random(size);
            int found = 0;
            int either = 0;
            Tally unreduced = new Tally();
            int draws = 0;
            for (; draws < DRAWS && size <= Math.min(equal.size(), sessions.size()); draws++) {
              List<List<Change>> trials =
                  compare(draw(equal, size, random), draw(sessions, size, random));
              unreduced.add(trials.subList(0, 1));
              boolean method = has(trials.get(1), change -> isWorse(change, metric));
              found += method ? 1 : 0;
              either += method || has(trials.get(0), change -> isWorse(change, metric)) ? 1 : 0;
            }
            if (draws > 0) {
              System.out.printf(
                  "| %s | %d | %s | or of the unreduced network: %s %s%n",
                  build, size, new Share(found, draws), new Share(either, draws), unreduced);
            }
          }
        });
  }

  private static boolean isWorse(Change change, Metric metric) {
    return change.metric() == metric && change.verdict() == Verdict.WORSE;
  }

  private static boolean has(List<Change> changes, Predicate<Change> what) {
    return changes.stream().anyMatch(what);
  }

  private static List<Session> draw(List<Session> sessions, int size, Random random) {
    List<Session> shuffled = new ArrayList<>(sessions);
    Collections.shuffle(shuffled, random);
    return shuffled.subList(0, size);
  }
}
