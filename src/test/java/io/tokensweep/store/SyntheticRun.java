package io.tokensweep.store;

import io.tokensweep.store.TrialRow.Interval;
import io.tokensweep.store.TrialRow.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.IntPredicate;

/**
 * A finished run whose figures are made up, written as a real one is.
 *
 * @param baseline seconds of the unreduced network in each session
 */
@SuppressWarnings("ArrayRecordComponent") // made up and written
public record SyntheticRun(
    String runId,
    String commit,
    String branch,
    boolean dirty,
    String machine,
    String data,
    int images,
    int batchSize,
    double[] baseline,
    List<Trial> trials) {

  /** Of which a session is timed. */
  private static final int ROUNDS = 3;

  private static final int CLASSES = 10;
  private static final double LIMIT = 1e11;

  /**
   * @param right which images are
   * @param seconds in each session; empty if it was not timed
   * @param memory bytes of a pass
   */
  public record Trial(
      String method,
      double keepRate,
      IntPredicate right,
      long macs,
      double[] seconds,
      long memory,
      Status status) {
    /** The unreduced network; its times are those of the run. */
    public static Trial none(IntPredicate right) {
      return new Trial("none", 1, right, 1000, new double[0], 64 << 20, Status.OK);
    }

    public static Trial evit(double keepRate, IntPredicate right, double... seconds) {
      return new Trial(
          "evit", keepRate, right, Math.round(1000 * keepRate), seconds, 64 << 20, Status.OK);
    }

    public Trial failed() {
      return new Trial(method, keepRate, right, macs, new double[0], memory, Status.FAILED);
    }

    public Trial withMacs(long other) {
      return new Trial(method, keepRate, right, other, seconds, memory, status);
    }

    public Trial withMemory(long other) {
      return new Trial(method, keepRate, right, macs, seconds, other, status);
    }
  }

  /** A clean run on branch main, 100 images, batches of 10, one machine. */
  public static SyntheticRun of(String runId, String commit, double[] baseline, Trial... trials) {
    return new SyntheticRun(
        runId,
        commit,
        "main",
        false,
        "machine",
        "d".repeat(64),
        100,
        10,
        baseline,
        List.of(trials));
  }

  public SyntheticRun images(int other) {
    return new SyntheticRun(
        runId, commit, branch, dirty, machine, data, other, batchSize, baseline, trials);
  }

  public SyntheticRun machine(String other) {
    return new SyntheticRun(
        runId, commit, branch, dirty, other, data, images, batchSize, baseline, trials);
  }

  public SyntheticRun data(String other) {
    return new SyntheticRun(
        runId, commit, branch, dirty, machine, other, images, batchSize, baseline, trials);
  }

  public SyntheticRun batchSize(int other) {
    return new SyntheticRun(
        runId, commit, branch, dirty, machine, data, images, other, baseline, trials);
  }

  public SyntheticRun changedCode() {
    return new SyntheticRun(
        runId, commit, branch, true, machine, data, images, batchSize, baseline, trials);
  }

  public SyntheticRun branch(String other) {
    return new SyntheticRun(
        runId, commit, other, dirty, machine, data, images, batchSize, baseline, trials);
  }

  /** The id of a trial of this run, as the store would have it: it depends on the data set. */
  public String id(Trial trial) {
    return "%08x%08x".formatted(data.hashCode(), (trial.method() + trial.keepRate()).hashCode());
  }

  /** Writes tables, then the manifest. */
  public void publish(Path root) {
    publish(root, "0", List.of());
  }

  /** As the other, of a sweep file of that content, and with what the command line changed. */
  public void publish(Path root, String sweepSha256, List<String> overrides) {
    try {
      List<StoredFile> files = new ArrayList<>();
      files.add(write(root, "trials", Tables.TRIALS, trials.stream().map(this::row).toList()));
      files.add(write(root, "predictions", Tables.PREDICTIONS, predictions()));
      files.add(write(root, "timings", Tables.TIMINGS, timings()));
      files.add(write(root, "latencies", Tables.LATENCIES, timings()));
      Files.createDirectories(root.resolve("runs"));
      Json.write(
          root.resolve("runs").resolve(runId + ".json"), manifest(files, sweepSha256, overrides));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> StoredFile write(Path root, String name, Table<T> table, List<T> rows)
      throws IOException {
    String path = name + "/run=" + runId + "/part-0.parquet";
    Files.createDirectories(root.resolve(path).getParent());
    try (TableWriter<T> writer = new TableWriter<>(table, root.resolve(path))) {
      rows.forEach(writer::write);
    }
    return new StoredFile(path, Files.size(root.resolve(path)));
  }

  private Manifest manifest(List<StoredFile> files, String sweepSha256, List<String> overrides) {
    return new Manifest(
        SchemaVersion.CURRENT,
        runId,
        "synthetic",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:01:00Z",
        60,
        "{}",
        new Provenance(
            "1",
            commit,
            dirty,
            branch,
            "2026-01-01T00:00:00Z",
            commit,
            machine,
            "engine",
            "17",
            "4",
            "local[1]",
            1,
            1,
            sweepSha256,
            "",
            overrides),
        trials.stream().map(t -> new Manifest.TrialStatus(id(t), t.status())).toList(),
        List.of(),
        "made up",
        images,
        files);
  }

  private TrialRow row(Trial trial) {
    boolean ok = trial.status() == Status.OK;
    return new TrialRow(
        runId,
        id(trial),
        new TrialRow.Configuration(
            "vit",
            "c".repeat(64),
            Optional.empty(),
            data,
            "{}",
            "bicubic",
            trial.method(),
            "{}",
            trial.method().equals("none")
                ? OptionalDouble.empty()
                : OptionalDouble.of(trial.keepRate()),
            224,
            "fp32",
            List.of(),
            5000),
        trial.status(),
        ok ? Optional.empty() : Optional.of("it could not be run"),
        ok ? Optional.of(quality(trial)) : Optional.empty(),
        ok && seconds(trial).length > 0 ? Optional.of(throughput(trial)) : Optional.empty());
  }

  private TrialRow.Quality quality(Trial trial) {
    List<PredictionRow> rows = predictions(trial);
    long correct = rows.stream().filter(PredictionRow::correct1).count();
    long correct5 = rows.stream().filter(PredictionRow::correct5).count();
    int digest = Arrays.hashCode(rows.stream().mapToInt(row -> row.classes()[0]).toArray());
    double diversity =
        rows.stream().mapToDouble(PredictionRow::diversityMedoid).average().orElse(0);
    return new TrialRow.Quality(
        images,
        0,
        correct,
        correct5,
        Wilson.percent(correct, images),
        Wilson.percent(correct5, images),
        rows.stream().mapToDouble(PredictionRow::loss).average().orElse(0),
        trial.macs(),
        OptionalLong.of(0),
        List.of(1000.0, (double) trial.macs()),
        new TrialRow.Diversity(diversity, diversity, 1, 1),
        0,
        batchSize,
        "%064x".formatted(digest & 0xffffffffL));
  }

  private TrialRow.Throughput throughput(Trial trial) {
    double[] seconds = seconds(trial).clone();
    double median = Bootstrap.percentile(seconds, 50);
    double speed = batchSize / median;
    Interval interval = new Interval(speed, speed, speed);
    return new TrialRow.Throughput(
        interval,
        batchSize,
        1,
        ROUNDS * seconds.length,
        Optional.of(
            new TrialRow.Timing(
                interval,
                Optional.empty(),
                Optional.of(new TrialRow.Latency(1000 * median, 1, 1, 1)),
                seconds.length,
                1,
                Optional.of(true),
                OptionalLong.of(trial.memory()),
                1e10,
                OptionalDouble.of(LIMIT),
                Optional.empty(),
                new TrialRow.Audited(1, 0))));
  }

  private List<PredictionRow> predictions() {
    return trials.stream()
        .filter(trial -> trial.status() == Status.OK)
        .flatMap(trial -> predictions(trial).stream())
        .toList();
  }

  /** A wrong first prediction is the class after the right one, which is the second. */
  private List<PredictionRow> predictions(Trial trial) {
    List<PredictionRow> rows = new ArrayList<>();
    for (int image = 0; image < images; image++) {
      int label = image % CLASSES;
      int other = (label + 1) % CLASSES;
      boolean right = trial.right().test(image);
      rows.add(
          new PredictionRow(
              runId,
              id(trial),
              "%06d.png".formatted(image),
              label,
              right ? new int[] {label, other} : new int[] {other, label},
              new float[] {2, 1},
              right ? 0.5 : 1.5,
              trial.macs(),
              1,
              100 + image % 7,
              100));
    }
    return rows;
  }

  private double[] seconds(Trial trial) {
    return trial.method().equals("none") ? baseline : trial.seconds();
  }

  private List<TimingRow> timings() {
    List<TimingRow> rows = new ArrayList<>();
    for (int session = 0; session < baseline.length; session++) {
      for (int round = 0; round < ROUNDS; round++) {
        int position = 0;
        for (Trial trial : trials) {
          if (session < seconds(trial).length) {
            rows.add(
                new TimingRow(
                    runId,
                    id(trial),
                    "throughput-group-" + session,
                    new TimingRow.Turn(session, round, position++, trial.method().equals("none")),
                    batchSize,
                    1,
                    seconds(trial)[session],
                    OptionalLong.of(trial.memory()),
                    TimingRow.Conditions.UNKNOWN));
          }
        }
      }
    }
    return rows;
  }
}
