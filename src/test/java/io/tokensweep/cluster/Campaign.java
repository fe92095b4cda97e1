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
 * until it is done. Moments are told by the units that are committed, so most are amid commits,
 * however fast the machine is. What happens in a run depends on the seed and the number of the run
 * alone, as far as processes let themselves be repeated.
 */
final class Campaign {
  private static final List<String> TABLES =
      List.of("trials", "predictions", "layers", "sources", "timings", "latencies", "images");

  /** A driver that has lost its cluster for so long is given up; an undisturbed run is shorter. */
  private static final int PATIENCE_SECONDS = 180;

  private static final int MOST_RESTARTS = 4;

  /** One run of so many is struck before the first commit. */
  private static final int EARLY = 6;

  private static final int LEAST_COMMITS = 15;
  private static final long LOOK_MILLIS = 50;

  private final Cluster cluster;
  private final Path sweep;
  private final Path folder;
  private final Optional<Disk> disk;
  private final long seed;
  private List<List<List<Object>>> undisturbed = List.of();
  private Pace pace = new Pace(0, 0, 0);

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
   * How a run goes that nothing disturbs.
   *
   * @param units of quality and throughput
   * @param first milliseconds from its start to the first commit
   * @param last to the last
   */
  record Pace(int units, long first, long last) {
    @Override
    public String toString() {
      return "%d commits from %.1f s to %.1f s after the start"
          .formatted(units, first / 1000.0, last / 1000.0);
    }
  }

  /**
   * When a fault strikes.
   *
   * @param units that are committed
   * @param millis later, or after the start of the run
   */
  private record Moment(int units, long millis) {}

  /**
   * One run.
   *
   * @param moment milliseconds after its start at which the fault struck
   * @param units that were committed then, and all that there are
   * @param done what was done
   * @param first how the first process ended
   * @param restarts of the command until all was measured
   */
  record Row(
      int run, Fault fault, long moment, String units, String done, String first, int restarts) {
    static final String HEAD =
        "| run | after | units committed | what was done | first process | restarts | tables |\n"
            + "|---|---|---|---|---|---|---|";

    @Override
    public String toString() {
      return "| %d | %.1f s | %s | %s | %s | %d | equal |"
          .formatted(run, moment / 1000.0, units, done, first, restarts);
    }
  }

  /** The run to compare with. */
  Pace undisturbed() throws IOException, InterruptedException {
    Path results = folder.resolve("undisturbed");
    long start = System.nanoTime();
    try (Job job = submit(results)) {
      while (!job.process().onExit().isDone() && since(start) < PATIENCE_SECONDS * 1000L) {
        int units = committed(results);
        if (units > pace.units) {
          long now = since(start);
          pace = new Pace(units, pace.units == 0 ? now : pace.first, now);
        }
        Thread.sleep(LOOK_MILLIS);
      }
      job.await(1).withCode(0);
    }
    assertTrue(pace.units >= LEAST_COMMITS, pace::toString);
    undisturbed = Duck.contents(results);
    checkNothingElse(results);
    return pace;
  }

  private static long since(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  /** Ahead of the first commit, or between two of them. */
  private Moment moment(Fault fault, Random random) {
    boolean early = random.nextInt(EARLY) == 0 && !fault.needsCommits();
    int units = early ? 0 : 1 + random.nextInt(pace.units - 1);
    long longest = early ? pace.first : (pace.last - pace.first) / pace.units;
    return new Moment(units, (long) (random.nextDouble() * longest));
  }

  private static void await(Moment moment, Job job, Path results)
      throws IOException, InterruptedException {
    while (job.isAlive() && committed(results) < moment.units) {
      Thread.sleep(LOOK_MILLIS);
    }
    job.process()
        .onExit()
        .completeOnTimeout(job.process(), moment.millis, TimeUnit.MILLISECONDS)
        .join();
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
    Moment moment = moment(fault, random);
    String done;
    String first;
    String units;
    long start = System.nanoTime();
    long struck;
    try (Job job = submit(results)) {
      await(moment, job, results);
      struck = since(start);
      units = "%d of %d".formatted(committed(results), pace.units);
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
        Job.Ended ended = job.await(2 * PATIENCE_SECONDS);
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
    return new Row(number, fault, struck, units, done, first, restarts);
  }

  private Job submit(Path results) throws IOException {
    return cluster.submit(
        Map.of(),
        Runs.GPUS,
        Runs.run(
            sweep,
            results,
            "--set",
            "data.count=" + Integer.getInteger("campaign.images", 600),
            "--set",
            "measure.quality={batch_size: 10, sources: true}",
            "--set",
            "measure.throughput={batch_size: 4, repeats: 10, warmup_limit: 4, latency_repeats: 5}"));
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
