package io.tokensweep.store;

import java.io.Serializable;
import java.util.List;

/**
 * What a finished unit leaves for the run's summary. Writing it is what commits the unit.
 *
 * @param quality totals of each trial; empty for a throughput unit
 * @param throughput timings of each trial; empty for a quality unit
 */
public record UnitCommit(
    String unitId, List<QualityTotals> quality, List<ThroughputSample> throughput)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public UnitCommit {
    quality = List.copyOf(quality);
    throughput = List.copyOf(throughput);
  }

  /**
   * Sums over the images of a unit, in image order.
   *
   * @param notFinite images with a logit that is no number
   * @param left tokens that left each block, summed over images
   * @param digest of the first predictions, 64 hexadecimal digits
   * @param error why the trial failed on this unit; empty if it did not
   */
  public record QualityTotals(
      String trialId,
      long images,
      long notFinite,
      long correct1,
      long correct5,
      double loss,
      double macs,
      double macsOverhead,
      double diversityMedoid,
      double diversityMedian,
      double diversityMedoidNorm,
      double diversityMedianNorm,
      List<Long> left,
      String digest,
      String error)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * @param seconds wall time of each timed batch
   * @param error why the trial could not be timed; empty if it could
   */
  public record ThroughputSample(
      String trialId, int batchSize, int threads, List<Double> seconds, String error)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }
}
