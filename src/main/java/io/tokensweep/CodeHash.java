package io.tokensweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** SHA-256 over the code that a class belongs to: names and contents, whenever it was packed. */
public final class CodeHash {
  private CodeHash() {}

  /**
   * The jar or class folder that a class was loaded from.
   *
   * @throws InvalidInputException if it was loaded from something else
   */
  public static Path location(Class<?> code) {
    CodeSource source = code.getProtectionDomain().getCodeSource();
    try {
      URI uri = source == null ? URI.create("unknown:") : source.getLocation().toURI();
      if ("file".equals(uri.getScheme())) {
        return Path.of(uri);
      }
      throw new InvalidInputException(
          "class %s: loaded from %s, allowed are jars and folders of classes"
              .formatted(code.getName(), uri));
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a code source has an invalid location: " + e, e);
    }
  }

  /**
   * Hashes the jar or class folder that a class was loaded from.
   *
   * @param counts says of a file, by its path in the jar or folder, whether it is hashed
   */
  public static String of(Class<?> code, Predicate<String> counts) {
    Path location = location(code);
    MessageDigest digest = Sha256.digest();
    try {
      if (Files.isDirectory(location)) {
        hashTree(location, counts, digest);
      } else {
        try (var jar = FileSystems.newFileSystem(location)) {
          hashTree(jar.getPath("/"), counts, digest);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the running code: " + e.getMessage(), e);
    }
    return Sha256.hex(digest);
  }

  private static void hashTree(Path root, Predicate<String> counts, MessageDigest digest)
      throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(root)) {
      files =
          walk.filter(Files::isRegularFile)
              .filter(file -> counts.test(name(root, file)))
              .sorted(Comparator.comparing(file -> name(root, file)))
              .toList();
    }
    for (Path file : files) {
      digest.update(name(root, file).getBytes(StandardCharsets.UTF_8));
      digest.update(Files.readAllBytes(file));
    }
  }

  private static String name(Path root, Path file) {
    return root.relativize(file).toString();
  }
}
