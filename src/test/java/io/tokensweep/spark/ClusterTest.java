package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.spark.RunOptions.OnBadImage;
import io.tokensweep.store.Duck;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.history.FsHistoryProvider;
import org.apache.spark.status.api.v1.ApplicationInfo;
import org.apache.spark.status.api.v1.JobData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.OptionConverters;

/** A whole sweep on executors with fake GPUs: who held which device, and what it left. */
@Timeout(240)
class ClusterTest {
  @TempDir static Path folder;

  private static Path results;
  private static RunSummary summary;
  private static List<Use> uses;

  /** A line of the device journal. */
  private record Use(
      String device, String stage, String unit, String executor, int cpus, long begin, long end) {
    static Use of(String line) {
      String[] cells = line.split(",", -1);
      return new Use(
          cells[0],
          cells[1],
          cells[2],
          cells[3],
          Integer.parseInt(cells[4]),
          Long.parseLong(cells[5]),
          Long.parseLong(cells[6]));
    }

    boolean overlaps(Use other) {
      return begin < other.end && other.begin < end;
    }
  }

  @BeforeAll
  static void run() throws IOException {
    Path sweep = TinySweep.write(folder);
    results = folder.resolve("results");
    String threads = System.clearProperty(EngineThreads.PROPERTY); // of this process's tests
    try (LocalCluster cluster = LocalCluster.in(folder)) {
      cluster.set("spark.speculation", "true"); // is ignored
      cluster.set("spark.eventLog.enabled", "true");
      cluster.set("spark.eventLog.dir", folder.resolve("events").toString());
      cluster.set(
          "spark.metrics.conf.driver.sink.csv.class", "org.apache.spark.metrics.sink.CsvSink");
      cluster.set("spark.metrics.conf.driver.sink.csv.directory", csv().toString());
      Files.createDirectories(csv());
      summary =
          new SweepRun(
                  TinySweep.read(sweep),
                  new RunOptions(
                      results,
                      results.resolve("_pixels"),
                      OptionalInt.empty(),
                      false,
                      OnBadImage.STOP),
                  new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                  false)
              .run();
    } finally {
      if (threads != null) {
        System.setProperty(EngineThreads.PROPERTY, threads);
      }
    }
    uses = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve("journal"))) {
      for (Path file : files.toList()) {
        Files.readAllLines(file).stream()
            .filter(line -> !line.equals(DeviceJournal.COLUMNS))
            .map(Use::of)
            .forEach(uses::add);
      }
    }
  }

  private static Path csv() {
    return folder.resolve("metrics");
  }

  @Test
  void noTwoTasksHoldOneGpu() {
    assertEquals(9, uses.size()); // eight units of images and one of timings
    assertTrue(uses.stream().allMatch(use -> use.device.matches("gpu-[0-3]")), uses::toString);
    assertTrue(uses.stream().map(Use::device).distinct().count() > 1, uses::toString);
    for (Use a : uses) {
      for (Use b : uses) {
        assertFalse(!a.equals(b) && a.device.equals(b.device) && a.overlaps(b), a + " and " + b);
      }
    }
  }

  @Test
  void executorsLockWhereTheSettingSays() throws IOException {
    Path locks = LockFolder.in(folder.resolve("locks"));
    try (Stream<Path> files = Files.list(locks)) {
      Set<String> expected =
          uses.stream().map(use -> use.device + ".lock").collect(Collectors.toSet());
      expected.add("host.lock");
      assertEquals(
          expected, files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
    }
  }

  @Test
  void whatIsTimedRunsAloneOnAllCoresOfItsExecutor() {
    List<Use> timed = uses.stream().filter(use -> use.stage.equals("throughput")).toList();
    assertEquals(1, timed.size());
    assertEquals(2, timed.get(0).cpus);
    assertTrue(
        uses.stream().noneMatch(use -> !use.equals(timed.get(0)) && use.overlaps(timed.get(0))),
        uses::toString);
    assertTrue(
        uses.stream().filter(use -> use.stage.equals("quality")).allMatch(use -> use.cpus == 1));
    assertEquals(
        Set.of(2L),
        Duck.query(results, "select distinct threads::bigint from timings").stream()
            .map(row -> row.get(0))
            .collect(Collectors.toSet()));
  }

  @Test
  void tablesEqualThoseOfALocalRun() {
    Path local = folder.resolve("local");
    TinySweep.run(
        TinySweep.read(folder.resolve("tiny.yaml"), "measure={quality: {batch_size: 5}}"),
        local,
        false,
        2);
    String bits =
        "select trial_id, image, label, pred1, pred2, pred3, pred4, pred5, logit1, logit2, logit3,"
            + " logit4, logit5, loss, macs, tokens, diversity_medoid, diversity_median from"
            + " predictions order by trial_id, image";
    assertEquals(Duck.query(local, bits), Duck.query(results, bits));
    String sums =
        "select trial_id, status, correct1, loss, macs, tokens, diversity_median,"
            + " prediction_digest from trials order by trial_id";
    assertEquals(Duck.query(local, sums), Duck.query(results, sums));
  }

  @Test
  void theHistoryServerOpensTheEventLogAndNamesUnits() throws InterruptedException {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.history.fs.logDirectory", folder.resolve("events").toUri().toString());
    FsHistoryProvider history = new FsHistoryProvider(conf);
    try {
      history.checkForLogs();
      List<ApplicationInfo> applications = listing(history);
      while (applications.isEmpty()) { // it reads in threads of its own; the class has a timeout
        TimeUnit.MILLISECONDS.sleep(50);
        applications = listing(history);
      }
      assertEquals(
          List.of("TokenSweep tiny"), applications.stream().map(ApplicationInfo::name).toList());
      List<JobData> jobs =
          CollectionConverters.asJava(
              history
                  .getAppUI(applications.get(0).id(), scala.Option.empty())
                  .get()
                  .ui()
                  .store()
                  .jobsList(List.of()));
      Set<String> groups =
          jobs.stream()
              .flatMap(job -> OptionConverters.toJava(job.jobGroup()).stream())
              .collect(Collectors.toCollection(TreeSet::new));
      Set<String> units = uses.stream().map(Use::unit).collect(Collectors.toSet());
      assertTrue(units.containsAll(groups) && groups.size() > 1, groups + " of " + units);
      Set<String> titles =
          jobs.stream()
              .flatMap(job -> OptionConverters.toJava(job.description()).stream())
              .collect(Collectors.toSet());
      assertTrue(
          titles.stream().anyMatch(title -> title.startsWith("quality of images")),
          titles::toString);
    } finally {
      history.stop();
    }
  }

  private static List<ApplicationInfo> listing(FsHistoryProvider history) {
    return CollectionConverters.asJava(history.getListing().toSeq());
  }

  @Test
  void metricsCountTrialsImagesAndRetries() throws IOException {
    assertEquals(7, last("trials"));
    assertEquals(0, last("trials_failed"));
    assertEquals(9, last("units"));
    assertEquals(9, last("units_done"));
    assertEquals(last("images"), last("images_done"));
    assertTrue(last("images") >= 7 * 40);
    assertEquals(0, last("retries"));
    assertEquals(7, summary.trials().size());
  }

  private static long last(String gauge) throws IOException {
    try (Stream<Path> files = Files.list(csv())) {
      Path file =
          files
              .filter(
                  path ->
                      path.toString()
                          .endsWith("." + SweepPlugin.class.getName() + "." + gauge + ".csv"))
              .findFirst()
              .orElseThrow();
      List<String> lines = Files.readAllLines(file);
      return Long.parseLong(lines.get(lines.size() - 1).split(",", -1)[1]);
    }
  }
}
