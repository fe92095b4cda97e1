package io.tokensweep.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The runs of these tests: small processes, on two cores in all. */
final class Runs {
  /** Of an application whose executors have two GPUs each; a task gets one. */
  static final List<String> GPUS =
      List.of(
          "--driver-memory", "1g",
          "--executor-memory", "1g",
          "--executor-cores", "2",
          "--conf", "spark.executor.resource.gpu.amount=2",
          "--conf", "spark.task.resource.gpu.amount=1",
          "--conf", "spark.tokensweep.fakeGpus=true");

  private Runs() {}

  /** Two workers with two made-up GPUs each. */
  static Cluster cluster(Path folder) throws IOException, InterruptedException {
    return Cluster.start(folder, 2, "--cores", "2", "--memory", "1g", "--fake-gpus", "2");
  }

  static List<String> run(Path sweep, Path results, String... more) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("run", sweep.toString(), "--json", "--results", results.toString()));
    words.addAll(List.of("--set", "measure.quality={batch_size: 5, sources: true}"));
    words.addAll(List.of(more));
    return words;
  }

  /** The same without a cluster. */
  static Job local(Path folder, List<String> command) throws IOException {
    List<String> words = new ArrayList<>(List.of(Job.script("local.sh")));
    words.addAll(command);
    return Job.start(
        folder, Map.of("TOKENSWEEP_JAVA_OPTS", "-Xmx1g -Dspark.master=local[2]"), words);
  }
}
