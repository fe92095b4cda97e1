package io.tokensweep.spark;

import ai.djl.ndarray.NDManager;
import io.tokensweep.BuildInfo;
import io.tokensweep.Sha256;
import io.tokensweep.model.Kernels;
import io.tokensweep.store.ResultStore;
import io.tokensweep.sweep.CheckpointReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;

/** Tries out what a sweep needs, part by part. */
public final class Doctor {
  private Doctor() {}

  /**
   * @param subject what was tried
   * @param detail what was found, or why it failed
   */
  public record Finding(String subject, boolean ok, String detail) {}

  /** Every part, whether or not an earlier one failed. */
  public static List<Finding> examine(Path results) {
    List<Finding> findings = new ArrayList<>();
    findings.add(attempt("build", () -> BuildInfo.current().codeVersion()));
    findings.add(attempt("java", () -> System.getProperty("java.runtime.version")));
    findings.add(attempt("engine", Doctor::engine));
    findings.add(attempt("kernels", Doctor::kernels));
    findings.add(attempt("checkpoint", Doctor::checkpoint));
    findings.add(attempt("machine", MachineClass::describe));
    findings.add(attempt("spark", Doctor::spark));
    findings.add(attempt("results", () -> writable(results)));
    return findings;
  }

  private static Finding attempt(String subject, Callable<String> check) {
    try {
      return new Finding(subject, true, check.call());
    } catch (Exception | LinkageError e) {
      return new Finding(subject, false, FailureReason.of(e));
    }
  }

  private static String engine() {
    EngineThreads.apply();
    EngineThreads.use(EngineThreads.wholeDevice());
    return "%s; threads for each task slot: %d, for a timed trial: %d"
        .formatted(MachineClass.engine(), EngineThreads.perSlot(), EngineThreads.wholeDevice());
  }

  private static String kernels() {
    try (NDManager manager = NDManager.newBaseManager()) {
      List<String> types = Kernels.packed(manager);
      return "fused attention; linear layers of oneDNN on the CPU: "
          + (types.isEmpty() ? "none" : String.join(", ", types));
    }
  }

  private static String checkpoint() throws IOException {
    String name = CheckpointReference.Embedded.DEFAULT;
    String resource = new CheckpointReference.Embedded(name, "").resource();
    try (InputStream in = Doctor.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the embedded checkpoint %s is missing".formatted(name));
      }
      return "embedded %s, SHA-256 %s".formatted(name, Sha256.of(in));
    }
  }

  private static String spark() {
    return Sessions.with("doctor", Doctor::count);
  }

  private static String count(SparkSession session) {
    long sum = session.range(0, 100).count();
    return "%s on %s, %d task slots, counted to %d"
        .formatted(
            session.version(),
            session.sparkContext().master(),
            session.sparkContext().defaultParallelism(),
            sum);
  }

  private static String writable(Path results) {
    return ResultStore.create(results).root().toAbsolutePath() + " can be written";
  }
}
