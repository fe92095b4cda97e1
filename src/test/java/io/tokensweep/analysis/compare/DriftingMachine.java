package io.tokensweep.analysis.compare;

import io.tokensweep.analysis.compare.TimedRun.Medians;
import io.tokensweep.analysis.compare.TimedRun.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Sessions on a machine that is never the same for long: its clock drifts and wanders, other work
 * comes and goes. What the machine does to a session it does to all that runs in it, but for the
 * bursts of other work, which hit each trial in part.
 */
final class DriftingMachine {
  private static final double BATCH = 0.04;
  private static final double IMAGE = 0.005;
  private static final double LIMIT = 5e10;

  /** What the method takes of the unreduced network's time. */
  private static final double RATIO = 0.65;

  /** Of a batch of one trial in one session, and of one image. */
  private static final double SPREAD = 0.01;

  /** Autocorrelation of clock and of other work from a session to the next. */
  private static final double MEMORY = 0.8;

  private static final double WANDERING = 0.05;
  private static final double BURST = 0.1;
  private static final long BYTES = 64 << 20;

  private final Random random;
  private final double drift;
  private double clock;
  private double work;
  private double burst;

  DriftingMachine(long seed) {
    random = new Random(seed);
    drift = 0.01 * (2 * random.nextDouble() - 1);
    clock = WANDERING * random.nextGaussian();
    work = WANDERING * random.nextGaussian();
  }

  /** The next run. */
  TimedRun run(String id, int sessions, double slower, double growth) {
    List<Session> list = new ArrayList<>();
    for (int i = 0; i < sessions; i++) {
      list.add(session(slower, growth));
    }
    return new TimedRun(id, list);
  }

  /**
   * The next session.
   *
   * @param slower by which factor the method is
   * @param growth by which factor its memory is larger
   */
  private Session session(double slower, double growth) {
    clock = MEMORY * clock + Math.sqrt(1 - MEMORY * MEMORY) * WANDERING * random.nextGaussian();
    clock += drift;
    work = MEMORY * work + Math.sqrt(1 - MEMORY * MEMORY) * WANDERING * random.nextGaussian();
    burst =
        burst > 0
            ? random.nextBoolean() ? burst : 0
            : random.nextDouble() < BURST ? 0.2 + 0.4 * random.nextDouble() : 0;
    return new Session(
        LIMIT * Math.exp(-clock + 0.005 * random.nextGaussian()),
        medians(1, 1),
        medians(RATIO * slower, growth));
  }

  private Medians medians(double factor, double growth) {
    return new Medians(
        BATCH * factor * disturbed(),
        IMAGE * factor * disturbed(),
        Math.round(BYTES * growth * Math.exp(0.02 * random.nextGaussian())));
  }

  private double disturbed() {
    double hit = burst * (0.5 + 0.5 * random.nextDouble());
    return Math.exp(clock + work + hit + SPREAD * random.nextGaussian());
  }
}
