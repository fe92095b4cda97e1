package io.tokensweep.store;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which part holds which run: one file, replaced as a whole. What it names is complete; parts that
 * it does not name are leftovers.
 */
record SummaryIndex(Path folder) {
  private static final String FILE = "runs.parquet";
  private static final String PARTS = "parts";

  /** By run id; empty if there is none or it is damaged. */
  Map<String, SummaryRun> read() {
    Map<String, SummaryRun> runs = new TreeMap<>();
    if (Files.isRegularFile(folder.resolve(FILE))) {
      try {
        ParquetRows.read(
            folder.resolve(FILE),
            row -> {
              SummaryRun run = SummaryTables.run(row);
              runs.put(run.runId(), run);
            });
      } catch (InvalidInputException e) {
        runs.clear(); // it is made anew from the runs
      }
    }
    return runs;
  }

  SummaryPart part(String name) {
    return new SummaryPart(folder.resolve(PARTS).resolve(name));
  }

  /** A part that does not exist yet. */
  SummaryPart newPart() {
    return part(UUID.randomUUID().toString());
  }

  /** Makes these runs what readers see, then removes what is no longer named. */
  void publish(Collection<SummaryRun> runs) {
    Path draft = folder.resolve("." + UUID.randomUUID() + ".tmp");
    try (TableWriter<SummaryRun> writer = new TableWriter<>(SummaryTables.RUNS, draft)) {
      runs.forEach(writer::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    AtomicFiles.moveFile(draft, folder.resolve(FILE));
    clean(runs.stream().map(SummaryRun::part).collect(Collectors.toSet()));
  }

  private void clean(Set<String> named) {
    for (Path entry : entries(folder)) {
      if (entry.getFileName().toString().endsWith(".tmp")) {
        AtomicFiles.deleteFile(entry);
      }
    }
    for (Path entry : entries(folder.resolve(PARTS))) {
      if (!named.contains(entry.getFileName().toString())) {
        AtomicFiles.deleteFolder(entry);
      }
    }
  }

  private static List<Path> entries(Path folder) {
    if (!Files.isDirectory(folder)) {
      return new ArrayList<>();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
