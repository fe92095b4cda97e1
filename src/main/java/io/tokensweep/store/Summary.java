package io.tokensweep.store;

import io.tokensweep.storage.FolderLock;
import io.tokensweep.store.SummaryTables.Described;
import io.tokensweep.store.TrialRow.Configuration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Few rows for each trial and session of every finished run, kept beside the runs so that thousands
 * of them can be looked through at once.
 *
 * <pre>
 *   _summary/runs.parquet       the index: a row for each run, and the part that has its rows
 *   _summary/parts/&lt;part&gt;/      rows of up to {@value SummaryUpdate#PART_RUNS} runs
 *   _summary/lock               held by who brings it up to date
 * </pre>
 *
 * <p>It is made from the runs and never believed against them. Whoever reads it brings it up to
 * date first; where that cannot be done, because the store is read-only or another process is at
 * it, what is missing is summed up in a temporary folder.
 */
public final class Summary {
  private static final String FOLDER = "_summary";

  /** Anew after a part was damaged, or gone because another process replaced it. */
  private static final int ATTEMPTS = 5;

  private final Quarantine quarantine;
  private final List<RunHead> runs;
  private final Map<SummaryPart, Map<String, SummaryRun>> parts;
  private final List<String> unreadable;

  private Summary(
      Quarantine quarantine,
      List<RunHead> runs,
      Map<SummaryPart, Map<String, SummaryRun>> parts,
      Collection<String> unreadable) {
    this.quarantine = quarantine;
    this.runs = List.copyOf(runs);
    this.parts = parts;
    this.unreadable = List.copyOf(unreadable);
  }

  /**
   * Brings the summary of a store up to date and reads it.
   *
   * @param use may be called again if a part turns out to be damaged
   */
  public static <T> T read(ResultStore store, Function<Summary, T> use) {
    Set<String> distrusted = new HashSet<>();
    for (int attempt = 1; ; attempt++) {
      try {
        return readOnce(store, distrusted, use);
      } catch (DamagedSummaryException e) {
        distrusted.add(e.part());
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static <T> T readOnce(
      ResultStore store, Set<String> distrusted, Function<Summary, T> use) {
    SummaryIndex index = index(store);
    SummaryUpdate update = new SummaryUpdate(store.root(), runIds(store), index, distrusted);
    if (update.isNeeded()) {
      Optional<FolderLock> lock = lock(index);
      if (lock.isPresent()) {
        try (FolderLock held = lock.get()) {
          update = new SummaryUpdate(store.root(), runIds(store), index, distrusted);
          update.publish(store, index);
        }
      } else {
        return readAside(store, update, use);
      }
    }
    return use.apply(of(store, update, index, index));
  }

  private static <T> T readAside(
      ResultStore store, SummaryUpdate update, Function<Summary, T> use) {
    try {
      Path folder = Files.createTempDirectory("tokensweep-summary-");
      try {
        SummaryIndex aside = new SummaryIndex(folder);
        update.sumUpAside(store, aside);
        return use.apply(of(store, update, index(store), aside));
      } finally {
        AtomicFiles.deleteFolder(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Summary of(
      ResultStore store, SummaryUpdate update, SummaryIndex index, SummaryIndex aside) {
    return new Summary(
        store.quarantine(),
        update.valid().values().stream().map(SummaryRun::head).toList(),
        update.parts(index, aside),
        update.unreadable().values());
  }

  /**
   * All finished runs, oldest first, those with damaged tables too. Where the summary cannot be
   * brought up to date, the manifests of the other runs are read.
   */
  public static List<RunHead> heads(ResultStore store) {
    SummaryIndex index = index(store);
    SummaryUpdate update = new SummaryUpdate(store.root(), runIds(store), index, Set.of());
    if (update.isNeeded()) {
      Optional<FolderLock> lock = lock(index);
      if (lock.isPresent()) {
        try (FolderLock held = lock.get()) {
          update = new SummaryUpdate(store.root(), runIds(store), index, Set.of());
          update.publish(store, index);
        }
      }
    }
    return Stream.concat(
            update.valid().values().stream().map(SummaryRun::head),
            update.missing().stream().map(store::manifest).map(RunHead::of))
        .sorted(Comparator.comparing(RunHead::runId))
        .toList();
  }

  private static SummaryIndex index(ResultStore store) {
    return new SummaryIndex(store.root().resolve(FOLDER));
  }

  /** Nothing if another process has it, or if nothing can be written here. */
  private static Optional<FolderLock> lock(SummaryIndex index) {
    try {
      return FolderLock.tryLock(index.folder().resolve("lock"));
    } catch (UncheckedIOException e) {
      return Optional.empty();
    }
  }

  private static Set<String> runIds(ResultStore store) {
    return new HashSet<>(store.runIds());
  }

  /** Runs that are summed up, oldest first. */
  public List<RunHead> runs() {
    return runs;
  }

  /** Why other runs are not, one line each. */
  public List<String> unreadable() {
    return unreadable;
  }

  /** How many trials each run measured, whatever became of them. */
  public Map<String, Integer> measured() {
    return parts.values().stream()
        .flatMap(held -> held.values().stream())
        .collect(Collectors.toMap(SummaryRun::runId, SummaryRun::trials));
  }

  /**
   * The rows of trials, in no order; none that is in quarantine.
   *
   * @param wanted runs whose rows are
   */
  public void trials(Predicate<RunHead> wanted, Consumer<SummaryTrial> rows) {
    parts.forEach(
        (part, held) -> {
          Map<String, SummaryRun> some = some(held, wanted);
          if (!some.isEmpty()) {
            part.trials(
                some,
                row -> {
                  if (isUsed(row)) {
                    rows.accept(row);
                  }
                });
          }
        });
  }

  /** The rows of sessions, in no order; none that is in quarantine, or whose baseline is. */
  public void sessions(Predicate<RunHead> wanted, Consumer<SummarySession> rows) {
    parts.forEach(
        (part, held) -> {
          Map<String, SummaryRun> some = some(held, wanted);
          if (!some.isEmpty()) {
            part.sessions(
                some,
                row -> {
                  if (isUsed(row)) {
                    rows.accept(row);
                  }
                });
          }
        });
  }

  private boolean isUsed(SummaryTrial row) {
    return quarantine.of(row.runId(), row.trialId()).isEmpty();
  }

  private boolean isUsed(SummarySession row) {
    return Stream.of(row.trialId(), row.baselineId())
        .allMatch(trial -> quarantine.of(row.runId(), trial, row.session()).isEmpty());
  }

  private static Map<String, SummaryRun> some(
      Map<String, SummaryRun> held, Predicate<RunHead> wanted) {
    return held.entrySet().stream()
        .filter(entry -> wanted.test(entry.getValue().head()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /**
   * What each trial is, by its id.
   *
   * @param wanted runs whose trials are
   */
  public Map<String, Configuration> configurations(Predicate<RunHead> wanted) {
    Map<String, Configuration> all = new HashMap<>();
    parts.forEach(
        (part, held) -> {
          if (!some(held, wanted).isEmpty()) {
            for (Described one : part.described()) {
              all.putIfAbsent(one.trialId(), one.configuration());
            }
          }
        });
    return all;
  }
}
