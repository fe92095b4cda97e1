package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the labels of a data set mean, and how many classes there are. */
public final class Labels {
  private static final int IMAGENET_CLASSES = 1000;

  private final OptionalInt classes;
  private final Optional<Synsets> synsets;

  private Labels(OptionalInt classes, Optional<Synsets> synsets) {
    this.classes = classes;
    this.synsets = synsets;
  }

  /** Whole numbers; the number of classes is the largest label plus one. */
  public static Labels numbers() {
    return new Labels(OptionalInt.empty(), Optional.empty());
  }

  /**
   * Whole numbers below a number of classes.
   *
   * @param classes at least 1
   */
  public static Labels numbers(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException("%d classes, allowed are 1 and more".formatted(classes));
    }
    return new Labels(OptionalInt.of(classes), Optional.empty());
  }

  /** Whole numbers below 1000, in ImageNet-1k's order. */
  public static Labels imageNet() {
    return numbers(IMAGENET_CLASSES);
  }

  /** Identifiers of a synset list, or whole numbers below its length. */
  public static Labels of(Synsets synsets) {
    return new Labels(OptionalInt.of(synsets.size()), Optional.of(synsets));
  }

  /** Whether a label may be a word instead of a number. */
  boolean named() {
    return synsets.isPresent();
  }

  /**
   * The class index that a text stands for.
   *
   * @throws InvalidInputException if there is none
   */
  int index(String text) {
    OptionalInt named = synsets.map(list -> list.label(text)).orElseGet(OptionalInt::empty);
    return named.isPresent() ? named.getAsInt() : number(text);
  }

  private int number(String text) {
    int largest = classes.orElse(Integer.MAX_VALUE) - 1;
    String message =
        "label '%s' is not a whole number from 0 to %d%s"
            .formatted(
                shortened(text),
                largest,
                synsets.map(list -> " or a class of " + list.file()).orElse(""));
    try {
      int label = Integer.parseInt(text);
      if (label < 0 || label > largest) {
        throw new InvalidInputException(message);
      }
      return label;
    } catch (NumberFormatException e) {
      throw new InvalidInputException(message, e);
    }
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  /**
   * How many classes a data set has.
   *
   * @param entries at least one
   */
  int classes(List<ImageEntry> entries) {
    return classes.orElseGet(
        () -> 1 + entries.stream().mapToInt(ImageEntry::label).max().orElseThrow());
  }
}
