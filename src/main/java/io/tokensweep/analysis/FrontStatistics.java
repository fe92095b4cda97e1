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

  private final double images;
  private final double[] correct;
  private final double[] costs;
  private final int[][] drawnCorrect;
  private final double[][] drawnCosts;
  private final int replicates;
  private final Staircase measured;
  private final List<Staircase> drawn;

  /**
   * @param images that every trial was evaluated on
   * @param correct images of each trial
   * @param costs of each trial
   * @param drawnCorrect for each trial the correct images of each replicate
   * @param drawnCosts likewise its cost, or one that is the same in all
   */
  FrontStatistics(
      int images, double[] correct, double[] costs, int[][] drawnCorrect, double[][] drawnCosts) {
    this.images = images;
    this.correct = correct;
    this.costs = costs;
    this.drawnCorrect = drawnCorrect;
    this.drawnCosts = drawnCosts;
    this.replicates = drawnCorrect[0].length;
    this.measured = new Staircase(costs, correct);
    this.drawn = IntStream.range(0, replicates).parallel().mapToObj(this::replicate).toList();
  }

  /**
   * @param trials on the same images, each with this cost
   */
  static FrontStatistics of(Cost cost, List<TrialRow> trials, Replicates drawn) {
    return new FrontStatistics(
        drawn.images(),
        trials.stream().mapToDouble(t -> t.quality().orElseThrow().correct1()).toArray(),
        trials.stream().mapToDouble(t -> cost.of(t).orElseThrow()).toArray(),
        trials.stream().map(drawn::correct).toArray(int[][]::new),
        trials.stream().map(trial -> drawn.cost(cost, trial)).toArray(double[][]::new));
  }

  private Staircase replicate(int b) {
    double[] cost = new double[costs.length];
    double[] value = new double[costs.length];
    for (int trial = 0; trial < cost.length; trial++) {
      cost[trial] = drawnCosts[trial][drawnCosts[trial].length == 1 ? 0 : b];
      value[trial] = drawnCorrect[trial][b];
    }
    return new Staircase(cost, value);
  }

  /**
   * Where a trial stands.
   *
   * @param probability of being on the front
   * @param rival that dominates it most often, or else the best that costs no more
   * @param dominated probability that the rival dominates it
   */
  record Place(double probability, Standing standing, OptionalInt rival, double dominated) {}

  /** Of each trial, in the order given. */
  List<Place> places() {
    Domination domination = new Domination(drawnCorrect, drawnCosts);
    Set<Integer> front = new HashSet<>(measured.steps());
    int[] onFront = new int[costs.length];
    drawn.forEach(replicate -> replicate.steps().forEach(point -> onFront[point]++));
    return IntStream.range(0, costs.length)
        .parallel()
        .mapToObj(
            trial -> place(trial, front.contains(trial), onFront[trial], domination.over(trial)))
        .toList();
  }

  private Place place(int trial, boolean onFront, int timesOnFront, int[] dominated) {
    OptionalInt rival = rival(trial, dominated);
    double most = (double) Arrays.stream(dominated).max().orElse(0) / replicates;
    Standing standing =
        onFront ? Standing.FRONT : most >= CONFIDENCE ? Standing.DOMINATED : Standing.TIED;
    return new Place((double) timesOnFront / replicates, standing, rival, most);
  }

  /** The one that dominates most often, of several the best; else the best that costs no more. */
  private OptionalInt rival(int trial, int[] dominated) {
    return IntStream.range(0, costs.length)
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

  /** Correct images of a trial less those of another, percentage points. */
  Interval margin(int trial, int other) {
    return margin(
        correct[trial] - correct[other], drawnCorrect[trial], drawnCorrect[other], images);
  }

  static Interval margin(double difference, int[] first, int[] second, double images) {
    double[] margins = new double[first.length];
    for (int b = 0; b < margins.length; b++) {
      margins[b] = 100 * (first[b] - second[b]) / images;
    }
    return interval(100 * difference / images, margins);
  }

  /** The most that a trial costs as measured. */
  double reference() {
    return Arrays.stream(costs).max().orElseThrow();
  }

  /** Share of the rectangle up to a cost and all images, 0 to 1. */
  Interval hypervolume(double reference) {
    return interval(
        measured.hypervolume(reference, images),
        drawn.stream().mapToDouble(each -> each.hypervolume(reference, images)).toArray());
  }

  /**
   * By how much the hypervolume is larger than that of others; replicates of both are paired.
   *
   * @param others on the same draws of the same images
   */
  Interval hypervolumeOver(FrontStatistics others, double reference) {
    double[] differences = new double[replicates];
    for (int b = 0; b < replicates; b++) {
      differences[b] =
          drawn.get(b).hypervolume(reference, images)
              - others.drawn.get(b).hypervolume(reference, images);
    }
    return interval(
        measured.hypervolume(reference, images) - others.measured.hypervolume(reference, images),
        differences);
  }

  /** The trial at which the front bends most, as measured. */
  OptionalInt knee() {
    return measured.knee();
  }

  /** Share of the replicates that have the same knee. */
  double kneeShare() {
    return (double) drawn.stream().filter(each -> each.knee().equals(knee())).count() / replicates;
  }

  /**
   * All of it.
   *
   * @param reference cost up to which the hypervolume reaches
   */
  Front front(
      Cost cost, Peers peers, Optional<String> method, List<TrialRow> trials, double reference) {
    List<Place> places = places();
    return new Front(
        cost,
        peers,
        method,
        IntStream.range(0, trials.size())
            .mapToObj(trial -> placed(trial, places.get(trial), trials))
            .toList(),
        hypervolume(reference),
        reference,
        knee().isPresent()
            ? Optional.of(new Knee(trials.get(knee().getAsInt()), kneeShare()))
            : Optional.empty());
  }

  private Placed placed(int trial, Place place, List<TrialRow> trials) {
    return new Placed(
        trials.get(trial),
        costs[trial],
        place.probability(),
        place.standing(),
        place.rival().isPresent()
            ? Optional.of(
                new Rival(
                    trials.get(place.rival().getAsInt()),
                    place.dominated(),
                    margin(trial, place.rival().getAsInt())))
            : Optional.empty());
  }

  private static Interval interval(double value, double[] drawn) {
    return new Interval(
        value, Bootstrap.percentile(drawn, TAIL), Bootstrap.percentile(drawn, 100 - TAIL));
  }
}
