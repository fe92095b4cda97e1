package io.tokensweep.analysis;

import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Accuracy against a cost, of trials that may be compared.
 *
 * @param cost the other axis
 * @param peers what the trials have in common
 * @param method of all trials; empty for the front over all methods
 * @param trials in the order given
 * @param hypervolume share of the rectangle from no cost and no accuracy to {@link #reference} and
 *     100 % that lies below the front, 0 to 1, with a 95 % interval
 * @param reference cost of the costliest trial of any method as measured
 * @param knee where the front bends most; empty if it is no curve
 */
public record Front(
    Cost cost,
    Peers peers,
    Optional<String> method,
    List<Placed> trials,
    Interval hypervolume,
    double reference,
    Optional<Knee> knee) {
  /** A trial that dominates another at least this probably dominates it for sure. */
  public static final double CONFIDENCE = 0.95;

  public Front {
    trials = List.copyOf(trials);
  }

  /**
   * What has to be equal.
   *
   * @param data SHA-256 of the data set's identity
   * @param precision number type
   * @param machine machine class; empty where nothing is timed
   * @param conditions batch size and threads; empty where nothing is timed
   */
  public record Peers(String data, String precision, String machine, List<Object> conditions) {}

  /** Where a trial stands. */
  public enum Standing {
    /** As measured no trial dominates it. */
    FRONT,

    /** As measured it is dominated, but none of the others dominates it for sure. */
    TIED,

    /** Another trial dominates it with a probability of at least {@link #CONFIDENCE}. */
    DOMINATED
  }

  /**
   * A trial.
   *
   * @param cost as measured
   * @param probability share of the replicates in which it is on the front
   * @param rival the trial that dominates it most often, or else the best that costs no more; empty
   *     for the cheapest
   */
  public record Placed(
      TrialRow trial, double cost, double probability, Standing standing, Optional<Rival> rival) {}

  /**
   * The trial to be measured against.
   *
   * @param probability share of the replicates in which it dominates
   * @param margin top-1 of the trial less that of the rival, percentage points with 95 % interval
   */
  public record Rival(TrialRow trial, double probability, Interval margin) {}

  /**
   * @param share of the replicates in which it is the knee
   */
  public record Knee(TrialRow trial, double share) {}

  /** The trials on the front as measured, by cost. */
  public List<Placed> front() {
    return trials.stream()
        .filter(placed -> placed.standing() == Standing.FRONT)
        .sorted(Comparator.comparingDouble(Placed::cost))
        .toList();
  }
}
