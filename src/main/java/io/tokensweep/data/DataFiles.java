package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
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
   * Absolute paths, each once.
   *
   * @param text as in a sweep file
   * @param ending such as {@code .tar}
   * @throws InvalidInputException if there are none, one of a range is missing, or one has another
   *     ending
   */
  static List<Path> find(String text, String ending) {
    Set<Path> files = new LinkedHashSet<>();
    try {
      if (Files.exists(Path.of(text))) {
        files.addAll(existing(Path.of(text), ending));
      } else {
        List<String> names = NumberRanges.expand(text);
        refuseGaps(text, names);
        for (String name : names) {
          files.addAll(isPattern(name) ? matching(name, ending) : existing(Path.of(name), ending));
        }
      }
    } catch (InvalidPathException e) {
      throw new InvalidInputException("'%s' is no file name".formatted(text), e);
    }
    files.forEach(file -> checkEnding(file, ending));
    return files.stream().map(file -> file.toAbsolutePath().normalize()).toList();
  }

  private static void refuseGaps(String text, List<String> names) {
    List<String> missing =
        names.stream().filter(name -> !isPattern(name) && !Files.exists(Path.of(name))).toList();
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

  private static List<Path> existing(Path path, String ending) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    List<Path> files =
        list(path, "*").stream()
            .filter(file -> hasEnding(file, ending) && Files.isRegularFile(file))
            .toList();
    if (files.isEmpty()) {
      throw new InvalidInputException("%s: no %s file in this folder".formatted(path, ending));
    }
    return files;
  }

  private static List<Path> matching(String pattern, String ending) {
    int slash = pattern.lastIndexOf('/');
    String folder = slash < 0 ? "" : pattern.substring(0, slash + 1);
    if (isPattern(folder)) {
      throw new InvalidInputException(
          "%s: found a pattern in a folder's name, allowed: patterns in the name of the file"
              .formatted(pattern));
    }
    List<Path> files =
        list(ImageFiles.existingFolder(Path.of(folder)), pattern.substring(slash + 1)).stream()
            .filter(Files::isRegularFile)
            .toList();
    if (files.isEmpty()) {
      throw new InvalidInputException(
          "%s: no file matches, expected some that end in %s".formatted(pattern, ending));
    }
    return files;
  }

  /** What is in a folder, without what starts with a dot, by name. */
  private static List<Path> list(Path folder, String glob) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder, glob)) {
      for (Path child : children) {
        if (!child.getFileName().toString().startsWith(".")) {
          found.add(child);
        }
      }
    } catch (PatternSyntaxException e) {
      throw new InvalidInputException(
          "%s: '%s' is no pattern (%s)".formatted(folder, glob, e.getDescription()), e);
    } catch (IOException | DirectoryIteratorException e) {
      throw new InvalidInputException("%s: cannot be listed (%s)".formatted(folder, e), e);
    }
    found.sort(Comparator.comparing(Path::toString, ImageFiles::compareCodePoints));
    return found;
  }

  private static boolean hasEnding(Path file, String ending) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(ending);
  }

  private static void checkEnding(Path file, String ending) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException("%s: not a file".formatted(file));
    }
    if (!hasEnding(file, ending)) {
      throw new InvalidInputException(
          "%s: allowed are files that end in %s".formatted(file, ending));
    }
  }

  /** The files' paths below the deepest folder that holds them all, with {@code /}. */
  static List<String> names(List<Path> files) {
    Path folder = files.get(0).getParent();
    for (Path file : files) {
      while (!file.startsWith(folder)) {
        folder = folder.getParent();
      }
    }
    Path common = folder;
    return files.stream().map(file -> ImageFiles.name(common, file)).toList();
  }
}
