package io.tokensweep.spark;

import io.tokensweep.InvalidInputException;

/** How many threads the engine computes with; it reads the setting once, when it starts. */
final class EngineThreads {
  private static final String PROPERTY = "ai.djl.pytorch.num_threads";

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

  /** Makes the engine start with {@link #configured} threads. */
  static void apply() {
    System.setProperty(PROPERTY, String.valueOf(configured()));
    if (System.getProperty("ai.djl.pytorch.num_interop_threads") == null) {
      System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    }
    System.setProperty("ai.djl.offline", "true"); // never fetch natives at run time
  }
}
