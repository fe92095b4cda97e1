package io.tokensweep.sweep;

import io.tokensweep.InvalidInputException;
import io.tokensweep.Sha256;
import io.tokensweep.storage.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Optional;

/** Weights of a model or of the methods on it, known by the SHA-256 of their file. */
public sealed interface CheckpointReference extends Serializable {

  /** 64 hexadecimal digits; empty for {@link Absent}. */
  Optional<String> sha256();

  /** No file: for a model enough to plan, for methods where they need none of their own. */
  record Absent() implements CheckpointReference {
    @Override
    public Optional<String> sha256() {
      return Optional.empty();
    }
  }

  /**
   * A checkpoint inside the jar.
   *
   * @param name such as {@code shapes-tiny}
   */
  record Embedded(String name, String digest) implements CheckpointReference {
    /** The name that {@code embedded} alone stands for. */
    public static final String DEFAULT = "shapes-tiny";

    @Override
    public Optional<String> sha256() {
      return Optional.of(digest);
    }

    /** The checkpoint on the class path, for {@link Class#getResourceAsStream}. */
    public String resource() {
      return resource(name);
    }

    private static String resource(String name) {
      return "/io/tokensweep/checkpoints/%s.safetensors".formatted(name);
    }
  }

  /** A file: absolute, relative to the current directory, or the URI of shared storage. */
  record InFile(String path, String digest) implements CheckpointReference {
    /** The file with the content that it had when it was hashed. */
    public Location location() {
      return Location.of(path).pinned(digest);
    }

    @Override
    public Optional<String> sha256() {
      return Optional.of(digest);
    }
  }

  /** Finds a checkpoint of a sweep file and hashes it. */
  static CheckpointReference find(String text, Place place) {
    return text.equals("embedded") || text.startsWith("embedded:")
        ? embedded(text, place)
        : inFile(text, place);
  }

  private static CheckpointReference embedded(String text, Place place) {
    String name = text.equals("embedded") ? Embedded.DEFAULT : text.substring("embedded:".length());
    if (!name.matches("[A-Za-z0-9._-]+")) {
      throw place.found(text, "embedded:NAME with a NAME of letters, digits, dot, _ and -");
    }
    try (InputStream in = CheckpointReference.class.getResourceAsStream(Embedded.resource(name))) {
      if (in == null) {
        throw place.found(text, "a checkpoint that this program contains, or a file");
      }
      return new Embedded(name, Sha256.of(in));
    } catch (IOException e) {
      throw unreadable(text, place, e);
    }
  }

  private static CheckpointReference inFile(String text, Place place) {
    try {
      Location file = Location.of(text);
      if (file.kind() != Location.Kind.FILE) {
        throw place.found(text, "an existing file, embedded or embedded:NAME");
      }
      return new InFile(text, file.sha256());
    } catch (IOException e) {
      throw unreadable(text, place, e);
    }
  }

  private static InvalidInputException unreadable(String text, Place place, Exception e) {
    return place.problem("%s cannot be read: %s".formatted(text, e.getMessage()));
  }
}
