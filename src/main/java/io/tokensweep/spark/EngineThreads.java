package io.tokensweep.spark;

import ai.djl.pytorch.jni.JniUtils;
import io.tokensweep.InvalidInputException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many threads the engine computes with; it reads the setting once, when it starts. */
final class EngineThreads {
  static final String PROPERTY = "ai.djl.pytorch.num_threads";

  private static final Pattern LOCAL = Pattern.compile("local(?:\\[([^,\\]]*).*\\])?");

  private EngineThreads() {}

  /** One for each task slot unless the process was started with another number. */
  static int configured() {
    String given = System.getProperty(PROPERTY, "1");
    if (!given.matches("[1-9][0-9]{0,3}")) {
      throw new InvalidInputException(
          "-D%s: found '%s', allowed are whole numbers from 1".formatted(PROPERTY, given));
    }
    return Integer.parseInt(given);
  }

  /**
   * All cores that this process was started with: one timed forward pass has what all task slots
   * have together. On a cluster, the cores of one executor.
   */
  static int ofTiming() {
    String master = System.getProperty("spark.master", "local[*]");
    Matcher local = LOCAL.matcher(master);
    int slots =
        local.matches()
            ? slots(Optional.ofNullable(local.group(1)).orElse("1"))
            : slots(System.getProperty("spark.executor.cores", "1"));
    int cores = Runtime.getRuntime().availableProcessors();
    return local.matches()
        ? Math.max(configured(), Math.min(slots * configured(), cores))
        : slots * configured();
  }

  private static int slots(String text) {
    return text.matches("[1-9][0-9]{0,3}")
        ? Integer.parseInt(text)
        : Runtime.getRuntime().availableProcessors();
  }

  /** Has the engine compute with so many threads until the lease is closed. */
  static Lease use(int threads) {
    int before = JniUtils.getNumThreads();
    if (threads != before) {
      JniUtils.setNumThreads(threads);
    }
    return () -> {
      if (threads != before) {
        JniUtils.setNumThreads(before);
      }
    };
  }

  /** Threads that were changed for a while. */
  interface Lease extends AutoCloseable {
    @Override
    void close();
  }

  /** Makes the engine start with {@link #configured} threads. */
  static void apply() {
    System.setProperty(PROPERTY, String.valueOf(configured()));
    if (System.getProperty("ai.djl.pytorch.num_interop_threads") == null) {
      System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    }
    System.setProperty("ai.djl.offline", "true"); // never fetch natives at run time
  }
}
