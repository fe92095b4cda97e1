package io.tokensweep.store;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One timed forward pass.
 *
 * @param turn when it ran
 * @param batchSize images in the batch
 * @param threads engine threads
 * @param seconds wall time up to the logits in Java memory
 * @param memory bytes by which memory grew at the peak of a pass of the trial, in the session
 * @param conditions of the device during the round
 */
public record TimingRow(
    String runId,
    String trialId,
    String unitId,
    Turn turn,
    int batchSize,
    int threads,
    double seconds,
    OptionalLong memory,
    Conditions conditions) {

  /**
   * A place in the order of a session.
   *
   * @param session rank of the session
   * @param round rank of the round; all trials of the unit are timed once in each
   * @param position rank of the trial inside the round
   * @param baseline whether the trial is the unreduced network that the others are compared with
   */
  public record Turn(int session, int round, int position, boolean baseline) {}

  /**
   * The state of the device during a round, as far as the machine tells. What each value is of is
   * in {@code docs/statistics.md}.
   *
   * @param otherLoad share of the time of the cores that others used, 0 to 1
   */
  public record Conditions(
      OptionalDouble cpuMegahertz,
      OptionalDouble cpuCelsius,
      OptionalLong cpuThrottles,
      OptionalDouble otherLoad,
      OptionalDouble loadAverage,
      OptionalDouble quotaSeconds,
      Gpu gpu) {
    /** Nothing is known. */
    public static final Conditions UNKNOWN =
        new Conditions(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Gpu.UNKNOWN);
  }

  /**
   * @param slowdowns what holds the clocks down
   * @param otherProcesses compute processes besides this one
   */
  public record Gpu(
      OptionalDouble megahertz,
      OptionalDouble memoryMegahertz,
      OptionalDouble celsius,
      OptionalDouble utilisation,
      Optional<String> slowdowns,
      OptionalInt otherProcesses) {
    /** Nothing is known, or there is none. */
    public static final Gpu UNKNOWN =
        new Gpu(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            OptionalInt.empty());
  }

  /** The same pass, with what is known since its round ended. */
  public TimingRow under(Conditions known) {
    return new TimingRow(runId, trialId, unitId, turn, batchSize, threads, seconds, memory, known);
  }

  /** The same pass, with what is known since its session ended. */
  public TimingRow growing(OptionalLong known) {
    return new TimingRow(
        runId, trialId, unitId, turn, batchSize, threads, seconds, known, conditions);
  }

  public double imagesPerSecond() {
    return batchSize / seconds;
  }
}
