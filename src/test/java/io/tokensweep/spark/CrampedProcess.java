package io.tokensweep.spark;

import io.tokensweep.data.ImageEntry;
import io.tokensweep.eval.PixelBatch;
import io.tokensweep.store.UnitCommit;
import io.tokensweep.store.UnitCommit.QualityTotals;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Measure;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The program of a process that evaluates the first group of a sweep, all images in one batch, with
 * little memory. Prints a line for each trial: its method, images, and error.
 */
final class CrampedProcess {
  private CrampedProcess() {}

  /**
   * @param arguments sweep file, folder for rows, and how much more address space the process may
   *     take than it has when the network is ready, in MiB; 0 sets no limit
   */
  public static void main(String[] arguments) throws Exception {
    EngineThreads.apply();
    Plan plan = Plan.of(TinySweep.read(Path.of(arguments[0])), OptionalInt.empty(), Set.of());
    Path folder = Path.of(arguments[1]);
    Group group = plan.groups().get(0);
    List<ImageEntry> images = plan.source().images();
    Measure.Quality measure = plan.sweep().measure().quality().orElseThrow();
    PixelBatch.Pixels grey = (entry, index, view) -> pattern(index, view.bytes());
    QualityTask task =
        new QualityTask("run", images, grey, Set.of(), measure, new TaskDevice.Cpu());
    task.run(new Unit("warm", group, 0, 1), folder.resolve("warm"));
    limit(Long.parseLong(arguments[2]));
    UnitCommit commit = task.run(new Unit("u", group, 0, images.size()), folder.resolve("u"));
    for (QualityTotals totals : commit.quality()) {
      System.out.printf(
          "%s|%s|%d|%s|%s%n",
          totals.trialId(),
          method(group, totals),
          totals.images(),
          totals.digest(),
          totals.error());
    }
  }

  /** Another one for each image. */
  private static byte[] pattern(int image, int bytes) {
    byte[] levels = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      levels[i] = (byte) (i * (image + 1));
    }
    return levels;
  }

  private static String method(Group group, QualityTotals totals) {
    return group.trials().stream()
        .filter(trial -> trial.id().value().equals(totals.trialId()))
        .map(trial -> trial.method())
        .findFirst()
        .orElseThrow();
  }

  private static void limit(long mebibytes) throws IOException, InterruptedException {
    if (mebibytes == 0) {
      return;
    }
    long kibibytes =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmSize:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum();
    Process process =
        new ProcessBuilder(
                "prlimit",
                "--pid=" + ProcessHandle.current().pid(),
                "--as=" + (kibibytes * 1024 + (mebibytes << 20)))
            .inheritIO()
            .start();
    if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException("prlimit failed");
    }
  }
}
