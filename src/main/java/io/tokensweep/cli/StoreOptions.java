package io.tokensweep.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What every command on a results folder takes. */
final class StoreOptions {
  @Option(
      names = "--results",
      paramLabel = "DIR",
      defaultValue = "results",
      description = "Results folder (default: ${DEFAULT-VALUE}).")
  private Path results;

  @Option(names = "--json", description = "Print one JSON object as the last line of stdout.")
  private boolean json;

  Path results() {
    return results;
  }

  boolean json() {
    return json;
  }
}
