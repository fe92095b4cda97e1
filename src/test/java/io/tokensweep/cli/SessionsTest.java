package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.cli.Program.Child;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.spark.TinySweep;
import io.tokensweep.store.Duck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code --sessions}: the throughput measurement in several processes, one after another. */
@Timeout(240)
class SessionsTest {
  @TempDir Path folder;
  private Path sweep;
  private Path results;

  @BeforeEach
  void write() throws IOException {
    sweep = TinySweep.write(folder);
    results = folder.resolve("results");
  }

  private Object[] arguments() {
    return new Object[] {
      "run",
      sweep,
      "--json",
      "--results",
      results,
      "--sessions",
      3,
      "--set",
      "measure.quality=",
      "--set",
      "methods=[evit]",
      "--set",
      "measure.throughput.latency_repeats=300"
    };
  }

  private List<Path> find(String pattern) throws IOException {
    try (Stream<Path> walk = Files.find(folder, 9, (path, attributes) -> true)) {
      return walk.filter(path -> path.toString().matches(".*" + pattern)).toList();
    } catch (java.io.UncheckedIOException e) {
      return List.of(); // renamed while it was listed
    }
  }

  @Test
  void aCommittedSessionIsNotMeasuredAgainAndNoProcessOutlivesItsParent() throws Exception {
    FileTime first;
    try (Child killed = Child.start(folder, arguments())) {
      while (find("units/throughput-[0-9a-f]+-0.json").isEmpty()
          || killed.process().descendants().findAny().isEmpty()) {
        assertTrue(killed.process().isAlive(), "ended before it could be killed");
        Thread.sleep(2);
      }
      List<ProcessHandle> sessions = killed.process().descendants().toList();
      killed.process().destroyForcibly().waitFor();
      for (ProcessHandle session : sessions) {
        session.onExit().get(20, TimeUnit.SECONDS);
      }
      List<Path> timed = find("timings/unit=throughput-[0-9a-f]+-0/part-0.parquet");
      assertEquals(1, timed.size());
      first = Files.getLastModifiedTime(timed.get(0));
    }

    Ended ended = Program.run(arguments());
    assertEquals(0, ended.code(), ended.err());
    ended.noStackTrace();
    List<Path> timed = find("timings/run=[^/]+/unit=throughput-[0-9a-f]+-0/part-0.parquet");
    assertEquals(first, Files.getLastModifiedTime(timed.get(0)), "measured again");

    assertEquals(
        List.of(List.of(0, 3L), List.of(1, 3L), List.of(2, 3L)),
        Duck.query(
            results,
            "select session, count(*) from timings where baseline group by session order by session"));
    assertEquals(
        0L,
        Duck.cell(
            results,
            "select count(*) from (select session, round from timings group by all"
                + " having count(*) filter (where baseline) <> 1 or count(*) <> 3)"));
    assertEquals(
        List.of(List.of(2L, 3, 3, 9, 9, 900, 900)),
        Duck.query(
            results,
            "select count(*), min(throughput_sessions), max(throughput_sessions),"
                + " min(throughput_batches), max(throughput_batches),"
                + " min(latency_passes), max(latency_passes) from trials"));
    assertEquals(
        0L,
        Duck.cell(
            results,
            "select count(*) from trials where method = 'none' or status <> 'ok'"
                + " or not throughput_ratio between throughput_ratio_low and throughput_ratio_high"
                + " or audit_difference <> 0"));
  }

  @Test
  void aSessionThatIsKilledIsNamedAndMeasuredAgain() throws Exception {
    try (Child child = Child.start(folder, arguments())) {
      Optional<ProcessHandle> session = Optional.empty();
      while (session.isEmpty()) {
        assertTrue(child.process().isAlive(), "ended before its session could be killed");
        Thread.sleep(2);
        session = child.process().descendants().filter(SessionsTest::isSession).findAny();
      }
      session.orElseThrow().destroyForcibly();
      Ended ended = child.await();
      assertEquals(0, ended.code(), ended.err());
      assertEquals(
          1,
          ended
              .err()
              .lines()
              .filter(
                  line ->
                      line.contains(
                          "failed (INFRASTRUCTURE): session 1 of 3 was killed (code 137),"
                              + " probably too little memory; again in 1 s"))
              .count(),
          ended.err());
    }
    assertEquals(
        List.of(List.of(0, 3L), List.of(1, 3L), List.of(2, 3L)),
        Duck.query(
            results,
            "select session, count(*) from timings where baseline group by session order by session"));
  }

  /** Not one that is still about to become a session. */
  private static boolean isSession(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/%d/cmdline".formatted(process.pid())))
          .contains("io.tokensweep.spark.SessionProcess");
    } catch (IOException e) {
      return false; // ended
    }
  }

  @Test
  void withoutThroughputThereAreNoSessions() {
    Program.run(
            "plan", sweep, "--results", results, "--sessions", 2, "--set", "measure.throughput=")
        .refused("--sessions: found 2", "does not measure throughput");
    assertFalse(Files.exists(results));
  }

  @Test
  void sessionsHaveBounds() {
    Program.run("plan", sweep, "--results", results, "--sessions", 0)
        .refused("measure.throughput.sessions", "0", "1 to 100");
  }
}
