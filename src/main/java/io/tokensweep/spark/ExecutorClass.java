package io.tokensweep.spark;

import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What the executors have in common, and this process where it is the only one.
 *
 * @param machine their class; of several classes all, so results of a mixed cluster are reused on
 *     an equal mixture only
 * @param threads that the engine gets where a trial has its device to itself
 */
record ExecutorClass(String machine, int threads) {
  /** So that each of them has work. */
  private static final int QUESTIONS_OF_A_SLOT = 2;

  /** Where no cluster is involved. */
  static ExecutorClass inThisProcess() {
    return new ExecutorClass(MachineClass.describe(), EngineThreads.wholeDevice());
  }

  /**
   * Asks them.
   *
   * @throws UnfinishedException if none can answer
   */
  static ExecutorClass of(JavaSparkContext spark) {
    if (spark.sc().isLocal()) {
      return inThisProcess();
    }
    Slots slots = Slots.of(spark.sc());
    int questions = QUESTIONS_OF_A_SLOT * Math.max(slots.quality(), slots.executors().size());
    try {
      List<String> machines =
          spark
              .parallelize(Collections.nCopies(questions, 0), questions)
              .map(any -> machineHere())
              .collect()
              .stream()
              .distinct()
              .sorted()
              .toList();
      return new ExecutorClass(
          String.join(" + ", machines), EngineThreads.wholeDevice(slots.cores()));
    } catch (Exception e) { // Spark's own are checked and undeclared
      throw new UnfinishedException(
          "no executor could start the engine: " + FailureReason.of(e), e);
    }
  }

  private static String machineHere() {
    EngineThreads.apply();
    return MachineClass.describe();
  }
}
