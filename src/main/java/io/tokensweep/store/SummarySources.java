package io.tokensweep.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files that the summary of a run was made from, each with length and time of its last change:
 * a line {@code <bytes> <nanoseconds> <path>} for the manifest and for each file of the tables that
 * are summed up. What is not as it was then is summed up anew.
 */
final class SummarySources {
  private static final String GONE = "gone";
  private static final List<String> TABLES =
      List.of(Tables.TRIALS.name(), Tables.TIMINGS.name(), Tables.LATENCIES.name());

  private SummarySources() {}

  /** As they are now. */
  static String of(Manifest manifest, Path root) {
    return Stream.concat(
            Stream.of("runs/" + manifest.runId() + ".json"),
            manifest.files().stream().map(StoredFile::path).filter(SummarySources::isSummedUp))
        .map(path -> state(root, path) + " " + path)
        .collect(Collectors.joining("\n"));
  }

  private static boolean isSummedUp(String path) {
    return TABLES.contains(path.substring(0, path.indexOf('/')));
  }

  /** Whether all of them are as they were. */
  static boolean areUnchanged(String sources, Path root) {
    return sources
        .lines()
        .allMatch(
            line -> {
              String[] parts = line.split(" ", 3);
              return parts.length == 3
                  && state(root, parts[2]).equals(parts[0] + " " + parts[1])
                  && !parts[1].equals(GONE);
            });
  }

  private static String state(Path root, String path) {
    try {
      BasicFileAttributes file =
          Files.readAttributes(root.resolve(path), BasicFileAttributes.class);
      return file.size() + " " + file.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    } catch (IOException e) {
      return "0 " + GONE; // or it cannot be looked at
    }
  }
}
