package io.tokensweep.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Scanner;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A Spark Master and Workers as processes of their own on loopback, started and ended by {@code
 * jobs/standalone}. Their ports are free ones.
 */
final class Cluster implements AutoCloseable {
  private static final int SECONDS = 120;

  private final Path folder;
  private final int workers;
  private final List<String> options;
  private final String master;

  private Cluster(Path folder, int workers, List<String> options, String master) {
    this.folder = folder;
    this.workers = workers;
    this.options = options;
    this.master = master;
  }

  /**
   * @param folder gets logs and process ids
   * @param options of {@code start.sh}
   */
  static Cluster start(Path folder, int workers, String... options)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    List<String> same = List.of(options);
    return new Cluster(folder, workers, same, start(folder, workers, same));
  }

  private static String start(Path folder, int workers, List<String> options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(Job.script("standalone/start.sh"), "--dir", folder + "/standalone"));
    command.addAll(List.of("--workers", "" + workers, "--port", "0", "--ui-port", "0"));
    command.addAll(options);
    try (Job job = Job.start(folder, Map.of(), command)) {
      return job.await(SECONDS).withCode(0).out().strip();
    }
  }

  /** URL of the master. */
  String master() {
    return master;
  }

  /** Submits a command. */
  Job submit(Map<String, String> environment, List<String> options, List<String> command)
      throws IOException {
    List<String> words = new ArrayList<>(List.of(Job.script("submit.sh"), "--master", master));
    words.addAll(options);
    words.add("--");
    words.addAll(command);
    return Job.start(folder, environment, words);
  }

  /** Whatever of it runs still by a name of {@code master}, {@code worker-1} and so on. */
  Optional<ProcessHandle> process(String name) throws IOException {
    Path file = folder.resolve("standalone").resolve(name + ".pid");
    return ProcessHandle.of(new Scanner(Files.readString(file)).nextLong())
        .filter(ProcessHandle::isAlive);
  }

  /** The workers that run. */
  List<ProcessHandle> workers() throws IOException {
    List<ProcessHandle> found = new ArrayList<>();
    for (int worker = 1; worker <= workers; worker++) {
      process("worker-" + worker).ifPresent(found::add);
    }
    return found;
  }

  /** The executors that run. */
  List<ProcessHandle> executors() throws IOException {
    return workers().stream().flatMap(ProcessHandle::children).toList();
  }

  /** Starts again whatever of it has ended. */
  void mend() throws IOException, InterruptedException {
    start(folder, workers, options);
  }

  /** As {@link #mend()}, and workers that it did not have. */
  void mend(int all, String... given) throws IOException, InterruptedException {
    start(folder, all, List.of(given));
  }

  /** Logs of master, workers and executors, and whatever else it left. */
  List<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).toList();
    }
  }

  private void stop() throws IOException, InterruptedException {
    List<ProcessHandle> executors =
        IntStream.rangeClosed(1, workers)
            .boxed()
            .flatMap(
                worker -> {
                  try {
                    return process("worker-" + worker).stream();
                  } catch (IOException e) {
                    return Stream.empty();
                  }
                })
            .flatMap(ProcessHandle::children)
            .toList();
    try (Job job =
        Job.start(
            folder,
            Map.of(),
            List.of(Job.script("standalone/stop.sh"), "--dir", folder + "/standalone"))) {
      job.await(SECONDS).withCode(0);
    }
    executors.forEach(ProcessHandle::destroyForcibly); // one that was stopped by a signal
  }

  @Override
  public void close() throws IOException, InterruptedException {
    stop();
  }
}
