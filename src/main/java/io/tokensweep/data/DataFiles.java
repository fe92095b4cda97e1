package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import io.tokensweep.storage.Location;
import io.tokensweep.storage.Location.Kind;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/**
 * The files of a data set that is packed into several, all with the same ending: a file, a folder
 * of files, numbered files such as {@code val-{000..049}.tar}, or a pattern such as {@code
 * val-*.tar}. What exists under the text as it stands is that file or folder.
 */
final class DataFiles {
  private DataFiles() {}

  /**
   * Absolute locations, each once.
   *
   * @param text as in a sweep file
   * @param ending such as {@code .tar}
   * @throws InvalidInputException if there are none, one of a range is missing, or one has another
   *     ending
   */
  static List<Location> find(String text, String ending) {
    Set<Location> files = new LinkedHashSet<>();
    Location whole = Location.of(text);
    if (whole.kind() != Kind.NOTHING) {
      files.addAll(existing(whole, ending));
    } else {
      List<String> names = NumberRanges.expand(text);
      refuseGaps(text, names);
      for (String name : names) {
        files.addAll(
            isPattern(name) ? matching(name, ending) : existing(Location.of(name), ending));
      }
    }
    files.forEach(file -> checkEnding(file, ending));
    return files.stream().map(Location::absolute).toList();
  }

  private static void refuseGaps(String text, List<String> names) {
    List<String> missing =
        names.stream()
            .filter(name -> !isPattern(name) && Location.of(name).kind() == Kind.NOTHING)
            .toList();
    if (!missing.isEmpty()) {
      throw new InvalidInputException(
          names.size() == 1
              ? "%s: no such file or folder".formatted(names.get(0))
              : "%s: no such file; %d of the %d files of %s are missing"
                  .formatted(missing.get(0), missing.size(), names.size(), text));
    }
  }

  private static boolean isPattern(String name) {
    return name.contains("*") || name.contains("?") || name.contains("[");
  }

  private static List<Location> existing(Location location, String ending) {
    if (location.kind() != Kind.FOLDER) {
      return List.of(location);
    }
    List<Location> files =
        list(location, "*").stream()
            .filter(file -> hasEnding(file, ending) && file.kind() == Kind.FILE)
            .toList();
    if (files.isEmpty()) {
      throw new InvalidInputException("%s: no %s file in this folder".formatted(location, ending));
    }
    return files;
  }

  private static List<Location> matching(String pattern, String ending) {
    int slash = pattern.lastIndexOf('/');
    String folder = slash < 0 ? "" : pattern.substring(0, slash + 1);
    if (isPattern(folder)) {
      throw new InvalidInputException(
          "%s: found a pattern in a folder's name, allowed: patterns in the name of the file"
              .formatted(pattern));
    }
    List<Location> files =
        list(existingFolder(Location.of(folder)), pattern.substring(slash + 1)).stream()
            .filter(file -> file.kind() == Kind.FILE)
            .toList();
    if (files.isEmpty()) {
      throw new InvalidInputException(
          "%s: no file matches, expected some that end in %s".formatted(pattern, ending));
    }
    return files;
  }

  private static Location existingFolder(Location folder) {
    return switch (folder.kind()) {
      case FOLDER -> folder;
      case FILE -> throw new InvalidInputException("%s: not a folder".formatted(folder));
      case NOTHING -> throw new InvalidInputException("%s: no such folder".formatted(folder));
    };
  }

  /** What is in a folder, without what starts with a dot, by name. */
  private static List<Location> list(Location folder, String glob) {
    try {
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
      return folder.children().stream()
          .filter(child -> !child.name().startsWith("."))
          .filter(child -> matcher.matches(Path.of(child.name())))
          .sorted(Comparator.comparing(Location::name, ImageFiles::compareCodePoints))
          .toList();
    } catch (PatternSyntaxException e) {
      throw new InvalidInputException(
          "%s: '%s' is no pattern (%s)".formatted(folder, glob, e.getDescription()), e);
    }
  }

  private static boolean hasEnding(Location file, String ending) {
    return file.name().toLowerCase(Locale.ROOT).endsWith(ending);
  }

  private static void checkEnding(Location file, String ending) {
    if (file.kind() != Kind.FILE) {
      throw new InvalidInputException("%s: not a file".formatted(file));
    }
    if (!hasEnding(file, ending)) {
      throw new InvalidInputException(
          "%s: allowed are files that end in %s".formatted(file, ending));
    }
  }

  /** The files' paths below the deepest folder that holds them all, with {@code /}. */
  static List<String> names(List<Location> files) {
    List<Path> paths = files.stream().map(file -> Path.of(file.path())).toList();
    Path folder = paths.get(0).getParent();
    for (Path path : paths) {
      while (!path.startsWith(folder)) {
        folder = folder.getParent();
      }
    }
    Path common = folder;
    return paths.stream().map(path -> ImageFiles.name(common, path)).toList();
  }

  /** The files with the content that they have now; shared ones are fetched several at a time. */
  static List<Location> pinned(List<Location> files) {
    return files.parallelStream().map(Location::pinned).toList();
  }
}
