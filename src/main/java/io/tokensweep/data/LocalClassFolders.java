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
import java.util.Objects;
import java.util.Set;

/** Class folders in the local file system. */
record LocalClassFolders(Path folder, List<String> names) implements ClassFolders {
  LocalClassFolders {
    names = List.copyOf(names);
  }

  static LocalClassFolders of(Path folder) {
    return new LocalClassFolders(folder, list(folder));
  }

  private static List<String> list(Path folder) {
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
      throw ClassFolders.none(folder);
    }
    names.sort(ImageFiles::compareCodePoints);
    return names;
  }

  @Override
  public List<String> imagesBelow(String className) {
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
              if ((attributes.isRegularFile() || attributes.isSymbolicLink())
                  && ClassFolders.isImage(name(file))) {
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

  private static String name(Path path) {
    return Objects.requireNonNull(path.getFileName()).toString();
  }

  private static boolean hidden(Path path) {
    return ClassFolders.isHidden(name(path));
  }
}
