package io.tokensweep.spark;

import java.util.Optional;
import java.util.OptionalDouble;

/** Whether a measured speed is possible on its device at all. */
final class SpeedGate {
  /** Share of the limit above which a speed is suspicious. */
  static final double SUSPICIOUS = 0.75;

  private SpeedGate() {}

  /**
   * @param rejection why the result cannot be; empty if it can
   * @param warning what makes it doubtful; empty if nothing does
   */
  record Verdict(Optional<String> rejection, Optional<String> warning) {}

  /**
   * @param macsPerSecond multiply-accumulates per second of the forward pass
   * @param limit the most that the device can do; without it nothing is said
   */
  static Verdict judge(double macsPerSecond, OptionalDouble limit) {
    if (limit.isEmpty() || macsPerSecond <= SUSPICIOUS * limit.getAsDouble()) {
      return new Verdict(Optional.empty(), Optional.empty());
    }
    double share = macsPerSecond / limit.getAsDouble();
    String found =
        "%.3g MACs per second are %.0f %% of the %.3g that this device can do"
            .formatted(macsPerSecond, 100 * share, limit.getAsDouble());
    return share > 1
        ? new Verdict(Optional.of("timing is impossible: " + found), Optional.empty())
        : new Verdict(Optional.empty(), Optional.of(found));
  }
}
