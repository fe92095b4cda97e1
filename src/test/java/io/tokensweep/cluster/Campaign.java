package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.store.Duck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs a sweep again and again, each time with a fault at a random moment, and the same command
 * until it is done. What happens in a run depends on the seed and the number of the run alone, as
 * far as processes let themselves be repeated.
 */
final class Campaign {
  private static final List<String> TABLES =
      List.of("trials", "predictions", "layers", "sources", "timings", "latencies", "images");

  /** A driver that has lost its cluster for so long is given up. */
  private static final int PATIENCE_SECONDS = 90;

  private static final int MOST_RESTARTS = 4;

  private final Cluster cluster;
  private final Path sweep;
  private final Path folder;
  private final Optional<Disk> disk;
  private final long seed;
  private List<List<List<Object>>> undisturbed = List.of();
  private long millis;

  /**
   * @param folder of all results
   * @param disk that holds it, if it is one that can be full
   */
  Campaign(Cluster cluster, Path sweep, Path folder, Optional<Disk> disk, long seed) {
    this.cluster = cluster;
    this.sweep = sweep;
    this.folder = folder;
    this.disk = disk;
    this.seed = seed;
  }

  /**
   * One run.
   *
   * @param moment milliseconds after its start at which the fault struck
   * @param units that were committed then
   * @param done what was done
   * @param first how the first process ended
   * @param restarts of the command until all was measured
   */
  record Row(
      int run, Fault fault, long moment, int units, String done, String first, int restarts) {
    static final String HEAD =
        "| run | after | units committed | what was done | first process | restarts | tables |\n"
            + "|---|---|---|---|---|---|---|";

    @Override
    public String toString() {
      return "| %d | %.1f s | %d | %s | %s | %d | equal |"
          .formatted(run, moment / 1000.0, units, done, first, restarts);
    }
  }

  /** The run to compare with. */
  void undisturbed() throws IOException, InterruptedException {
    Path results = folder.resolve("undisturbed");
    long start = System.nanoTime();
    try (Job job = submit(results)) {
      job.await(180).withCode(0);
    }
    millis = (System.nanoTime() - start) / 1_000_000;
    undisturbed = Duck.contents(results);
    checkNothingElse(results);
  }

  /** The faults of some runs: each kind once before any comes again. */
  List<Fault> faults(int first, int runs) {
    List<Fault> order = new ArrayList<>();
    for (int round = 0; order.size() < first - 1 + runs; round++) {
      List<Fault> all = new ArrayList<>(List.of(Fault.values()));
      Collections.shuffle(all, random(-1 - round));
      order.addAll(all);
    }
    return order.subList(first - 1, first - 1 + runs);
  }

  /** Random numbers of neighbours have nothing in common. */
  private Random random(int number) {
    return new Random(new SplittableRandom((seed << 32) + number).nextLong());
  }

  /** Runs one and checks that nothing of the fault is left in the tables. */
  Row run(int number, Fault fault) throws IOException, InterruptedException {
    Random random = random(number);
    Path results = folder.resolve("run-" + number);
    long moment = (long) (random.nextDouble() * millis);
    String done;
    String first;
    int units;
    try (Job job = submit(results)) {
      job.process().onExit().completeOnTimeout(job.process(), moment, TimeUnit.MILLISECONDS).join();
      units = committed(results);
      done =
          job.isAlive()
              ? fault.strike(new Fault.Scene(cluster, job, results, disk), random)
              : "nothing: it was done";
      first =
          job.endsWithin(PATIENCE_SECONDS)
              ? "code " + job.await(1).code()
              : "given up after %d s".formatted(PATIENCE_SECONDS);
    }
    int restarts = 0;
    for (int code = first.equals("code 0") ? 0 : 1; code != 0; restarts++) {
      assertTrue(restarts < MOST_RESTARTS, "run %d, %s: does not end".formatted(number, done));
      cluster.mend();
      try (Job job = submit(results)) {
        Job.Ended ended = job.await(180);
        code = ended.code();
        if (code != 0) {
          System.out.println(ended.err());
        }
      }
    }
    cluster.mend();
    assertEquals(undisturbed, Duck.contents(results), "run %d: %s".formatted(number, done));
    checkNothingElse(results);
    delete(results);
    return new Row(number, fault, moment, units, done, first, restarts);
  }

  private Job submit(Path results) throws IOException {
    return cluster.submit(
        Map.of(),
        Runs.GPUS,
        Runs.run(
            sweep,
            results,
            "--set",
            "data.count=160",
            "--set",
            "measure.quality={batch_size: 10, sources: true}",
            "--set",
            "measure.throughput={batch_size: 4, repeats: 30, warmup_limit: 4, latency_repeats: 5}"));
  }

  private static int committed(Path results) throws IOException {
    if (!Files.isDirectory(results.resolve("_work"))) {
      return 0;
    }
    try (Stream<Path> walk = Files.walk(results.resolve("_work"))) {
      return (int)
          walk.filter(file -> file.toString().matches(".*/units/[^.][^/]*\\.json")).count();
    } catch (java.io.UncheckedIOException e) {
      return 0; // renamed while it was listed
    }
  }

  /** Every file in sight belongs to the run, and none of it is left elsewhere. */
  private static void checkNothingElse(Path results) throws IOException {
    Set<String> listed = new TreeSet<>();
    try (Stream<Path> manifests = Files.list(results.resolve("runs"))) {
      for (Path file : manifests.toList()) {
        for (JsonNode stored : new ObjectMapper().readTree(file.toFile()).path("files")) {
          listed.add(stored.path("path").textValue());
        }
      }
    }
    Set<String> found = new TreeSet<>();
    for (String table : TABLES) {
      found.addAll(files(results, results.resolve(table)));
    }
    assertEquals(listed, found, "files that no manifest lists, or the reverse");
    assertEquals(Set.of("_work/claims.lock"), files(results, results.resolve("_work")));
  }

  private static Set<String> files(Path root, Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Set.of();
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Collections.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
