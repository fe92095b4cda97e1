package io.tokensweep.spark;

import io.tokensweep.store.UnitCommit;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;

/**
 * A bundle of units on an executor, one after the other, each holding the task's device. Failures
 * that another try may mend are thrown, so that Spark sees them and tries elsewhere; others are
 * part of the answer, because a retry would repeat them. What a bundle got done is kept, except
 * where the device was lost.
 */
final class DeviceTask<W>
    implements Function<List<DeviceTask.Assignment<W>>, List<DeviceTask.Answer>> {
  private static final long serialVersionUID = 1L;

  private final DeviceUse.Stage stage;
  private final Work<W> work;

  DeviceTask(DeviceUse.Stage stage, Work<W> work) {
    this.stage = stage;
    this.work = work;
  }

  /** Measures a unit. */
  interface Work<W> extends Serializable {
    /**
     * @param attempt empty folder for the rows
     */
    UnitCommit run(W unit, TaskDevice device, Path attempt);
  }

  /**
   * @param attempt where attempts at the unit are; each gets a folder of its own there
   */
  record Assignment<W>(String unitId, W unit, String attempt) implements Serializable {}

  /** What became of a unit. */
  sealed interface Answer extends Serializable {}

  /**
   * @param attempt folder with the rows
   * @param seconds it took
   * @param place the executor
   */
  record Done(UnitCommit commit, String attempt, double seconds, String place) implements Answer {}

  /** The run cannot go on. */
  record Ended(TaskFailure failure) implements Answer {}

  @Override
  public List<Answer> call(List<Assignment<W>> units) {
    List<Answer> answers = new ArrayList<>();
    for (Assignment<W> unit : units) {
      try {
        LostDevice.check();
        answers.add(measure(unit));
      } catch (RuntimeException | Error e) {
        TaskFailure failure = TaskFailure.of(e);
        if (failure.kind() == FailureKind.DEVICE) {
          LostDevice.leave();
          throw failure; // a task that failed is what Spark counts against executor and host
        }
        if (!failure.kind().isWorthRetrying()) {
          answers.add(new Ended(failure));
          return answers;
        }
        if (answers.isEmpty()) {
          throw failure;
        }
        return answers; // what is done is kept; the driver sends the rest again
      }
    }
    return answers;
  }

  private Done measure(Assignment<W> unit) {
    String attempt = "%s-%d".formatted(unit.attempt, TaskContext.get().taskAttemptId());
    try (DeviceUse use = DeviceUse.begin(stage, unit.unitId)) {
      long start = System.nanoTime();
      UnitCommit commit = work.run(unit.unit, use.device(), Path.of(attempt));
      SparkEnv env = SparkEnv.get();
      return new Done(
          commit,
          attempt,
          (System.nanoTime() - start) / 1e9,
          Slots.place(env.blockManager().blockManagerId().host(), env.executorId()));
    }
  }
}
