package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import io.tokensweep.storage.Location;
import io.tokensweep.storage.SharedLocation;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The folders of an image folder, one for each class, and what is in them. */
sealed interface ClassFolders permits LocalClassFolders, SharedClassFolders {
  /** Endings of images, in lower case. */
  Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png");

  /**
   * Finds the class folders.
   *
   * @throws InvalidInputException if the folder does not exist or cannot be listed, or has none
   */
  static ClassFolders of(Location folder) {
    return folder instanceof SharedLocation shared
        ? SharedClassFolders.of(shared)
        : LocalClassFolders.of(folder.local());
  }

  /** Names of the class folders in code-point order. */
  List<String> names();

  /** Paths of the images of a class, below the image folder, with {@code /}. */
  List<String> imagesBelow(String name);

  /** Whether a file of this name is an image that is seen. */
  static boolean isImage(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return !isHidden(name) && EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT));
  }

  static boolean isHidden(String name) {
    return name.startsWith(".");
  }

  static InvalidInputException none(Object folder) {
    return new InvalidInputException(
        "%s: no class folders, expected one sub-folder of images per class".formatted(folder));
  }
}
