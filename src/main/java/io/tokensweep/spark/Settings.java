package io.tokensweep.spark;

import io.tokensweep.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.network.util.JavaUtils;

/** This program's own keys of Spark's configuration, the same on driver and executors. */
final class Settings {
  /** True in tests without a GPU: the addresses that Spark assigns are computed on the CPU. */
  static final String FAKE_GPUS = "spark.tokensweep.fakeGpus";

  /** A folder that gets one line for each use of a device. */
  static final String DEVICE_JOURNAL = "spark.tokensweep.deviceJournal";

  /** Bytes of weights that an executor keeps for later units, such as {@code 4g}. */
  static final String NETWORK_MEMORY = "spark.tokensweep.networkMemory";

  /** How long a run waits for an executor where there is none, such as {@code 10m}. */
  static final String EXECUTOR_TIMEOUT = "spark.tokensweep.executorTimeout";

  /** Slots that units are cut for, where not all are there when a run begins. */
  static final String SLOTS = "spark.tokensweep.slots";

  /** A folder of the host, the same for all executors on it, in which they keep their locks. */
  static final String LOCKS = "spark.tokensweep.locks";

  /** Not Java's own folder for temporary files, which YARN sets for each container. */
  private static final Path OF_HOST = Path.of("/tmp");

  private static final String TEN_MINUTES = "10m";

  private Settings() {}

  /**
   * Seconds of {@link #EXECUTOR_TIMEOUT}.
   *
   * @throws InvalidInputException if it is no time
   */
  static long executorTimeout(SparkConf conf) {
    String given = conf.get(EXECUTOR_TIMEOUT, TEN_MINUTES);
    try {
      long seconds = JavaUtils.timeStringAsSec(given);
      if (seconds > 0) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new InvalidInputException(
        "%s: found '%s', allowed are times from 1s, such as 90s or 10m"
            .formatted(EXECUTOR_TIMEOUT, given));
  }

  /**
   * Slots that units are cut for: as set, otherwise those of now.
   *
   * @throws InvalidInputException if it is no number of slots
   */
  static int slots(SparkContext spark) {
    String given = spark.conf().get(SLOTS, "");
    if (given.isEmpty()) {
      return Slots.of(spark).width(DeviceUse.Stage.QUALITY);
    }
    if (!given.matches("[1-9][0-9]{0,6}")) {
      throw new InvalidInputException(
          "%s: found '%s', allowed are whole numbers from 1 to 9999999".formatted(SLOTS, given));
    }
    return Integer.parseInt(given);
  }

  /**
   * The folder of {@link #LOCKS}.
   *
   * @throws InvalidInputException if its path depends on where a process runs
   */
  static Path locks(SparkConf conf) {
    String given = conf.get(LOCKS, "");
    if (given.isEmpty()) {
      return Files.isDirectory(OF_HOST) && Files.isWritable(OF_HOST)
          ? OF_HOST
          : Path.of(System.getProperty("java.io.tmpdir"));
    }
    if (!given.startsWith("/")) {
      throw new InvalidInputException(
          "%s: found '%s', allowed are absolute paths".formatted(LOCKS, given));
    }
    return Path.of(given);
  }

  /** Those of the process; where no Spark runs, as in a session's own process, the defaults. */
  static SparkConf ofThisProcess() {
    SparkEnv env = SparkEnv.get();
    return env == null ? new SparkConf(false) : env.conf();
  }
}
