package io.tokensweep.store;

import io.tokensweep.InvalidInputException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the index says, held against the runs that are there. A run whose files changed since it was
 * summed up counts as not summed up; one that is gone is forgotten.
 */
final class SummaryUpdate {
  /** Of a part: large enough for few files, small enough to be written anew for one more run. */
  static final int PART_RUNS = 256;

  private static final int AT_ONCE = 64;

  private final Path root;
  private final Map<String, SummaryRun> valid = new TreeMap<>();
  private final Set<String> missing = new TreeSet<>();
  private final Map<String, String> unreadable = new TreeMap<>();
  private final boolean outdated;

  /**
   * @param runIds of all finished runs
   * @param distrusted parts that were found damaged
   */
  SummaryUpdate(Path root, Set<String> runIds, SummaryIndex index, Set<String> distrusted) {
    this.root = root;
    Map<String, SummaryRun> known = index.read();
    known.values().parallelStream()
        .filter(run -> runIds.contains(run.runId()))
        .filter(run -> !distrusted.contains(run.part()))
        .filter(run -> SummarySources.areUnchanged(run.sources(), root))
        .toList()
        .forEach(run -> valid.put(run.runId(), run));
    runIds.stream().filter(run -> !valid.containsKey(run)).forEach(missing::add);
    outdated = valid.size() < known.size();
  }

  /** Whether the index has to be replaced. */
  boolean isNeeded() {
    return outdated || !missing.isEmpty();
  }

  /** Summed up, by run id. */
  Map<String, SummaryRun> valid() {
    return valid;
  }

  /** Not summed up, by run id. */
  Set<String> missing() {
    return missing;
  }

  /** Why runs could not be summed up, by run id. */
  Map<String, String> unreadable() {
    return unreadable;
  }

  /** Sums up what is missing and publishes. The lock of the folder must be held. */
  void publish(ResultStore store, SummaryIndex index) {
    List<RunRows> rest = sumUp(store, index, () -> index.publish(valid.values()));
    if (rest.isEmpty() && !outdated && missing.size() == unreadable.size()) {
      return; // nothing but what cannot be read
    }
    rest.addAll(ofSmallParts(index));
    rest.sort(Comparator.comparing(rows -> rows.run().runId()));
    for (int from = 0; from < rest.size(); from += PART_RUNS) {
      write(rest.subList(from, Math.min(rest.size(), from + PART_RUNS)), index);
    }
    index.publish(valid.values());
    missing.retainAll(unreadable.keySet());
  }

  /** Sums up what is missing in another place and leaves the index as it is. */
  void sumUpAside(ResultStore store, SummaryIndex other) {
    List<RunRows> rest = sumUp(store, other, () -> {});
    if (!rest.isEmpty()) {
      write(rest, other);
    }
    missing.retainAll(unreadable.keySet());
  }

  /**
   * Writes full parts; what is left fills none.
   *
   * @param afterPart called after each, so that a process that is killed loses little
   */
  private List<RunRows> sumUp(ResultStore store, SummaryIndex index, Runnable afterPart) {
    List<String> ids = List.copyOf(missing);
    List<RunRows> rest = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += AT_ONCE) {
      ids.subList(from, Math.min(ids.size(), from + AT_ONCE)).parallelStream()
          .map(id -> new Attempt(id, store))
          .toList()
          .forEach(
              attempt -> {
                rest.addAll(attempt.rows);
                attempt.failure.forEach(why -> unreadable.put(attempt.runId, why));
              });
      if (rest.size() >= PART_RUNS) {
        write(rest.subList(0, PART_RUNS), index);
        rest.subList(0, PART_RUNS).clear();
        afterPart.run();
      }
    }
    return rest;
  }

  /** A run that is summed up, or why it could not be. */
  private final class Attempt {
    private final String runId;
    private final List<RunRows> rows = new ArrayList<>();
    private final List<String> failure = new ArrayList<>();

    Attempt(String runId, ResultStore store) {
      this.runId = runId;
      try {
        rows.add(RunRows.read(store.manifest(runId), root));
      } catch (InvalidInputException e) {
        failure.add(e.getMessage());
      } catch (UncheckedIOException e) {
        failure.add(e.getCause().toString());
      }
    }
  }

  /** The rows of parts that are less than half full are written anew with those that come. */
  private List<RunRows> ofSmallParts(SummaryIndex index) {
    Map<String, List<SummaryRun>> parts = new HashMap<>();
    valid.values().forEach(r -> parts.computeIfAbsent(r.part(), any -> new ArrayList<>()).add(r));
    List<RunRows> rows = new ArrayList<>();
    parts.forEach(
        (part, runs) -> {
          if (runs.size() < PART_RUNS / 2) {
            rows.addAll(rowsOf(index.part(part), runs));
          }
        });
    return rows;
  }

  private Collection<RunRows> rowsOf(SummaryPart part, List<SummaryRun> runs) {
    try {
      return part.read(runs);
    } catch (DamagedSummaryException e) {
      return List.of(); // they stay where they are; whoever reads them finds out
    }
  }

  private void write(List<RunRows> runs, SummaryIndex index) {
    SummaryPart part = index.newPart();
    part.write(runs);
    runs.forEach(rows -> valid.put(rows.run().runId(), rows.run().in(part.name())));
  }

  /** The parts that hold valid runs, each with these; in the order of time as far as they are. */
  Map<SummaryPart, Map<String, SummaryRun>> parts(SummaryIndex index, SummaryIndex aside) {
    Map<SummaryPart, Map<String, SummaryRun>> parts = new LinkedHashMap<>();
    for (SummaryRun run : valid.values()) {
      SummaryPart part = index.part(run.part());
      if (!Files.isDirectory(part.folder())) {
        part = aside.part(run.part());
      }
      parts.computeIfAbsent(part, any -> new TreeMap<>()).put(run.runId(), run);
    }
    return parts;
  }
}
