package io.tokensweep.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends an executor whose device computes nothing anymore, so that none of its tasks starts again.
 */
final class LostDevice {
  static final int EXIT_CODE = 86;

  /** In which the failure of the task reaches the driver. */
  private static final long SECONDS = 2;

  private static final AtomicBoolean LEAVING = new AtomicBoolean();

  private LostDevice() {}

  /**
   * Keeps new units off an executor that is about to end.
   *
   * @throws TaskFailure if it is
   */
  static void check() {
    if (LEAVING.get()) {
      throw TaskFailure.of(
          new UncheckedIOException(new IOException("this executor leaves, its device is lost")));
    }
  }

  /** Where Spark runs in one process that is the driver too, and stays. */
  static void leave() {
    if (Slots.isLocal() || !LEAVING.compareAndSet(false, true)) {
      return;
    }
    Thread thread =
        new Thread(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              System.err.println("tokensweep: the device is lost; this executor leaves");
              Runtime.getRuntime().halt(EXIT_CODE);
            },
            "lost-device");
    thread.setDaemon(true);
    thread.start();
  }
}
