package io.tokensweep.cli;

import io.tokensweep.InvalidInputException;
import io.tokensweep.sweep.Sweep;
import io.tokensweep.sweep.SweepFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code run} and {@code plan} take. */
final class SweepOptions {
  @Parameters(index = "0", paramLabel = "SWEEP", description = "Sweep file (YAML).")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Replaces a value of the sweep file; dotted path, may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--limit", paramLabel = "N", description = "At most N images.")
  private Integer limit;

  @Mixin private StoreOptions store;

  @Option(names = "--fresh", description = "Measure again what was measured before.")
  private boolean fresh;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      description =
          "Repeat the throughput measurement in N fresh processes; 1 measures in this process.")
  private Integer sessions;

  Sweep sweep() {
    Sweep sweep = SweepFile.read(file, overrides, System.getenv());
    if (sessions == null) {
      return sweep;
    }
    if (sweep.measure().throughput().isEmpty()) {
      throw new InvalidInputException(
          "--sessions: found %d, but %s does not measure throughput".formatted(sessions, file));
    }
    List<String> all = new ArrayList<>(overrides);
    all.add("measure.throughput.sessions=" + sessions);
    return SweepFile.read(file, all, System.getenv());
  }

  OptionalInt limit() {
    return limit(limit);
  }

  /** The value of {@code --limit}, null if it was not given. */
  static OptionalInt limit(Integer limit) {
    if (limit == null) {
      return OptionalInt.empty();
    }
    if (limit < 1) {
      throw new InvalidInputException(
          "--limit: found %d, allowed are whole numbers from 1".formatted(limit));
    }
    return OptionalInt.of(limit);
  }

  Path results() {
    return store.results();
  }

  boolean fresh() {
    return fresh;
  }

  boolean json() {
    return store.json();
  }
}
