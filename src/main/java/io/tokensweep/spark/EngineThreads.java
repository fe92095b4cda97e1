package io.tokensweep.spark;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.tokensweep.InvalidInputException;
import java.util.Optional;

/**
 * How many threads the engine computes with: one for each task slot where slots work side by side,
 * all cores where a trial has the device to itself. {@code -Dai.djl.pytorch.num_threads} sets both.
 */
public final class EngineThreads {
  static final String PROPERTY = "ai.djl.pytorch.num_threads";

  private EngineThreads() {}

  /** For work beside that of other task slots. */
  static int perSlot() {
    return given().orElse(1);
  }

  /** For work that is alone on its device. */
  static int wholeDevice() {
    return wholeDevice(Runtime.getRuntime().availableProcessors());
  }

  /**
   * For work that is alone on its device.
   *
   * @param cores of an executor
   */
  static int wholeDevice(int cores) {
    return given().orElse(cores);
  }

  private static Optional<Integer> given() {
    Optional<String> given = Optional.ofNullable(System.getProperty(PROPERTY));
    given
        .filter(value -> !value.matches("[1-9][0-9]{0,3}"))
        .ifPresent(
            value -> {
              throw new InvalidInputException(
                  "-D%s: found '%s', allowed are whole numbers from 1".formatted(PROPERTY, value));
            });
    return given.map(Integer::valueOf);
  }

  /** Sets up the engine ahead of its start. */
  public static void apply() {
    given();
    if (System.getProperty("ai.djl.pytorch.num_interop_threads") == null) {
      System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    }
    System.setProperty("ai.djl.offline", "true"); // never fetch natives at run time
  }

  /**
   * Prepares the calling thread for forward passes. Number of threads and gradient mode belong to
   * threads: another one would compute with all cores, and keep what only training needs.
   */
  public static void use(int threads) {
    NDManager.newBaseManager().close(); // the engine starts before its library is called
    JniUtils.setNumThreads(threads);
    JniUtils.setGradMode(false);
  }
}
