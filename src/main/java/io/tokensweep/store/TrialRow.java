package io.tokensweep.store;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * One row of the {@code trials} table: a configuration and everything measured of it. Column names,
 * types and units are in {@code docs/results-schema.md}.
 *
 * @param configuration what was measured
 * @param status ok, failed, invalid or in quarantine
 * @param error why it is not ok; empty if it is
 * @param quality accuracy and what else is deterministic; empty unless measured
 * @param throughput empty unless measured
 */
public record TrialRow(
    String runId,
    String trialId,
    Configuration configuration,
    Status status,
    Optional<String> error,
    Optional<Quality> quality,
    Optional<Throughput> throughput) {

  /** The same with another timing. */
  TrialRow withThroughput(Optional<Throughput> other) {
    return new TrialRow(runId, trialId, configuration, status, error, quality, other);
  }

  /** How the measurement of a trial ended. */
  public enum Status {
    OK,
    FAILED,
    INVALID,
    /** Never stored: what is in {@link Quarantine} is read so. */
    QUARANTINED;

    /** As stored. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param model timm name or the name given in the sweep file
   * @param checkpoint SHA-256 of the checkpoint file
   * @param modules SHA-256 of the file with the weights of methods; empty if there was none
   * @param data SHA-256 of the data set's identity
   * @param transform canonical JSON
   * @param positionEmbedding interpolation filter
   * @param method registry name
   * @param parameters canonical JSON with defaults filled in
   * @param keepRate empty for methods that do not use one
   * @param resolution pixels
   * @param precision fp32
   * @param sites 0-based blocks given to the method
   * @param params trained values of the network
   */
  public record Configuration(
      String model,
      String checkpoint,
      Optional<String> modules,
      String data,
      String transform,
      String positionEmbedding,
      String method,
      String parameters,
      OptionalDouble keepRate,
      int resolution,
      String precision,
      List<Integer> sites,
      long params) {}

  /**
   * @param images denominator of the accuracies: images that were evaluated
   * @param imagesFailed images of the data set that could not be decoded
   * @param correct1 images whose label is the first prediction
   * @param correct5 images whose label is among the first five
   * @param top1 percent with 95 % Wilson interval
   * @param top5 percent with 95 % Wilson interval
   * @param loss mean cross-entropy in nats
   * @param macs multiply-accumulates of one image, mean over images
   * @param macsOverhead of the reductions themselves, not in {@code macs}; empty in results of
   *     schema 1.0
   * @param tokens mean tokens that leave each block, specials included
   * @param diversity r(Z) at {@code diversityBlock}, means over images
   * @param batchSize images per forward
   * @param predictionDigest equal for equal first predictions on the same images
   */
  public record Quality(
      long images,
      long imagesFailed,
      long correct1,
      long correct5,
      Interval top1,
      Interval top5,
      double loss,
      long macs,
      OptionalLong macsOverhead,
      List<Double> tokens,
      Diversity diversity,
      int diversityBlock,
      int batchSize,
      String predictionDigest) {}

  /** A value and the bounds of its interval, in the value's unit. */
  public record Interval(double value, double low, double high) {}

  /**
   * BAT eq. (4) with the entry-wise l1 norm over the patch tokens after the last site's reduction.
   *
   * @param medoid minimum over the tokens themselves
   * @param median true minimum, attained at the median
   * @param medoidNorm {@code medoid / (N D)}
   * @param medianNorm {@code median / (N D)}
   */
  public record Diversity(double medoid, double median, double medoidNorm, double medianNorm) {}

  /**
   * @param imagesPerSecond median over batches with first and third quartile as bounds
   * @param batchSize images per timed forward
   * @param threads engine threads of the timed process
   * @param batches number of timed forwards
   * @param timing empty in results of a schema before 1.2
   */
  public record Throughput(
      Interval imagesPerSecond, int batchSize, int threads, int batches, Optional<Timing> timing) {}

  /**
   * @param imagesPerSecond median over batches with 95 % bootstrap interval
   * @param ratio to the unreduced network in the same rounds, with 95 % bootstrap interval; empty
   *     if that could not be timed or is invalid
   * @param latency empty if it was not measured
   * @param sessions processes that timed
   * @param warmup most warm-up batches of a session
   * @param stable whether in every session times were stable when timing began; empty if warm-up
   *     was too short to tell
   * @param peakMemory bytes of one forward pass; empty where they cannot be read
   * @param macsPerSecond multiply-accumulates for the timed images in the fastest session, at its
   *     median
   * @param limit multiply-accumulates per second that the device can do at most; empty if unknown
   * @param warning what makes the figures doubtful, reasons joined by {@link #BETWEEN_DOUBTS};
   *     empty if nothing is known to
   * @param audit how the timed logits compare with those of the shared evaluation
   */
  public record Timing(
      Interval imagesPerSecond,
      Optional<Interval> ratio,
      Optional<Latency> latency,
      int sessions,
      int warmup,
      Optional<Boolean> stable,
      OptionalLong peakMemory,
      double macsPerSecond,
      OptionalDouble limit,
      Optional<String> warning,
      Audited audit) {
    public static final String BETWEEN_DOUBTS = "; ";

    /** What makes the figures doubtful, one by one. */
    public List<String> doubts() {
      return warning.stream().flatMap(text -> Stream.of(text.split(BETWEEN_DOUBTS))).toList();
    }
  }

  /**
   * Percentiles of the time of one image alone, in milliseconds.
   *
   * @param passes timed forward passes
   */
  public record Latency(double p50, double p90, double p99, int passes) {}

  /**
   * @param images whose logits were compared
   * @param difference largest of a logit
   */
  public record Audited(int images, double difference) {}
}
