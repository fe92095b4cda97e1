package io.tokensweep.eval.conformance;

import ai.djl.engine.EngineException;
import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs golden cases: does this code compute what the official implementations compute? */
public final class Conformance {
  private Conformance() {}

  /**
   * Runs every case of a folder, one after the other, in alphabetical order.
   *
   * @param directory a case, or a folder whose sub-folders are cases
   * @return one result for each case; empty if there is none
   * @throws InvalidInputException if the folder is missing or empty, or if a {@code case.json}
   *     cannot be read or names no case and kind
   */
  public static List<CaseResult> run(Path directory) {
    return cases(directory).stream().map(Conformance::run).toList();
  }

  /**
   * The folders of the cases in a folder, alphabetically; the folder itself if it is a case.
   *
   * @throws InvalidInputException if the folder is missing or empty
   */
  public static List<Path> caseFolders(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new InvalidInputException(
          directory + ": there is no such folder, allowed is a folder of golden cases");
    }
    if (GoldenCase.isCase(directory)) {
      return List.of(directory);
    }
    try (Stream<Path> entries = Files.list(directory)) {
      List<Path> all = entries.sorted().toList();
      if (all.isEmpty()) {
        throw new InvalidInputException(
            directory + ": is empty, allowed is a folder of golden cases");
      }
      return all.stream().filter(GoldenCase::isCase).toList();
    } catch (IOException e) {
      throw new InvalidInputException("%s: cannot be read: %s".formatted(directory, e), e);
    }
  }

  /** All case files are read before the first case runs, so that a bad one is noticed at once. */
  private static List<GoldenCase> cases(Path directory) {
    return caseFolders(directory).stream().map(GoldenCase::open).toList();
  }

  private static CaseResult run(GoldenCase golden) {
    Optional<Checker> checker = Checkers.ofKind(golden.kind());
    if (checker.isEmpty()) {
      return CaseResult.unsupported(
          golden, "cases of kind %s are not run".formatted(golden.kind()));
    }
    try {
      return checker
          .get()
          .unsupported(golden)
          .map(why -> CaseResult.unsupported(golden, why))
          .orElseGet(() -> checker.get().check(golden));
    } catch (InvalidInputException | IllegalArgumentException | EngineException e) {
      return CaseResult.broken(
          golden, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }
}
