package io.tokensweep.analysis;

import static io.tokensweep.analysis.Front.CONFIDENCE;

import io.tokensweep.analysis.Front.Knee;
import io.tokensweep.analysis.Front.Peers;
import io.tokensweep.analysis.Front.Placed;
import io.tokensweep.analysis.Front.Rival;
import io.tokensweep.analysis.Front.Standing;
import io.tokensweep.store.Bootstrap;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** Makes a front out of measured values and replicates of them. */
final class FrontStatistics {
  private static final double TAIL = 100 * (1 - CONFIDENCE) / 2;

  private final List<TrialRow> trials;
  private final double images;
  private final double[] correct;
  private final double[] costs;
  private final int[][] drawnCorrect;
  private final double[][] drawnCosts;
  private final int replicates;

  /**
   * @param trials on the same images, each with this cost
   */
  FrontStatistics(Cost cost, List<TrialRow> trials, Replicates drawn) {
    this(
        trials,
        drawn.images(),
        trials.stream().mapToDouble(t -> t.quality().orElseThrow().correct1()).toArray(),
        trials.stream().mapToDouble(t -> cost.of(t).orElseThrow()).toArray(),
        trials.stream().map(drawn::correct).toArray(int[][]::new),
        trials.stream().map(trial -> drawn.cost(cost, trial)).toArray(double[][]::new));
  }

  /**
   * @param correct images of each trial
   * @param drawnCorrect for each trial the correct images of each replicate
   * @param drawnCosts likewise its cost, or one that is the same in all
   */
  FrontStatistics(
      List<TrialRow> trials,
      int images,
      double[] correct,
      double[] costs,
      int[][] drawnCorrect,
      double[][] drawnCosts) {
    this.trials = trials;
    this.images = images;
    this.correct = correct;
    this.costs = costs;
    this.drawnCorrect = drawnCorrect;
    this.drawnCosts = drawnCosts;
    this.replicates = drawnCorrect[0].length;
  }

  Front front(Cost cost, Peers peers, Optional<String> method) {
    Staircase measured = new Staircase(costs, correct);
    double reference = Arrays.stream(costs).max().orElseThrow();
    OptionalInt knee = measured.knee();
    int[] onFront = new int[trials.size()];
    double[] volumes = new double[replicates];
    int kneeAgain = 0;
    List<Staircase> drawn =
        IntStream.range(0, replicates).parallel().mapToObj(this::replicate).toList();
    for (int b = 0; b < replicates; b++) {
      Staircase replicate = drawn.get(b);
      replicate.steps().forEach(point -> onFront[point]++);
      volumes[b] = replicate.hypervolume(reference, images);
      kneeAgain += knee.isPresent() && replicate.knee().equals(knee) ? 1 : 0;
    }
    double kneeShare = (double) kneeAgain / replicates;
    return new Front(
        cost,
        peers,
        method,
        placed(new HashSet<>(measured.steps()), onFront),
        interval(measured.hypervolume(reference, images), volumes),
        reference,
        knee.isPresent()
            ? Optional.of(new Knee(trials.get(knee.getAsInt()), kneeShare))
            : Optional.empty());
  }

  private Staircase replicate(int b) {
    double[] cost = new double[trials.size()];
    double[] value = new double[trials.size()];
    for (int trial = 0; trial < cost.length; trial++) {
      cost[trial] = drawnCosts[trial][drawnCosts[trial].length == 1 ? 0 : b];
      value[trial] = drawnCorrect[trial][b];
    }
    return new Staircase(cost, value);
  }

  private List<Placed> placed(Set<Integer> front, int[] onFront) {
    Domination domination = new Domination(drawnCorrect, drawnCosts);
    return IntStream.range(0, trials.size())
        .parallel()
        .mapToObj(
            trial -> placed(trial, front.contains(trial), onFront[trial], domination.over(trial)))
        .toList();
  }

  private Placed placed(int trial, boolean onFront, int timesOnFront, int[] dominated) {
    OptionalInt rival = rival(trial, dominated);
    double most = (double) Arrays.stream(dominated).max().orElse(0) / replicates;
    Standing standing =
        onFront ? Standing.FRONT : most >= CONFIDENCE ? Standing.DOMINATED : Standing.TIED;
    return new Placed(
        trials.get(trial),
        costs[trial],
        (double) timesOnFront / replicates,
        standing,
        rival.isPresent()
            ? Optional.of(rival(trial, rival.getAsInt(), dominated))
            : Optional.empty());
  }

  /** The one that dominates most often, of several the best; else the best that costs no more. */
  private OptionalInt rival(int trial, int[] dominated) {
    return IntStream.range(0, trials.size())
        .filter(other -> other != trial)
        .filter(other -> dominated[other] > 0 || costs[other] <= costs[trial])
        .boxed()
        .max(
            Comparator.<Integer>comparingInt(other -> dominated[other])
                .thenComparingDouble(other -> correct[other])
                .thenComparingDouble(other -> -costs[other])
                .thenComparing(Comparator.reverseOrder()))
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  private Rival rival(int trial, int rival, int[] dominated) {
    double[] margins = new double[replicates];
    for (int b = 0; b < replicates; b++) {
      margins[b] = 100 * (drawnCorrect[trial][b] - drawnCorrect[rival][b]) / images;
    }
    return new Rival(
        trials.get(rival),
        (double) dominated[rival] / replicates,
        interval(100 * (correct[trial] - correct[rival]) / images, margins));
  }

  static Interval interval(double value, double[] drawn) {
    return new Interval(
        value, Bootstrap.percentile(drawn, TAIL), Bootstrap.percentile(drawn, 100 - TAIL));
  }
}
