package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import io.tokensweep.storage.Location;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The classes of a data set in label order, read from a file with one class a line: its identifier,
 * then, after a space, anything: {@code n01440764 tench, Tinca tinca}. The line number, from 0, is
 * the label.
 */
public final class Synsets {
  private final String file;
  private final Map<String, Integer> labels;

  private Synsets(String file, Map<String, Integer> labels) {
    this.file = file;
    this.labels = labels;
  }

  /**
   * Reads a synset list.
   *
   * @throws InvalidInputException if the file cannot be read, is empty, or has an empty line or an
   *     identifier twice
   */
  public static Synsets read(Path file) {
    return read(Location.of(file));
  }

  /**
   * Reads a synset list.
   *
   * @throws InvalidInputException as {@link #read(Path)}
   */
  public static Synsets read(Location file) {
    List<String> lines = TextFiles.lines(file);
    Map<String, Integer> labels = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String id = lines.get(i).strip().split("\\s", 2)[0];
      if (id.isEmpty()) {
        throw new InvalidInputException(
            "%s line %d: empty, expected a class identifier".formatted(file, i + 1));
      }
      Integer earlier = labels.putIfAbsent(id, i);
      if (earlier != null) {
        throw new InvalidInputException(
            "%s line %d: %s is already on line %d".formatted(file, i + 1, id, earlier + 1));
      }
    }
    if (labels.isEmpty()) {
      throw new InvalidInputException("%s: empty, expected one class a line".formatted(file));
    }
    return new Synsets(file.toString(), labels);
  }

  /** How many classes the list has. */
  public int size() {
    return labels.size();
  }

  /** The label of a class identifier, empty if the list does not have it. */
  public OptionalInt label(String id) {
    Integer label = labels.get(id);
    return label == null ? OptionalInt.empty() : OptionalInt.of(label);
  }

  /** The file that the list was read from, for messages. */
  String file() {
    return file;
  }
}
