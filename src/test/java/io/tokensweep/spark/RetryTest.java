package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import io.tokensweep.InvalidInputException;
import io.tokensweep.store.OpenRun;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.UnitCommit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorExcluded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Units that a machine's failure ended are done elsewhere; other failures end the run at once. */
@Timeout(240)
class RetryTest {
  @TempDir static Path folder;

  private static LocalCluster cluster;
  private static SparkSession session;

  @BeforeAll
  static void start() throws IOException {
    cluster = LocalCluster.in(folder);
    cluster.set("spark.excludeOnFailure.enabled", "true");
    cluster.set("spark.excludeOnFailure.task.maxTaskAttemptsPerNode", "3"); // there is one node
    cluster.set("spark.excludeOnFailure.application.maxFailedExecutorsPerNode", "100");
    session = Sessions.start("retries");
  }

  @AfterAll
  static void stop() {
    session.stop();
    cluster.close();
  }

  /** What goes wrong in a unit, the first time that it is tried. */
  private enum Trouble {
    NONE,
    KILLED,
    DISK_FULL,
    DEVICE_LOST,
    BAD_CHECKPOINT
  }

  /** Ids of what is committed then. */
  private static Set<String> run(String name, List<Trouble> troubles, ByteArrayOutputStream log)
      throws IOException {
    Path marks = Files.createDirectories(folder.resolve("marks-" + name));
    ResultStore store = ResultStore.create(folder.resolve(name));
    List<Piece<Trouble>> pieces =
        IntStream.range(0, troubles.size())
            .mapToObj(
                i ->
                    new Piece<>(
                        "unit" + i,
                        1e12,
                        1,
                        "network",
                        Optional.empty(),
                        "unit " + i,
                        troubles.get(i)))
            .toList();
    RunCounters counters = new RunCounters(1, pieces.size(), pieces.size()).begin();
    PrintStream out = new PrintStream(log, true, StandardCharsets.UTF_8);
    String folderOfMarks = marks.toString();
    try (OpenRun run = store.begin(name, () -> {}).orElseThrow()) {
      new UnitScheduler<Trouble>(
              JavaSparkContext.fromSparkContext(session.sparkContext()),
              run,
              DeviceUse.Stage.QUALITY,
              (trouble, device, attempt) -> work(Path.of(folderOfMarks), trouble, attempt),
              pieces,
              counters,
              new Progress(out, false, "quality", "", pieces.size()))
          .run();
      return pieces.stream()
          .map(Piece::unitId)
          .filter(unit -> run.committed(unit).isPresent())
          .collect(Collectors.toSet());
    }
  }

  /** Fails once, and writes where it succeeded. */
  private static UnitCommit work(Path marks, Trouble trouble, Path attempt) {
    String unit = attempt.getFileName().toString().replaceAll("-.*", "");
    try {
      if (isFirst(marks.resolve(unit))) {
        switch (trouble) {
          case NONE -> {}
          case KILLED -> Runtime.getRuntime().halt(137);
          case DISK_FULL -> throw new IOException("No space left on device");
          case DEVICE_LOST ->
              throw new EngineException("CUDA error: an illegal memory access was encountered");
          case BAD_CHECKPOINT -> throw new InvalidInputException("w.safetensors: no tensor 'head'");
        }
      }
      Files.createDirectories(attempt.resolve("timings"));
      Files.writeString(marks.resolve(unit + ".done"), SparkEnv.get().executorId());
      return UnitCommit.ofThroughput(unit, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isFirst(Path mark) throws IOException {
    try {
      Files.writeString(Files.createFile(mark), SparkEnv.get().executorId());
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file);
  }

  @Test
  void whatMachinesDidIsMadeGoodElsewhere() throws IOException {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    Set<String> results =
        run(
            "machines",
            List.of(
                Trouble.NONE, Trouble.DISK_FULL, Trouble.DEVICE_LOST, Trouble.KILLED, Trouble.NONE),
            log);
    assertEquals(5, results.size(), log.toString(StandardCharsets.UTF_8));
    Path marks = folder.resolve("marks-machines");
    for (String unit : List.of("unit2", "unit3")) {
      assertFalse(
          text(marks.resolve(unit)).equals(text(marks.resolve(unit + ".done"))),
          unit + " was done by an executor that is gone");
    }
    assertTrue(RunCounters.current().retries() >= 3, "retries are counted");
    try (Stream<Path> units =
        Files.find(
            folder.resolve("machines"),
            5,
            (path, a) -> path.getParent().getFileName().toString().equals("units"))) {
      assertEquals(5, units.count());
    }
  }

  /**
   * Spark keeps out hosts of such executors where their tasks failed, not where they just ended.
   */
  @Test
  void anExecutorWithoutItsDeviceLeavesWhateverElseItsTaskDid() throws Exception {
    Set<String> excluded = ConcurrentHashMap.newKeySet();
    Set<String> removed = ConcurrentHashMap.newKeySet();
    session
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onExecutorExcluded(SparkListenerExecutorExcluded event) {
                excluded.add(event.executorId());
              }

              @Override
              public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
                removed.add(event.executorId());
              }
            });
    String marks = Files.createDirectories(folder.resolve("marks-bundle")).toString();
    String attempts = folder.resolve("bundle").toString();
    List<DeviceTask.Assignment<Trouble>> units =
        List.of(
            new DeviceTask.Assignment<>("unit0", Trouble.NONE, attempts + "/unit0"),
            new DeviceTask.Assignment<>("unit1", Trouble.DEVICE_LOST, attempts + "/unit1"));
    List<DeviceTask.Answer> answers =
        OneTask.run(
            JavaSparkContext.fromSparkContext(session.sparkContext())
                .parallelize(List.of(units), 1),
            new DeviceTask<>(
                DeviceUse.Stage.QUALITY,
                (trouble, device, attempt) -> work(Path.of(marks), trouble, attempt)));
    assertEquals(2, answers.size());
    String lost = text(Path.of(marks, "unit1"));
    for (String unit : List.of("unit0", "unit1")) {
      assertFalse(lost.equals(text(Path.of(marks, unit + ".done"))), unit + " was not done again");
    }
    while (!excluded.contains(lost) || !removed.contains(lost)) { // the class has a timeout
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  @Test
  void aFullDiskIsTriedElsewhere() throws IOException {
    run("disk", List.of(Trouble.DISK_FULL, Trouble.NONE), new ByteArrayOutputStream());
    Path marks = folder.resolve("marks-disk");
    assertFalse(text(marks.resolve("unit0")).equals(text(marks.resolve("unit0.done"))));
  }

  @Test
  void whatTheUserGaveIsNotTriedAgain() {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () -> run("refused", List.of(Trouble.BAD_CHECKPOINT), log));
    assertEquals("w.safetensors: no tensor 'head'", refused.getMessage());
    assertTrue(Files.exists(folder.resolve("marks-refused/unit0")));
    assertFalse(Files.exists(folder.resolve("marks-refused/unit0.done")));
  }
}
