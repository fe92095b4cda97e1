package io.tokensweep.cli;

import java.io.PrintStream;
import java.util.Properties;

/**
 * A driver in cluster mode. What runs it (a standalone Master with {@code --supervise}, YARN,
 * Kubernetes) takes every exit code but 0 for a death and may start it again, so only codes that
 * another try may change get out.
 *
 * @param manager which runs the driver
 */
record ManagedDriver(Manager manager) {
  /** What there is to return to. */
  enum Manager {
    /** Who gave the command: nobody starts it again. */
    NONE,
    /** A process of its own that something watches. */
    OF_PROCESSES,
    /** YARN's own process runs the driver, and takes one that exits by itself for failed. */
    YARN
  }

  /**
   * @param properties those of Java, where Spark leaves its settings
   */
  static ManagedDriver of(Properties properties) {
    boolean managed =
        "cluster".equals(properties.getProperty("spark.submit.deployMode"))
            // in its pod, Spark submits once more, then in client mode
            || "true".equals(properties.getProperty("spark.kubernetes.submitInDriver"));
    if (!managed) {
      return new ManagedDriver(Manager.NONE);
    }
    return new ManagedDriver(
        "yarn".equals(properties.getProperty("spark.master"))
            ? Manager.YARN
            : Manager.OF_PROCESSES);
  }

  /**
   * The code to end with.
   *
   * @param code that the command has
   * @param err receives one line where the two differ
   */
  int code(int code, PrintStream err) {
    if (manager == Manager.NONE || code == ExitCode.DONE || ExitCode.isWorthAnotherTry(code)) {
      return code;
    }
    err.printf(
        "tokensweep: exit code %d, final; to its cluster manager the driver ends with %d, so that it is not started again%n",
        code, ExitCode.DONE);
    return ExitCode.DONE;
  }

  /** Whether the process is ended by whoever runs it, once the program returns. */
  boolean returns(int code) {
    return manager == Manager.YARN && code == ExitCode.DONE;
  }
}
