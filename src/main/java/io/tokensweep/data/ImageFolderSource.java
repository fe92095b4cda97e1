package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import io.tokensweep.storage.Location;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder with one sub-folder per class, as torchvision's {@code ImageFolder}: every {@code .jpg},
 * {@code .jpeg} or {@code .png} file at any depth below a class folder, upper or lower case,
 * belongs to the class. Links are followed; names that start with a dot are left out.
 */
public final class ImageFolderSource implements ImageSource {
  private static final long serialVersionUID = 1L;

  private static final int IMAGENET_CLASSES = 1000;

  private final ImageFiles files;

  private ImageFolderSource(ImageFiles files) {
    this.files = files;
  }

  /**
   * Labels are the ranks of the class folders' names in code-point order.
   *
   * @throws InvalidInputException if the folder does not exist or cannot be listed, has no class
   *     folder, has a class folder without an image, or has a link that leads back up
   */
  public static ImageFolderSource of(Path folder) {
    return of(Location.of(folder));
  }

  /**
   * The same wherever the folder lies.
   *
   * @throws InvalidInputException as {@link #of(Path)}
   */
  public static ImageFolderSource of(Location folder) {
    return ofRanks(folder, ClassFolders.of(folder));
  }

  private static ImageFolderSource ofRanks(Location folder, ClassFolders folders) {
    List<String> classes = folders.names();
    List<Integer> labels = new ArrayList<>();
    for (int rank = 0; rank < classes.size(); rank++) {
      labels.add(rank);
    }
    return create(folder, folders, labels, classes.size());
  }

  /**
   * Labels are the places of the class folders' names in a list, which may name more classes than
   * the folder has.
   *
   * @throws InvalidInputException as {@link #of(Path)}, and if the list lacks a class folder
   */
  public static ImageFolderSource of(Path folder, Synsets synsets) {
    return of(Location.of(folder), synsets);
  }

  /**
   * The same wherever the folder lies.
   *
   * @throws InvalidInputException as {@link #of(Path, Synsets)}
   */
  public static ImageFolderSource of(Location folder, Synsets synsets) {
    ClassFolders folders = ClassFolders.of(folder);
    List<Integer> labels = new ArrayList<>();
    for (String name : folders.names()) {
      labels.add(
          synsets
              .label(name)
              .orElseThrow(
                  () ->
                      new InvalidInputException(
                          "%s: class folder %s is not among the %d classes of %s"
                              .formatted(folder, name, synsets.size(), synsets.file()))));
    }
    return create(folder, folders, labels, synsets.size());
  }

  /**
   * Labels are ImageNet-1k's, whose order is that of the synsets' names; without a list they are
   * known only if all 1000 class folders are there.
   *
   * @throws InvalidInputException as {@link #of(Path)}, and if there are not 1000 class folders
   */
  public static ImageFolderSource imageNet(Path folder) {
    return imageNet(Location.of(folder));
  }

  /**
   * The same wherever the folder lies.
   *
   * @throws InvalidInputException as {@link #imageNet(Path)}
   */
  public static ImageFolderSource imageNet(Location folder) {
    ClassFolders folders = ClassFolders.of(folder);
    int classes = folders.names().size();
    if (classes != IMAGENET_CLASSES) {
      throw new InvalidInputException(
          "%s: ImageNet labels without a synset list need %d class folders, found %d"
              .formatted(folder, IMAGENET_CLASSES, classes));
    }
    return ofRanks(folder, folders);
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
  public ImageFolderSource limit(int count) {
    return new ImageFolderSource(files.limit(count));
  }

  private static ImageFolderSource create(
      Location folder, ClassFolders folders, List<Integer> labels, int classes) {
    List<String> names = folders.names();
    List<ImageEntry> entries = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      List<String> images = folders.imagesBelow(names.get(i));
      if (images.isEmpty()) {
        throw new InvalidInputException(
            "%s: class folder %s has no .jpg, .jpeg or .png image".formatted(folder, names.get(i)));
      }
      for (String image : images) {
        entries.add(new ImageEntry(image, labels.get(i)));
      }
    }
    return new ImageFolderSource(ImageFiles.sorted(folder, entries, classes));
  }
}
