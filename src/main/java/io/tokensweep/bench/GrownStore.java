package io.tokensweep.bench;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tokensweep.Sha256;
import io.tokensweep.store.AtomicFiles;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.Provenance;
import io.tokensweep.store.SchemaVersion;
import io.tokensweep.store.StoredFile;
import io.tokensweep.store.Table;
import io.tokensweep.store.TableWriter;
import io.tokensweep.store.Tables;
import io.tokensweep.store.TimingRow;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A store as months of commits leave it, with made-up figures: a run for each commit, the same
 * trials in each, one session of timing. Throughput steps at two commits, accuracy at one.
 *
 * @param folder that holds {@code results} and, where Git is installed, {@code code}
 * @param runs as many as commits
 * @param trials of each run, the unreduced network among them
 */
record GrownStore(Path folder, int runs, int trials) {
  private static final int ROUNDS = 3;
  private static final int BATCH = 32;
  private static final int IMAGES = 5000;
  private static final int HOURS = 3;

  /** Trials that a run can have. */
  static final int MOST = 1000;

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  Path results() {
    return folder.resolve("results");
  }

  Path repository() {
    return folder.resolve("code");
  }

  /** Commits, oldest first: those of a repository if Git makes one, else made up. */
  List<String> commits() {
    try {
      Files.createDirectories(repository());
      Files.createDirectories(results().resolve("runs"));
      boolean there = Files.isDirectory(repository().resolve(".git"));
      return there || (git("init", "-q", "-b", "main").isPresent() && imported())
          ? git("rev-list", "--reverse", "main").orElseThrow().lines().toList()
          : IntStream.range(0, runs).mapToObj(i -> "%040x".formatted(i)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean imported() throws IOException {
    StringBuilder stream = new StringBuilder();
    for (int i = 0; i < runs; i++) {
      stream.append(
          "commit refs/heads/main\ncommitter a <a@b.invalid> %d +0000\ndata 6\nchange\n"
              .formatted(time(i).getEpochSecond()));
    }
    Process process =
        new ProcessBuilder("git", "-C", repository().toString(), "fast-import", "--quiet")
            .redirectErrorStream(true)
            .start();
    try (OutputStream to = process.getOutputStream()) {
      to.write(stream.toString().getBytes(StandardCharsets.UTF_8));
    }
    process.getInputStream().readAllBytes();
    return process.onExit().join().exitValue() == 0;
  }

  private Optional<String> git(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-C", repository().toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.onExit().join().exitValue() == 0 ? Optional.of(output) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // there is no Git
    }
  }

  private static Instant time(int run) {
    return BEGIN.plusSeconds(3600L * HOURS * run);
  }

  /** Writes the run of a commit unless it is there. */
  void write(int run, String commit) {
    String runId = ID.format(time(run).plusSeconds(60)) + "-000000";
    Path manifest = results().resolve("runs").resolve(runId + ".json");
    if (Files.exists(manifest)) {
      return;
    }
    SplittableRandom random = new SplittableRandom(run);
    double[] seconds = new double[trials];
    for (int trial = 0; trial < trials; trial++) {
      double slower = trial > 0 && run >= runs / 3 && run < runs / 2 ? 1.05 : 1;
      seconds[trial] = 0.1 * keepRate(trial) * slower * Math.exp(0.01 * random.nextGaussian());
    }
    List<TrialRow> rows = new ArrayList<>();
    List<TimingRow> timings = new ArrayList<>();
    for (int trial = 0; trial < trials; trial++) {
      rows.add(row(runId, trial, run, seconds[trial]));
      for (int round = 0; round < ROUNDS; round++) {
        timings.add(
            new TimingRow(
                runId,
                id(trial),
                "throughput-0",
                new TimingRow.Turn(0, round, trial, trial == 0),
                BATCH,
                1,
                seconds[trial],
                OptionalLong.of(64L << 20),
                TimingRow.Conditions.UNKNOWN));
      }
    }
    try {
      List<StoredFile> files =
          List.of(
              write(Tables.TRIALS, runId, rows),
              write(Tables.TIMINGS, runId, timings),
              write(Tables.LATENCIES, runId, timings));
      AtomicFiles.write(manifest, JSON.writeValueAsBytes(manifest(runId, commit, run, files)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> StoredFile write(Table<T> table, String runId, List<T> rows) throws IOException {
    String path = "%s/run=%s/part-0.parquet".formatted(table.name(), runId);
    Path file = results().resolve(path);
    try (TableWriter<T> writer = new TableWriter<>(table, file)) {
      rows.forEach(writer::write);
    }
    return new StoredFile(path, Files.size(file));
  }

  private Manifest manifest(String runId, String commit, int run, List<StoredFile> files) {
    String time = time(run).toString();
    return new Manifest(
        SchemaVersion.CURRENT,
        runId,
        "made-up",
        time,
        time,
        60,
        "{}",
        new Provenance(
            "1", commit, false, "main", time, commit, "made up", "none", "17", "none", "local", 1,
            1, "0", "", List.of()),
        IntStream.range(0, trials)
            .mapToObj(trial -> new Manifest.TrialStatus(id(trial), TrialRow.Status.OK))
            .toList(),
        List.of(),
        "made up",
        IMAGES,
        files);
  }

  /** Of the unreduced network 1. */
  private static double keepRate(int trial) {
    return (2 * MOST - trial) / (2.0 * MOST);
  }

  private static String id(int trial) {
    return Sha256.of(Integer.toString(trial)).substring(0, 16);
  }

  private TrialRow row(String runId, int trial, int run, double seconds) {
    long correct = 4000 - 10L * trial - (run >= runs / 4 && trial == 1 ? 7 : 0);
    double percent = 100.0 * correct / IMAGES;
    Interval top = new Interval(percent, percent - 1, percent + 1);
    double speed = BATCH / seconds;
    Interval rate = new Interval(speed, speed, speed);
    return new TrialRow(
        runId,
        id(trial),
        new TrialRow.Configuration(
            "vit",
            "c".repeat(64),
            Optional.empty(),
            "d".repeat(64),
            "{}",
            "bicubic",
            trial == 0 ? "none" : "evit",
            "{}",
            trial == 0 ? OptionalDouble.empty() : OptionalDouble.of(keepRate(trial)),
            224,
            "fp32",
            List.of(3, 6, 9),
            5_000_000),
        TrialRow.Status.OK,
        Optional.empty(),
        Optional.of(
            new TrialRow.Quality(
                IMAGES,
                0,
                correct,
                correct,
                top,
                top,
                2 - percent / 100,
                1_000_000_000L - 5_000_000L * trial,
                OptionalLong.of(0),
                List.of(197.0, 139.0, 98.0, 69.0),
                new TrialRow.Diversity(1000 - trial, 900 - trial, 1, 1),
                9,
                BATCH,
                Sha256.of(trial + " " + correct))),
        Optional.of(
            new TrialRow.Throughput(
                rate,
                BATCH,
                1,
                ROUNDS,
                Optional.of(
                    new TrialRow.Timing(
                        rate,
                        Optional.empty(),
                        Optional.of(new TrialRow.Latency(1000 * seconds, 1, 1, ROUNDS)),
                        1,
                        1,
                        Optional.of(true),
                        OptionalLong.of(64L << 20),
                        1e10,
                        OptionalDouble.of(1e11),
                        Optional.empty(),
                        new TrialRow.Audited(BATCH, 0))))));
  }
}
