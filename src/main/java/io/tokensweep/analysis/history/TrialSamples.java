package io.tokensweep.analysis.history;

import io.tokensweep.analysis.compare.Metric;
import io.tokensweep.analysis.history.Samples.AtCommit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/** What was measured of one trial on one class of machine, until it becomes series. */
final class TrialSamples {
  /** As few neighbours are equal by chance where values are not exact. */
  private static final double FEW_EQUAL = 0.5;

  /** Fewer neighbours tell nothing about how many are equal. */
  private static final int FEW_NEIGHBOURS = 3;

  private final String trialId;
  private final String machine;
  private final boolean unreduced;
  private final Map<Metric, Map<String, Split>> byMetric = new EnumMap<>(Metric.class);
  private final Samples status = new Samples();

  /** Samples of clean and of changed code. */
  private static final class Split {
    private final Samples clean = new Samples();
    private final Samples dirty = new Samples();
  }

  TrialSamples(String trialId, String machine, boolean unreduced) {
    this.trialId = trialId;
    this.machine = machine;
    this.unreduced = unreduced;
  }

  boolean isUnreduced() {
    return unreduced;
  }

  /**
   * One value of a run at a commit of this place; what is timed and not positive is left out.
   *
   * @param company how many trials were timed together; all equal if that does not matter
   */
  void add(
      Metric metric, String setup, int place, int run, int company, boolean dirty, double value) {
    if (metric.kind() == Metric.Kind.SESSIONS && !(value > 0)) {
      return;
    }
    Split split =
        byMetric
            .computeIfAbsent(metric, any -> new HashMap<>())
            .computeIfAbsent(setup, any -> new Split());
    (dirty ? split.dirty : split.clean).add(place, run, company, value);
  }

  void addStatus(int place, int run, boolean good) {
    status.add(place, run, 0, good ? 1 : 0);
  }

  /** Series without steps, in the order of the metrics. */
  List<Series> series(Map<Integer, Commit> commits) {
    List<Series> series = new ArrayList<>();
    byMetric.forEach(
        (metric, bySetup) ->
            new TreeMap<>(bySetup)
                .forEach(
                    (setup, split) -> {
                      if (!split.clean.isEmpty() || !split.dirty.isEmpty()) {
                        series.add(series(metric, setup, split, commits));
                      }
                    }));
    return series;
  }

  private Series series(Metric metric, String setup, Split split, Map<Integer, Commit> commits) {
    List<Point> points = new ArrayList<>();
    List<Double> clean = new ArrayList<>();
    boolean[] agree = {true};
    split.clean.forEachCommit(
        at -> {
          Point point = point(metric, at, commits, false);
          points.add(point);
          clean.add(point.value());
          for (double value : at.values()) {
            agree[0] &= value == at.values()[0];
          }
        });
    split.dirty.forEachCommit(at -> points.add(point(metric, at, commits, true)));
    points.sort(Comparator.comparingInt(point -> point.commit().place()));
    return new Series(
        trialId,
        machine,
        metric,
        setup,
        unit(metric),
        isExact(metric, clean, agree[0]),
        points,
        List.of());
  }

  private static Point point(
      Metric metric, AtCommit at, Map<Integer, Commit> commits, boolean dirty) {
    double value =
        switch (metric.kind()) {
          case IMAGES, EXACT -> at.values()[at.values().length - 1];
          case SESSIONS -> Math.exp(logarithmOfMedian(at.values()));
        };
    return new Point(commits.get(at.place()), value, at.runs(), at.values().length, dirty);
  }

  private static double logarithmOfMedian(double[] values) {
    double[] logarithms = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      logarithms[i] = Math.log(values[i]);
    }
    return new Percentile().evaluate(logarithms, 50);
  }

  /**
   * What is counted is exact. What is computed from images is taken for exact unless runs of one
   * commit disagree, or most neighbours do.
   */
  private static boolean isExact(Metric metric, List<Double> values, boolean agree) {
    return switch (metric.kind()) {
      case EXACT -> true;
      case SESSIONS -> false;
      case IMAGES -> {
        int equal = 0;
        for (int i = 1; i < values.size(); i++) {
          equal += values.get(i).equals(values.get(i - 1)) ? 1 : 0;
        }
        int neighbours = values.size() - 1;
        yield agree && (neighbours < FEW_NEIGHBOURS || equal >= FEW_EQUAL * neighbours);
      }
    };
  }

  private String unit(Metric metric) {
    return switch (metric) {
      case TOP1, TOP5 -> "%";
      case LOSS -> "nats";
      case DIVERSITY -> "r(Z)";
      case MACS -> "MACs";
      case PARAMS -> "values";
      case THROUGHPUT ->
          unreduced ? "images per 10¹² MACs of the limit" : "times the unreduced network";
      case LATENCY -> unreduced ? "10⁹ MACs of the limit" : "times the unreduced network";
      case MEMORY -> "MiB";
    };
  }

  /** Where the newest run of a commit ends in another way than that of the measured one before. */
  List<Break> breaks(Map<Integer, Commit> commits) {
    List<Break> breaks = new ArrayList<>();
    List<AtCommit> all = new ArrayList<>();
    status.forEachCommit(all::add);
    for (int i = 1; i < all.size(); i++) {
      boolean was = isGood(all.get(i - 1));
      boolean is = isGood(all.get(i));
      if (was != is) {
        breaks.add(
            new Break(
                trialId,
                machine,
                commits.get(all.get(i - 1).place()),
                commits.get(all.get(i).place()),
                is));
      }
    }
    return breaks;
  }

  private static boolean isGood(AtCommit at) {
    return at.values()[at.values().length - 1] == 1;
  }
}
