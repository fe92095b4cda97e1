package io.tokensweep.spark;

import java.io.IOException;
import java.util.Random;

/**
 * Other work on this machine at random moments: a process that is busy on one core, started and
 * ended with exponential waits between. It ends by itself when this process is gone.
 */
final class RandomLoad implements AutoCloseable {
  private static final String BUSY =
      "while kill -0 %d 2>/dev/null; do i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; done";

  private final double mean;
  private final Random random;
  private final Thread thread = new Thread(this::work, "random-load");
  private Process busy;
  private long busySince;
  private long busyNanos;

  /**
   * @param mean seconds of work and of quiet
   */
  RandomLoad(double mean, long seed) {
    this.mean = mean;
    this.random = new Random(seed);
    thread.setDaemon(true);
    thread.start();
  }

  private void work() {
    try {
      while (true) {
        pause();
        begin();
        pause();
        end();
      }
    } catch (InterruptedException e) {
      end();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void pause() throws InterruptedException {
    Thread.sleep(Math.round(-1000 * mean * Math.log(1 - random.nextDouble())));
  }

  private synchronized void begin() throws IOException {
    busy =
        new ProcessBuilder("sh", "-c", BUSY.formatted(ProcessHandle.current().pid()))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    busySince = System.nanoTime();
  }

  private synchronized void end() {
    if (busy != null) {
      busy.destroyForcibly();
      busy = null;
      busyNanos += System.nanoTime() - busySince;
    }
  }

  /** Seconds of work so far. */
  synchronized double seconds() {
    return (busyNanos + (busy == null ? 0 : System.nanoTime() - busySince)) / 1e9;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
