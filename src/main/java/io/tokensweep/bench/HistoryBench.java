package io.tokensweep.bench;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.compare.Comparer;
import io.tokensweep.analysis.compare.Comparison;
import io.tokensweep.analysis.compare.Criteria;
import io.tokensweep.analysis.compare.GitRepository;
import io.tokensweep.analysis.compare.Metric;
import io.tokensweep.analysis.compare.Sides;
import io.tokensweep.analysis.history.Detection;
import io.tokensweep.analysis.history.Historian;
import io.tokensweep.analysis.history.History;
import io.tokensweep.analysis.history.HistoryQuery;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.Summary;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How long commands on a store take that many runs have grown. */
public final class HistoryBench {
  private static final int MOST_RUNS = 100_000;

  private HistoryBench() {}

  /**
   * Seconds, once each, in a process that did nothing of the kind before.
   *
   * @param written to write the store
   * @param firstSummary to sum up all its runs
   * @param oneMore to sum up one more
   * @param found to find two commits
   * @param compared and to compare them
   * @param history of every metric and trial
   * @param series in that history
   * @param steps in that history
   * @param summaryBytes length of the summary
   */
  public record Result(
      int runs,
      int trials,
      double written,
      double firstSummary,
      double oneMore,
      double found,
      double compared,
      double history,
      long series,
      long steps,
      long summaryBytes) {}

  /**
   * @param folder that is left as it is, and gone on with if an earlier call left it; a temporary
   *     one if empty
   * @throws InvalidInputException if the folder holds something else, or sizes are none
   */
  public static Result run(int runs, int trials, Optional<Path> folder, PrintStream progress) {
    if (runs < 3 || runs > MOST_RUNS || trials < 1 || trials > GrownStore.MOST) {
      throw new InvalidInputException(
          "bench history: found %d runs of %d trials, allowed: 3 to %d and 1 to %d"
              .formatted(runs, trials, MOST_RUNS, GrownStore.MOST));
    }
    if (folder.isPresent()) {
      GrownStore grown = new GrownStore(folder.get(), runs, trials);
      if (Files.exists(folder.get()) && !Files.isDirectory(grown.repository())) {
        throw new InvalidInputException(
            "bench history: --keep %s holds something else, allowed: a new folder, or what an"
                    .formatted(folder.get())
                + " earlier call left");
      }
      return run(grown, progress);
    }
    try {
      Path temporary = Files.createTempDirectory("tokensweep-bench-");
      try {
        return run(new GrownStore(temporary, runs, trials), progress);
      } finally {
        delete(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Result run(GrownStore grown, PrintStream progress) {
    int runs = grown.runs();
    List<String> commits = grown.commits();
    if (commits.size() != runs) {
      throw new InvalidInputException(
          "bench history: %s has %d commits, allowed: --runs %d"
              .formatted(grown.folder(), commits.size(), commits.size()));
    }
    progress.printf("writing %d runs%n", runs);
    Timed<Integer> written =
        Timed.of(
            () -> {
              IntStream.range(0, runs - 1)
                  .parallel()
                  .forEach(run -> grown.write(run, commits.get(run)));
              return runs;
            });
    ResultStore store = ResultStore.existing(grown.results());
    GitRepository repository = new GitRepository(grown.repository());
    progress.printf("summing them up%n");
    Timed<Integer> first = Timed.of(() -> Summary.heads(store).size());
    grown.write(runs - 1, commits.get(runs - 1));
    Timed<Integer> more = Timed.of(() -> Summary.heads(store).size());
    progress.printf("comparing, looking through the history%n");
    Timed<Sides> found = Timed.of(() -> new Sides(store, repository));
    Timed<Comparison> compared =
        Timed.of(
            () ->
                Comparer.compare(
                    store,
                    found.result().find(commits.get(runs - 2)),
                    found.result().find(commits.get(runs - 1)),
                    Criteria.USUAL));
    Timed<History> history =
        Timed.of(
            () ->
                Historian.of(
                    store,
                    new HistoryQuery(
                        repository,
                        "main",
                        false,
                        Optional.empty(),
                        EnumSet.allOf(Metric.class),
                        List.of(),
                        Map.of(),
                        Detection.USUAL)));
    return new Result(
        runs,
        grown.trials(),
        written.seconds(),
        first.seconds(),
        more.seconds(),
        found.seconds(),
        compared.seconds(),
        history.seconds(),
        history.result().series().size(),
        history.result().steps(),
        bytes(grown.results().resolve("_summary")));
  }

  private record Timed<T>(T result, double seconds) {
    static <T> Timed<T> of(Supplier<T> work) {
      long start = System.nanoTime();
      T result = work.get();
      return new Timed<>(result, (System.nanoTime() - start) / 1e9);
    }
  }

  private static long bytes(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
