package io.tokensweep.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/** This program's own keys of Spark's configuration, the same on driver and executors. */
final class Settings {
  /** True in tests without a GPU: the addresses that Spark assigns are computed on the CPU. */
  static final String FAKE_GPUS = "spark.tokensweep.fakeGpus";

  /** A folder that gets one line for each use of a device. */
  static final String DEVICE_JOURNAL = "spark.tokensweep.deviceJournal";

  /** Bytes of weights that an executor keeps for later units, such as {@code 4g}. */
  static final String NETWORK_MEMORY = "spark.tokensweep.networkMemory";

  private Settings() {}

  /** Those of the process; where no Spark runs, as in a session's own process, the defaults. */
  static SparkConf ofThisProcess() {
    SparkEnv env = SparkEnv.get();
    return env == null ? new SparkConf(false) : env.conf();
  }
}
