package io.tokensweep.analysis;

import io.tokensweep.store.Outcomes;
import io.tokensweep.store.TimedRound;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What trials on the same images would have been on other images and in other rounds of the same
 * kind.
 */
final class Replicates {
  private final int images;
  private final Map<String, Integer> places = new HashMap<>();
  private final int[][] correct;
  private final double[][] macs;
  private final Map<String, double[]> millisecondsInBatch;
  private final Map<String, double[]> milliseconds;

  /**
   * @param trials all on the same images
   * @param batches rounds of batches
   * @param singles rounds of single images
   */
  Replicates(
      List<TrialRow> trials,
      Outcomes outcomes,
      List<TimedRound> batches,
      List<TimedRound> singles,
      int replicates,
      long seed) {
    trials.forEach(trial -> places.put(trial.trialId(), places.size()));
    List<Outcomes.Outcome> each =
        trials.stream().map(trial -> outcomes.byTrial().get(trial.trialId())).toList();
    images = each.get(0).present().cardinality();
    List<ImageDraws.Drawn> drawn =
        new ImageDraws(images, replicates, seed)
            .draw(
                each.stream().map(Outcomes.Outcome::correct).toList(),
                each.stream().map(Outcomes.Outcome::macs).toList());
    correct = new int[trials.size()][replicates];
    macs = new double[trials.size()][];
    for (int trial = 0; trial < trials.size(); trial++) {
      macs[trial] = each.get(trial).adapts() ? new double[replicates] : new double[1];
      for (int b = 0; b < replicates; b++) {
        correct[trial][b] = drawn.get(b).correct()[trial];
        macs[trial][b % macs[trial].length] = drawn.get(b).macs()[trial];
      }
    }
    RoundDraws rounds = new RoundDraws(replicates, seed);
    millisecondsInBatch = rounds.medians(batches, round -> 1 / (1000 * round.seconds()));
    millisecondsInBatch.values().forEach(Replicates::invert);
    milliseconds = rounds.medians(singles, round -> 1000 * round.seconds());
  }

  /** The median of rates is what is stored; its inverse is the cost. */
  private static void invert(double[] rates) {
    for (int i = 0; i < rates.length; i++) {
      rates[i] = 1 / rates[i];
    }
  }

  int images() {
    return images;
  }

  /** Correct images in each replicate. */
  int[] correct(TrialRow trial) {
    return correct[place(trial)];
  }

  /** A cost in each replicate; a single number if it is the same in all. */
  double[] cost(Cost cost, TrialRow trial) {
    double[] measured = {cost.of(trial).orElseThrow()};
    return switch (cost) {
      case MACS -> macs[place(trial)].length == 1 ? measured : macs[place(trial)];
      case THROUGHPUT -> millisecondsInBatch.getOrDefault(trial.trialId(), measured);
      case LATENCY -> milliseconds.getOrDefault(trial.trialId(), measured);
      case MEMORY -> measured;
    };
  }

  /** Top-1 of a trial less that of another, percentage points, with 95 % interval. */
  Interval difference(TrialRow trial, TrialRow other) {
    return FrontStatistics.margin(
        trial.quality().orElseThrow().correct1() - other.quality().orElseThrow().correct1(),
        correct(trial),
        correct(other),
        images);
  }

  private int place(TrialRow trial) {
    return places.get(trial.trialId());
  }
}
