package io.tokensweep.spark;

import io.tokensweep.store.OpenRun;
import io.tokensweep.store.RunProgress;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Writes how far a run is into its work folder, every few seconds until it is closed. */
final class Heartbeat implements AutoCloseable {
  private static final long SECONDS = 2;

  private final OpenRun run;
  private final String sweep;
  private final RunCounters counters;
  private final long start = System.nanoTime();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          runnable -> {
            Thread thread = new Thread(runnable, "heartbeat");
            thread.setDaemon(true);
            return thread;
          });
  private final ScheduledFuture<?> beats;
  private String stage = "quality";
  private boolean closed;

  Heartbeat(OpenRun run, String sweep, RunCounters counters) {
    this.run = run;
    this.sweep = sweep;
    this.counters = counters;
    beats = timer.scheduleWithFixedDelay(this::beat, 0, SECONDS, TimeUnit.SECONDS);
  }

  /** Says what the run is at. */
  synchronized void stage(String name) {
    stage = name;
    beat();
  }

  private synchronized void beat() {
    if (closed) {
      return;
    }
    try {
      run.note(
          new RunProgress(
              sweep,
              stage,
              Instant.now().toString(),
              counters.trials(),
              counters.units(),
              counters.unitsDone(),
              counters.images(),
              counters.imagesDone(),
              counters.imagesNow() / ((System.nanoTime() - start) / 1e9),
              counters.retries(),
              counters.failed().entrySet().stream()
                  .map(trial -> new RunProgress.FailedTrial(trial.getKey(), trial.getValue()))
                  .toList()));
    } catch (UncheckedIOException e) {
      // a disk that is full for a while: what is measured matters, and fails where it is written
    }
  }

  /** Nothing is written after this. */
  @Override
  public synchronized void close() {
    closed = true;
    beats.cancel(false);
    timer.shutdown();
  }
}
