package io.tokensweep.spark;

import io.tokensweep.spark.device.ArithmeticLimits;
import io.tokensweep.store.UnitCommit;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Measure;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Times one session of a group in a process of its own, with the class path and the flags of this
 * one. The process gets its work through its input, which stays open as long as its parent lives:
 * when that ends, whatever ends it, so does the process. It leaves its result in a file.
 */
final class SessionProcess {
  private static final String RESULT = "result.bin";

  /** A process that failed has this and the place of its kind for its code. */
  private static final int FAILED = 10;

  private static final List<FailureKind> KINDS = List.of(FailureKind.values());

  /** A process that a signal ended has this much more than the signal's number as its code. */
  private static final int SIGNALS = 128;

  private static final int KILLED = SIGNALS + 9;

  /** Flags of one process only: they start agents, take ports, or write files of fixed names. */
  private static final List<String> NOT_INHERITED =
      List.of(
          "-javaagent",
          "-agent",
          "-Xrun",
          "-Xlog",
          "-XX:StartFlightRecording",
          "-XX:HeapDumpPath",
          "-Dcom.sun.management.jmxremote");

  private SessionProcess() {}

  /**
   * @param threads of the engine
   * @param device that the task holds
   * @param images that can be decoded
   * @param attempt folder for the rows
   */
  record Work(
      String runId,
      String unitId,
      int session,
      Group group,
      Measure.Throughput measure,
      int threads,
      TaskDevice device,
      CachedPixels pixels,
      List<Integer> images,
      String attempt)
      implements Serializable {
    /** Measures in this process. */
    UnitCommit run() {
      return new ThroughputTask(
              runId,
              measure,
              threads,
              session,
              device,
              ArithmeticLimits.ofThisProcess(device.engine()))
          .run(unitId, group, pixels.source().images(), pixels, images, Path.of(attempt));
    }
  }

  /**
   * Runs the work in a process of its own and waits for it.
   *
   * @param log receives what the process prints, line by line
   * @throws TaskFailure if the process fails, of the kind that it would have in this one; if a
   *     signal ends it, of infrastructure
   */
  static UnitCommit run(Work work, PrintStream log) {
    Path result = Path.of(work.attempt()).resolve(RESULT);
    WeightFiles.fetch(work.group().setting().model()); // the process knows no Spark's settings
    try {
      Files.createDirectories(result.getParent());
      Process process = new ProcessBuilder(command(work)).redirectErrorStream(true).start();
      try (ObjectOutputStream input = new ObjectOutputStream(process.getOutputStream())) {
        send(work, input);
        String name = "session %d of %d".formatted(work.session() + 1, work.measure().sessions());
        String last = copy(process, name + ": ", log);
        int code = process.waitFor();
        if (code != 0) {
          throw failure(name, code, last);
        }
      } finally {
        end(process);
      }
      try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(result))) {
        return (UnitCommit) in.readObject();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** The code of a process that failed. */
  static int code(FailureKind kind) {
    return FAILED + KINDS.indexOf(kind);
  }

  /**
   * What a process says by its code.
   *
   * @param name of the session
   * @param last line of its output
   */
  static TaskFailure failure(String name, int code, String last) {
    if (code > SIGNALS) {
      return TaskFailure.told(
          FailureKind.INFRASTRUCTURE,
          "%s was killed (code %d)%s"
              .formatted(name, code, code == KILLED ? ", probably too little memory" : ""));
    }
    return KINDS.stream()
        .filter(kind -> code == code(kind))
        .map(kind -> TaskFailure.told(kind, last))
        .findFirst()
        .orElseGet(
            () ->
                TaskFailure.told(
                    FailureKind.DEFECT,
                    "the process of %s ended with code %d: %s".formatted(name, code, last)));
  }

  private static List<String> command(Work work) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> NOT_INHERITED.stream().noneMatch(flag::startsWith))
        .forEach(command::add);
    command.add("-D%s=%d".formatted(EngineThreads.PROPERTY, work.threads()));
    command.addAll(List.of("-cp", classPath()));
    command.add(SessionProcess.class.getName());
    return command;
  }

  /** With the jars that an executor was sent after its start. */
  private static String classPath() {
    StringBuilder path = new StringBuilder(System.getProperty("java.class.path"));
    if (SessionProcess.class.getClassLoader() instanceof URLClassLoader sent) {
      for (URL jar : sent.getURLs()) {
        path.append(File.pathSeparator).append(jar.getPath());
      }
    }
    return path.toString();
  }

  /** If the process has ended already, its output says why. */
  private static void send(Work work, ObjectOutputStream input) {
    try {
      input.writeObject(work);
      input.flush();
    } catch (IOException e) {
      // what follows reads the output and the exit code
    }
  }

  /** Returns the last line. */
  private static String copy(Process process, String prefix, PrintStream log) throws IOException {
    String last = "";
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.println(prefix + line);
        last = line;
      }
    }
    return last;
  }

  private static void end(Process process) throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
  }

  /** The process. */
  public static void main(String[] arguments) {
    try {
      Work work = (Work) new ObjectInputStream(System.in).readObject();
      Thread watch = new Thread(() -> haltAtEndOf(System.in), "parent-watch");
      watch.setDaemon(true);
      watch.start();
      EngineThreads.apply();
      UnitCommit commit = work.run();
      Path result = Path.of(work.attempt()).resolve(RESULT);
      try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(result))) {
        out.writeObject(commit);
      }
      System.exit(0);
    } catch (IOException | ClassNotFoundException | RuntimeException | Error e) {
      System.exit(code(said(e)));
    }
  }

  /** The last line is the reason. */
  private static FailureKind said(Throwable failure) {
    FailureKind kind = FailureKind.of(failure);
    switch (kind) {
      case CONFIGURATION, DATA -> {} // the reason says it all
      case INFRASTRUCTURE, DEVICE, DEFECT -> failure.printStackTrace();
    }
    String memory = OutOfMemory.behind(failure).isPresent() ? "out of memory: " : "";
    System.err.println(memory + FailureReason.of(failure));
    return kind;
  }

  private static void haltAtEndOf(InputStream input) {
    try {
      while (input.read() >= 0) {
        // nothing more is ever sent
      }
    } catch (IOException e) {
      // as good as its end
    }
    Runtime.getRuntime().halt(1);
  }
}
