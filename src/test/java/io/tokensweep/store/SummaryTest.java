package io.tokensweep.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.storage.FolderLock;
import io.tokensweep.store.SyntheticRun.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The summary says what the runs say, whatever happened to it or to them. */
class SummaryTest {
  @TempDir Path root;
  private ResultStore store;

  @BeforeEach
  void open() throws IOException {
    Files.createDirectories(root.resolve("runs"));
    store = ResultStore.existing(root);
  }

  private static String id(int number) {
    return "20260101T%09dZ-000000".formatted(number);
  }

  private static SyntheticRun run(int number, double... baseline) {
    double[] seconds = new double[baseline.length];
    for (int i = 0; i < seconds.length; i++) {
      seconds[i] = baseline[i] / 2;
    }
    return SyntheticRun.of(
        id(number),
        "%040x".formatted(number),
        baseline,
        Trial.none(image -> image % 4 != 0),
        Trial.evit(0.5, image -> image % 3 != 0, seconds),
        Trial.evit(0.7, image -> true).failed());
  }

  /** Everything, in an order of its own. */
  private record Content(
      List<RunHead> runs, List<SummaryTrial> trials, List<SummarySession> sessions) {
    static Content of(Summary summary) {
      List<SummaryTrial> trials = new ArrayList<>();
      List<SummarySession> sessions = new ArrayList<>();
      summary.trials(any -> true, trials::add);
      summary.sessions(any -> true, sessions::add);
      trials.sort(Comparator.comparing(SummaryTrial::runId).thenComparing(SummaryTrial::trialId));
      sessions.sort(
          Comparator.comparing(SummarySession::runId)
              .thenComparing(SummarySession::trialId)
              .thenComparing(SummarySession::unitId));
      return new Content(summary.runs(), trials, sessions);
    }
  }

  private Content read() {
    return Summary.read(store, Content::of);
  }

  /** What a store says that never had a summary. */
  private Content fromRuns() {
    AtomicFiles.deleteFolder(root.resolve("_summary"));
    return read();
  }

  private List<Path> parts() throws IOException {
    try (Stream<Path> parts = Files.list(root.resolve("_summary/parts"))) {
      return parts.sorted().toList();
    }
  }

  @Test
  void itSaysWhatTheTablesSay() {
    run(1, 0.2, 0.4).publish(root);
    Content content = read();
    assertEquals(List.of(RunHead.of(store.manifest(id(1)))), content.runs());
    assertEquals(3, content.trials().size());
    for (TrialRow row : store.trials(id(1))) {
      SummaryTrial trial =
          content.trials().stream()
              .filter(one -> one.trialId().equals(row.trialId()))
              .findFirst()
              .orElseThrow();
      assertEquals(row.status(), trial.status());
      if (row.quality().isPresent()) {
        TrialRow.Quality quality = row.quality().get();
        assertEquals(quality.top1().value(), trial.top1());
        assertEquals(quality.loss(), trial.loss());
        assertEquals((double) quality.macs(), trial.macs());
        assertEquals(quality.predictionDigest(), trial.digest());
        assertEquals(quality.batchSize(), trial.qualityBatch());
        assertEquals("[1000.0,%s]".formatted((double) quality.macs()), trial.tokens());
        TrialRow.Throughput throughput = row.throughput().orElseThrow();
        assertEquals(throughput.imagesPerSecond().value(), trial.throughput());
        assertEquals((double) (64 << 20), trial.memory());
        assertEquals(1e11, trial.limit());
        assertEquals(throughput.batchSize(), trial.timedBatch());
      } else {
        assertTrue(Double.isNaN(trial.top1()) && Double.isNaN(trial.throughput()));
        assertEquals("", trial.digest());
      }
    }
    assertEquals(4, content.sessions().size(), "two trials, two sessions");
    for (SummarySession session : content.sessions()) {
      boolean first = session.session() == 0;
      assertEquals(first ? 0.2 : 0.4, session.batchBaseline());
      double ratio = session.batch() / session.batchBaseline();
      assertTrue(ratio == 0.5 || ratio == 1, () -> "ratio " + ratio);
      assertEquals(session.batch(), session.image(), "made up equal");
    }
    assertEquals(
        store.trials(id(1)).get(1).configuration(),
        Summary.read(store, summary -> summary.configurations(any -> true))
            .get(store.trials(id(1)).get(1).trialId()));
  }

  @Test
  void runsThatCameAreAddedAndRunsThatWentAreForgotten() throws IOException {
    run(1, 0.2).publish(root);
    run(2, 0.2).publish(root);
    assertEquals(2, read().runs().size());
    run(3, 0.3).publish(root);
    assertEquals(List.of(id(1), id(2), id(3)), read().runs().stream().map(RunHead::runId).toList());
    Files.delete(root.resolve("runs").resolve(id(2) + ".json"));
    Content left = read();
    assertEquals(List.of(id(1), id(3)), left.runs().stream().map(RunHead::runId).toList());
    assertEquals(fromRuns(), left);
  }

  @Test
  void aRunThatIsReplacedIsSummedUpAnew() {
    run(1, 0.2).publish(root);
    run(2, 0.2).publish(root);
    read();
    run(2, 0.9).publish(root);
    Content content = read();
    assertTrue(content.sessions().stream().anyMatch(session -> session.batchBaseline() == 0.9));
    assertEquals(fromRuns(), content);
  }

  @Test
  void compactionOfTheRunsChangesNothing() {
    run(1, 0.2).publish(root);
    Content before = read();
    store.compact(1 << 20);
    assertEquals(before, read());
  }

  @Test
  void tablesThatAreGoneAreNotBelievedFromTheSummary() {
    run(1, 0.2).publish(root);
    run(2, 0.2).publish(root);
    read();
    AtomicFiles.deleteFolder(root.resolve("trials").resolve("run=" + id(1)));
    List<String> unreadable = Summary.read(store, Summary::unreadable);
    assertEquals(1, unreadable.size());
    assertTrue(unreadable.get(0).contains(id(1)), unreadable.get(0));
    assertEquals(List.of(id(2)), read().runs().stream().map(RunHead::runId).toList());
    assertEquals(2, Summary.heads(store).size(), "its manifest is there");
  }

  @Test
  void whateverIsDamagedIsMadeAnew() throws IOException {
    for (int i = 0; i < 4; i++) {
      run(i, 0.2).publish(root);
    }
    Content whole = read();
    for (String file : List.of("trials.parquet", "sessions.parquet", "configurations.parquet")) {
      Path damaged = parts().get(0).resolve(file);
      byte[] bytes = Files.readAllBytes(damaged);
      bytes[bytes.length / 3] ^= 0x55;
      bytes[bytes.length / 2] ^= 0x55;
      Files.write(damaged, bytes);
      Summary.read(store, summary -> summary.configurations(any -> true));
      assertEquals(whole, read(), file);
    }
    Files.delete(parts().get(0).resolve("sessions.parquet"));
    assertEquals(whole, read(), "a file is missing");
    AtomicFiles.deleteFolder(root.resolve("_summary/parts"));
    assertEquals(whole, read(), "all parts are missing");
    Files.writeString(root.resolve("_summary/runs.parquet"), "no table");
    assertEquals(whole, read(), "the index is damaged");
    assertEquals(1, parts().size(), "leftovers are gone");
  }

  @Test
  void aStoreThatCannotBeWrittenIsReadWithoutIt() throws IOException {
    run(1, 0.2).publish(root);
    run(2, 0.2).publish(root);
    Content whole = read();
    AtomicFiles.deleteFolder(root.resolve("_summary"));
    Files.writeString(root.resolve("_summary"), "in the way of the folder, as of root too");
    assertEquals(whole, read());
    assertEquals(whole.runs(), Summary.heads(store));
    assertTrue(Files.isRegularFile(root.resolve("_summary")));
  }

  @Test
  void whileAnotherProcessWritesItNothingIsWaitedFor() throws IOException {
    run(1, 0.2).publish(root);
    read();
    run(2, 0.2).publish(root);
    List<Path> before = parts();
    try (FolderLock other = FolderLock.lock(root.resolve("_summary/lock"))) {
      assertEquals(2, read().runs().size());
      assertEquals(2, read().trials().stream().map(SummaryTrial::runId).distinct().count());
      assertEquals(2, Summary.heads(store).size());
    }
    assertEquals(before, parts());
  }

  @Test
  void manyReadersAtOnceSeeAllOfIt() throws Exception {
    for (int i = 0; i < 20; i++) {
      run(i, 0.2).publish(root);
    }
    ExecutorService readers = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> counts = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        int number = i;
        counts.add(
            readers.submit(
                () -> {
                  if (number % 3 == 0) {
                    run(100 + number, 0.3).publish(root);
                  }
                  return read().trials().size();
                }));
      }
      for (Future<Integer> count : counts) {
        assertTrue(count.get() >= 60, "a run is missing");
      }
    } finally {
      readers.shutdownNow();
    }
    assertEquals(24 * 3, read().trials().size());
    assertEquals(fromRuns(), read());
  }

  /** One more run writes little anew, however many there are. */
  @Test
  void fullPartsStayAsTheyAre() throws IOException {
    int runs = SummaryUpdate.PART_RUNS + 40;
    for (int i = 0; i < runs; i++) {
      SyntheticRun.of(id(i), "%040x".formatted(i), new double[] {0.1}, Trial.none(any -> true))
          .images(1)
          .publish(root);
    }
    assertEquals(runs, read().trials().size());
    List<Path> before = parts();
    assertEquals(2, before.size());
    run(5000, 0.2).publish(root);
    assertEquals(runs + 3, read().trials().size());
    List<Path> after = parts();
    assertEquals(2, after.size());
    List<Path> stayed = new ArrayList<>(after);
    stayed.retainAll(before);
    assertEquals(1, stayed.size());
    Content content = read();
    assertEquals(fromRuns(), content);
  }

  @Test
  void whatIsInQuarantineIsLeftOutUntilItIsLetOut() {
    SyntheticRun run = run(1, 0.2, 0.4);
    run.publish(root);
    run(2, 0.2).publish(root);
    Content whole = read();
    String none = run.id(run.trials().get(0));
    String evit = run.id(run.trials().get(1));
    Quarantine.Entry all = store.quarantine(id(2), List.of(), List.of(), "throttled", "somebody");
    store = ResultStore.existing(root);
    assertTrue(read().trials().stream().allMatch(trial -> trial.runId().equals(id(1))));
    store.lift(all.id(), "it was not", "somebody");
    store.quarantine(id(1), List.of(evit), List.of(1), "throttled", "somebody");
    store = ResultStore.existing(root);
    assertEquals(whole.trials(), read().trials());
    assertEquals(whole.sessions().size() - 1, read().sessions().size());
    store.quarantine(id(1), List.of(none), List.of(0), "throttled", "somebody");
    store = ResultStore.existing(root);
    assertEquals(
        whole.sessions().size() - 3, read().sessions().size(), "a session without its baseline");
  }

  @Test
  void onlyTheRunsThatAreWantedAreRead() {
    run(1, 0.2).publish(root);
    run(2, 0.2).publish(root);
    List<SummaryTrial> rows = new ArrayList<>();
    Summary.read(
        store,
        summary -> {
          rows.clear();
          summary.trials(run -> run.runId().equals(id(2)), rows::add);
          return rows;
        });
    assertEquals(3, rows.size());
    assertFalse(rows.stream().anyMatch(row -> row.runId().equals(id(1))));
  }
}
