package io.tokensweep.spark;

import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;

/**
 * Ends Spark where it waits for executors for too long, as Spark itself would for ever: the cluster
 * has no room for one, or the master forgot the application.
 */
final class ExecutorWatch implements AutoCloseable {
  private static final long LOOK_MILLIS = 500;
  private static final long END_SECONDS = 20;

  private final SparkContext spark;
  private final long patienceSeconds;
  private final Thread thread;
  private volatile boolean expired;
  private volatile boolean closed;

  private ExecutorWatch(SparkContext spark, long patienceSeconds) {
    this.spark = spark;
    this.patienceSeconds = patienceSeconds;
    this.thread = new Thread(this::watch, "executor-watch");
    thread.setDaemon(true);
  }

  /** Watches until it is closed. */
  static ExecutorWatch begin(SparkContext spark) {
    ExecutorWatch watch = new ExecutorWatch(spark, Settings.executorTimeout(spark.conf()));
    if (!spark.isLocal()) {
      watch.thread.start();
    }
    return watch;
  }

  private void watch() {
    boolean came = false;
    long since = System.nanoTime();
    while (!closed && !spark.isStopped()) {
      boolean any = Slots.hasExecutors(spark);
      came |= any;
      boolean waiting = !any && (!came || spark.statusTracker().getActiveJobIds().length > 0);
      long now = System.nanoTime();
      if (!waiting) {
        since = now;
      } else if (now - since >= TimeUnit.SECONDS.toNanos(patienceSeconds)) {
        expired = true;
        spark.stop();
        return;
      }
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /**
   * Does nothing unless Spark was ended for want of executors.
   *
   * @throws UnfinishedException if it was
   */
  void throwIfExpired(Exception failure) {
    if (expired) {
      throw new UnfinishedException(
          ("no executor came within %d s (%s): %s has no cores or memory free, or is gone;"
                  + " the same command goes on from what is committed")
              .formatted(patienceSeconds, Settings.EXECUTOR_TIMEOUT, spark.master()),
          failure);
    }
  }

  /** Where Spark is being ended, waits for that. */
  @Override
  public void close() {
    closed = true;
    try {
      if (!expired) {
        thread.interrupt();
      }
      thread.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
