package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import io.tokensweep.storage.Location;
import io.tokensweep.storage.SharedLocation;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A folder of images and a CSV file with the header {@code image,label}: the path of each image
 * below the folder and its label. An image name that contains quotes or starts with one is written
 * in double quotes, quotes inside it doubled.
 */
public final class FlatSource implements ImageSource {
  private static final long serialVersionUID = 1L;

  private static final String HEADER = "image,label";

  private final ImageFiles files;

  private FlatSource(ImageFiles files) {
    this.files = files;
  }

  /**
   * Labels are whole numbers; the number of classes is the largest label plus one.
   *
   * @param folder of the images
   * @param labels the CSV file
   * @throws InvalidInputException if the folder or the file cannot be read, a row is wrong, its
   *     image does not exist, or an image has two rows
   */
  public static FlatSource of(Path folder, Path labels) {
    return of(Location.of(folder), Location.of(labels));
  }

  /**
   * The same wherever folder and file lie.
   *
   * @throws InvalidInputException as {@link #of(Path, Path)}
   */
  public static FlatSource of(Location folder, Location labels) {
    return of(folder, labels, Labels.numbers());
  }

  /**
   * Labels are whole numbers below {@code classes}.
   *
   * @throws InvalidInputException as {@link #of(Path, Path)}, and if a label is too large
   */
  public static FlatSource of(Path folder, Path labels, int classes) {
    return of(Location.of(folder), Location.of(labels), classes);
  }

  /**
   * The same wherever folder and file lie.
   *
   * @throws InvalidInputException as {@link #of(Path, Path, int)}
   */
  public static FlatSource of(Location folder, Location labels, int classes) {
    return of(folder, labels, Labels.numbers(classes));
  }

  /**
   * Labels are identifiers of a synset list, or whole numbers below its length.
   *
   * @throws InvalidInputException as {@link #of(Path, Path)}, and if the list lacks a label
   */
  public static FlatSource of(Path folder, Path labels, Synsets synsets) {
    return of(Location.of(folder), Location.of(labels), Labels.of(synsets));
  }

  private static FlatSource of(Location folder, Location csv, Labels labels) {
    List<ImageEntry> entries = read(folder, Present.in(folder), csv, labels);
    return new FlatSource(ImageFiles.sorted(folder, entries, labels.classes(entries)));
  }

  @Override
  public List<ImageEntry> images() {
    return files.entries();
  }

  @Override
  public int classes() {
    return files.classes();
  }

  @Override
  public RgbImage load(int index, Transform transform, int resolution) throws BadImageException {
    return files.load(index, transform, resolution);
  }

  @Override
  public StoredImage open(int index) throws BadImageException {
    return files.open(index);
  }

  @Override
  public FlatSource limit(int count) {
    return new FlatSource(files.limit(count));
  }

  /** The files that there are in a folder. */
  private interface Present {
    /** The name of a file below the folder; empty if there is none or it is not below. */
    Optional<String> name(String image);

    static Present in(Location folder) {
      if (folder instanceof SharedLocation shared) {
        Set<String> files = new HashSet<>(shared.filesBelow()); // one request for many
        return image -> Optional.of(Path.of(image).normalize().toString()).filter(files::contains);
      }
      Path root = ImageFiles.existingFolder(folder.local()).toAbsolutePath().normalize();
      return image -> {
        Path file = root.resolve(image).normalize();
        return file.startsWith(root) && Files.isRegularFile(file)
            ? Optional.of(ImageFiles.name(root, file))
            : Optional.empty();
      };
    }
  }

  private static List<ImageEntry> read(
      Location folder, Present files, Location csv, Labels labels) {
    List<String> lines = TextFiles.lines(csv);
    if (lines.isEmpty() || !lines.get(0).strip().equals(HEADER)) {
      throw new InvalidInputException(
          "%s line 1: found '%s', expected the header %s"
              .formatted(csv, lines.isEmpty() ? "" : lines.get(0), HEADER));
    }
    List<ImageEntry> entries = new ArrayList<>();
    Map<String, Integer> lineOf = new HashMap<>();
    for (int line = 2; line <= lines.size(); line++) {
      String row = lines.get(line - 1);
      if (row.isBlank()) {
        continue;
      }
      try {
        ImageEntry entry = entry(folder, files, row, labels);
        Integer earlier = lineOf.putIfAbsent(entry.name(), line);
        if (earlier != null) {
          throw new InvalidInputException(
              "image '%s' is already on line %d".formatted(entry.name(), earlier));
        }
        entries.add(entry);
      } catch (InvalidInputException e) {
        throw new InvalidInputException("%s line %d: %s".formatted(csv, line, e.getMessage()), e);
      }
    }
    if (entries.isEmpty()) {
      throw new InvalidInputException("%s: no images after the header".formatted(csv));
    }
    return entries;
  }

  private static ImageEntry entry(Location folder, Present files, String row, Labels labels) {
    int comma = row.lastIndexOf(',');
    if (comma < 0) {
      throw new InvalidInputException("found '%s', expected image,label".formatted(row));
    }
    String image = unquoted(row.substring(0, comma).strip());
    try {
      String name =
          files
              .name(image)
              .orElseThrow(
                  () ->
                      new InvalidInputException(
                          "there is no image '%s' in %s".formatted(image, folder.absolute())));
      return new ImageEntry(name, labels.index(unquoted(row.substring(comma + 1).strip())));
    } catch (InvalidPathException e) {
      throw new InvalidInputException("'%s' is no file name".formatted(image), e);
    }
  }

  private static String unquoted(String field) {
    return field.length() >= 2 && field.startsWith("\"") && field.endsWith("\"")
        ? field.substring(1, field.length() - 1).replace("\"\"", "\"")
        : field;
  }
}
