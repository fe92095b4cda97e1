package io.tokensweep.store;

import java.io.Serializable;
import java.util.List;

/**
 * What a finished unit leaves for the run's summary. Writing it is what commits the unit.
 *
 * @param quality totals of each trial; empty for a throughput unit
 * @param macsComputed multiply-accumulates that the trials of a quality unit took together, less
 *     than the sum over them where they shared layers
 * @param throughput timings of each trial; empty for a quality unit
 */
public record UnitCommit(
    String unitId,
    List<QualityTotals> quality,
    double macsComputed,
    List<ThroughputSample> throughput)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public UnitCommit {
    quality = List.copyOf(quality);
    throughput = List.copyOf(throughput);
  }

  /** A quality unit. */
  public static UnitCommit ofQuality(
      String unitId, List<QualityTotals> totals, double macsComputed) {
    return new UnitCommit(unitId, totals, macsComputed, List.of());
  }

  /** A throughput unit. */
  public static UnitCommit ofThroughput(String unitId, List<ThroughputSample> samples) {
    return new UnitCommit(unitId, List.of(), 0, samples);
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
   * One trial, or the baseline, in one session.
   *
   * @param seconds wall time of each timed batch, by round; as many as those of the others unless
   *     the trial failed
   * @param latencies seconds of each timed image
   * @param warmup how it was warmed up for {@code seconds}
   * @param memory bytes that each watched pass took at its peak; empty where they cannot be read
   * @param audit the timed logits against those of the shared evaluation
   * @param speed the median of the batches against what the device can do
   * @param error why the trial could not be timed; empty if it could
   */
  public record ThroughputSample(
      String trialId,
      int session,
      int batchSize,
      int threads,
      List<Double> seconds,
      List<Double> latencies,
      Warmup warmup,
      List<Long> memory,
      Audit audit,
      Speed speed,
      String error)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    public ThroughputSample {
      seconds = List.copyOf(seconds);
      latencies = List.copyOf(latencies);
      memory = List.copyOf(memory);
    }
  }

  /**
   * @param batches that ran before timing began
   * @param stable whether their times had become stable
   */
  public record Warmup(int batches, boolean stable) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * @param macsPerSecond multiply-accumulates per second
   * @param limit the most that the device can do; 0 if it is not known
   */
  public record Speed(double macsPerSecond, double limit) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * @param images compared
   * @param macs multiply-accumulates of an image of the timed batch, mean
   * @param difference largest of a logit
   * @param problem why the timed forward pass is not the evaluated one; empty if it is
   */
  public record Audit(int images, double macs, double difference, String problem)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }
}
