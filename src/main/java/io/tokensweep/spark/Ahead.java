package io.tokensweep.spark;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** Loading ahead of computing. */
final class Ahead {
  private Ahead() {}

  /**
   * Uses every item in order; while one is used, a thread of its own loads the next. At most two
   * loaded items are alive.
   *
   * @throws RuntimeException the first that {@code load} or {@code use} throws; no thread is left
   */
  static <A, B> void forEach(List<A> items, Function<A, B> load, Consumer<B> use) {
    ExecutorService loader = Executors.newSingleThreadExecutor(Ahead::daemon);
    try {
      Future<B> next = null;
      for (int i = 0; i < items.size(); i++) {
        A item = items.get(i);
        B current = i == 0 ? load.apply(item) : result(next);
        if (i + 1 < items.size()) {
          A following = items.get(i + 1);
          next = loader.submit(() -> load.apply(following));
        }
        use.accept(current);
      }
    } finally {
      end(loader);
    }
  }

  private static Thread daemon(Runnable runnable) {
    Thread thread = new Thread(runnable, "load-ahead");
    thread.setDaemon(true);
    return thread;
  }

  private static <B> B result(Future<B> loaded) {
    try {
      return loaded.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    }
  }

  private static RuntimeException rethrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause; // a Function throws nothing else
  }

  /** Waits for the load at work: an interrupt would close the file that other tasks read too. */
  private static void end(ExecutorService loader) {
    loader.shutdown();
    try {
      loader.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
