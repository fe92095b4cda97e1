package io.tokensweep.storage;

import io.tokensweep.InvalidInputException;
import io.tokensweep.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A path of the local file system, absolute or below the current directory. */
record LocalLocation(String text) implements Location {
  static LocalLocation parse(String text) {
    try {
      return new LocalLocation(Path.of(text).toString());
    } catch (InvalidPathException e) {
      throw new InvalidInputException("'%s' is no file name".formatted(text), e);
    }
  }

  @Override
  public Kind kind() {
    if (Files.isDirectory(local())) {
      return Kind.FOLDER;
    }
    return Files.isRegularFile(local()) ? Kind.FILE : Kind.NOTHING;
  }

  @Override
  public String name() {
    return Optional.ofNullable(local().getFileName()).map(Path::toString).orElse("");
  }

  @Override
  public String path() {
    return local().toAbsolutePath().normalize().toString();
  }

  @Override
  public Location absolute() {
    return new LocalLocation(path());
  }

  @Override
  public Location child(String relative) {
    return new LocalLocation(local().resolve(relative).toString());
  }

  @Override
  public List<Location> children() {
    try (Stream<Path> children = Files.list(local())) {
      return children.map(Location::of).toList();
    } catch (IOException e) {
      throw new InvalidInputException("%s: cannot be listed (%s)".formatted(text, e), e);
    }
  }

  @Override
  public byte[] bytes(int most) throws IOException {
    try (InputStream in = Files.newInputStream(local())) {
      return in.readNBytes(most);
    }
  }

  @Override
  public String sha256() throws IOException {
    try (InputStream in = Files.newInputStream(local())) {
      return Sha256.of(in);
    }
  }

  @Override
  public Location pinned() {
    return this;
  }

  @Override
  public Location pinned(String sha256) {
    return this;
  }

  @Override
  public Path local() {
    return Path.of(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
