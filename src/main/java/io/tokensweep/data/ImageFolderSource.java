package io.tokensweep.data;

import static java.nio.file.FileVisitResult.CONTINUE;
import static java.nio.file.FileVisitResult.SKIP_SUBTREE;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * A folder with one sub-folder per class, as torchvision's {@code ImageFolder}: every {@code .jpg},
 * {@code .jpeg} or {@code .png} file at any depth below a class folder, upper or lower case,
 * belongs to the class. Links are followed; names that start with a dot are left out.
 */
public final class ImageFolderSource implements ImageSource {
  private static final long serialVersionUID = 1L;

  private static final int IMAGENET_CLASSES = 1000;
  private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png");

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
    List<String> classes = classFolders(folder);
    List<Integer> labels = new ArrayList<>();
    for (int rank = 0; rank < classes.size(); rank++) {
      labels.add(rank);
    }
    return create(folder, classes, labels, classes.size());
  }

  /**
   * Labels are the places of the class folders' names in a list, which may name more classes than
   * the folder has.
   *
   * @throws InvalidInputException as {@link #of(Path)}, and if the list lacks a class folder
   */
  public static ImageFolderSource of(Path folder, Synsets synsets) {
    List<String> classes = classFolders(folder);
    List<Integer> labels = new ArrayList<>();
    for (String name : classes) {
      labels.add(
          synsets
              .label(name)
              .orElseThrow(
                  () ->
                      new InvalidInputException(
                          "%s: class folder %s is not among the %d classes of %s"
                              .formatted(folder, name, synsets.size(), synsets.file()))));
    }
    return create(folder, classes, labels, synsets.size());
  }

  /**
   * Labels are ImageNet-1k's, whose order is that of the synsets' names; without a list they are
   * known only if all 1000 class folders are there.
   *
   * @throws InvalidInputException as {@link #of(Path)}, and if there are not 1000 class folders
   */
  public static ImageFolderSource imageNet(Path folder) {
    int classes = classFolders(folder).size();
    if (classes != IMAGENET_CLASSES) {
      throw new InvalidInputException(
          "%s: ImageNet labels without a synset list need %d class folders, found %d"
              .formatted(folder, IMAGENET_CLASSES, classes));
    }
    return of(folder);
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
      Path folder, List<String> names, List<Integer> labels, int classes) {
    List<ImageEntry> entries = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      List<String> images = imagesBelow(folder, names.get(i));
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

  private static List<String> classFolders(Path folder) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> children =
        Files.newDirectoryStream(ImageFiles.existingFolder(folder))) {
      for (Path child : children) {
        if (Files.isDirectory(child) && !hidden(child)) {
          names.add(child.getFileName().toString());
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new InvalidInputException("%s: cannot be listed (%s)".formatted(folder, e), e);
    }
    if (names.isEmpty()) {
      throw new InvalidInputException(
          "%s: no class folders, expected one sub-folder of images per class".formatted(folder));
    }
    names.sort(ImageFiles::compareCodePoints);
    return names;
  }

  private static List<String> imagesBelow(Path folder, String className) {
    List<String> names = new ArrayList<>();
    try {
      Files.walkFileTree(
          folder.resolve(className),
          Set.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes a) {
              return hidden(directory) ? SKIP_SUBTREE : CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              // a link here is a broken one: loading it reports the image as unreadable
              if ((attributes.isRegularFile() || attributes.isSymbolicLink()) && isImage(file)) {
                names.add(ImageFiles.name(folder, file));
              }
              return CONTINUE;
            }
          });
    } catch (FileSystemLoopException e) {
      throw new InvalidInputException(
          "%s: is a link to a folder that contains it".formatted(e.getFile()), e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: class folder %s cannot be listed (%s)".formatted(folder, className, e), e);
    }
    return names;
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString();
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return !hidden(file) && EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT));
  }

  private static boolean hidden(Path path) {
    return Objects.requireNonNull(path.getFileName()).toString().startsWith(".");
  }
}
