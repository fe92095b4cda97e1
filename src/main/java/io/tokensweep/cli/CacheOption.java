package io.tokensweep.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where decoded pixels are kept. */
final class CacheOption {
  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Folder of decoded pixels (default: _pixels in the results folder).")
  private Optional<Path> cache;

  Path in(Path results) {
    return cache.orElseGet(() -> results.resolve("_pixels"));
  }
}
