package io.tokensweep.storage;

import io.tokensweep.InvalidInputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A file or folder that Hadoop reads.
 *
 * @param uri without a password
 * @param content SHA-256 that the file has to have, empty if any will do
 */
public record SharedLocation(String uri, String content) implements Location {
  private static final long serialVersionUID = 1L;

  private static final Pattern URI = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):(?://([^/]*))?/.*");

  static boolean isUri(String text) {
    return URI.matcher(text).matches();
  }

  static SharedLocation parse(String text) {
    Matcher parts = matcher(text);
    String authority = Optional.ofNullable(parts.group(2)).orElse("");
    int at = authority.lastIndexOf('@');
    if (authority.substring(0, Math.max(0, at)).contains(":")) {
      throw new InvalidInputException(
          "%s://%s: found a password in a URI, allowed: passwords and keys in Hadoop's configuration,"
                  .formatted(parts.group(1), authority.substring(at + 1))
              + " such as spark.hadoop.fs.s3a.secret.key");
    }
    return new SharedLocation(text, "");
  }

  private static Matcher matcher(String uri) {
    Matcher parts = URI.matcher(uri);
    if (!parts.matches()) {
      throw new IllegalArgumentException("no URI: " + uri);
    }
    return parts;
  }

  String scheme() {
    return matcher(uri).group(1);
  }

  private org.apache.hadoop.fs.Path hadoopPath() {
    return new org.apache.hadoop.fs.Path(uri);
  }

  @Override
  public Kind kind() {
    try {
      return status().isDirectory() ? Kind.FOLDER : Kind.FILE;
    } catch (NoSuchFileException e) {
      return Kind.NOTHING;
    } catch (AccessDeniedException e) {
      throw denied(e);
    }
  }

  private InvalidInputException denied(AccessDeniedException e) {
    return new InvalidInputException("%s: must not be read (access denied)".formatted(uri), e);
  }

  FileStatus status() throws NoSuchFileException, AccessDeniedException {
    return call(system -> system.getFileStatus(hadoopPath()));
  }

  @Override
  public String name() {
    return hadoopPath().getName();
  }

  @Override
  public String path() {
    String authority = Optional.ofNullable(matcher(uri).group(2)).orElse("");
    return "/" + authority + hadoopPath().toUri().getPath();
  }

  @Override
  public Location absolute() {
    return this;
  }

  @Override
  public Location child(String relative) {
    return new SharedLocation((uri.endsWith("/") ? uri : uri + "/") + relative, "");
  }

  @Override
  public List<Location> children() {
    try {
      return call(
          system -> {
            List<Location> children = new ArrayList<>();
            for (FileStatus status : system.listStatus(hadoopPath())) {
              children.add(child(status.getPath().getName()));
            }
            return List.copyOf(children);
          });
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("%s: no such folder".formatted(uri), e);
    } catch (AccessDeniedException e) {
      throw denied(e);
    }
  }

  /**
   * The paths of all files at any depth below this folder, with {@code /}, in no order.
   *
   * @throws InvalidInputException if it is no folder or must not be listed
   */
  public List<String> filesBelow() {
    if (kind() != Kind.FOLDER) {
      throw new InvalidInputException(
          "%s: %s".formatted(uri, kind() == Kind.FILE ? "not a folder" : "no such folder"));
    }
    try {
      return call(
          system -> {
            String root = system.makeQualified(hadoopPath()).toUri().getPath();
            String start = root.endsWith("/") ? root : root + "/";
            List<String> files = new ArrayList<>();
            RemoteIterator<LocatedFileStatus> found = system.listFiles(hadoopPath(), true);
            while (found.hasNext()) {
              files.add(found.next().getPath().toUri().getPath().substring(start.length()));
            }
            return files;
          });
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("%s: no such folder".formatted(uri), e);
    } catch (AccessDeniedException e) {
      throw denied(e);
    }
  }

  @Override
  public byte[] bytes(int most) throws IOException {
    return call(
        system -> {
          try (InputStream in = system.open(hadoopPath())) {
            return in.readNBytes(most);
          }
        });
  }

  @Override
  public String sha256() throws IOException {
    return content.isEmpty() ? FileCache.ofThisHost().contentOf(this) : content;
  }

  @Override
  public Location pinned() {
    try {
      return pinned(sha256());
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("%s: no such file".formatted(uri), e);
    } catch (AccessDeniedException e) {
      throw denied(e);
    } catch (IOException e) {
      throw new StorageException("%s: cannot be fetched: %s".formatted(uri, e.getMessage()), e);
    }
  }

  @Override
  public Location pinned(String sha256) {
    return new SharedLocation(uri, sha256);
  }

  @Override
  public Path local() {
    SharedLocation pinned = content.isEmpty() ? (SharedLocation) pinned() : this;
    try {
      return FileCache.ofThisHost().copyOf(pinned);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("%s: no such file".formatted(uri), e);
    } catch (AccessDeniedException e) {
      throw denied(e);
    }
  }

  InputStream open() throws NoSuchFileException, AccessDeniedException {
    return call(system -> system.open(hadoopPath()));
  }

  private interface Call<T> {
    T on(FileSystem system) throws IOException;
  }

  /** What Hadoop throws, as the file system of Java would throw it. */
  private <T> T call(Call<T> call) throws NoSuchFileException, AccessDeniedException {
    try {
      return call.on(FileSystems.of(this, hadoopPath()));
    } catch (FileNotFoundException e) {
      throw (NoSuchFileException) new NoSuchFileException(uri).initCause(e);
    } catch (org.apache.hadoop.security.AccessControlException e) {
      throw (AccessDeniedException) new AccessDeniedException(uri).initCause(e);
    } catch (AccessDeniedException e) {
      throw e;
    } catch (IOException e) {
      throw new StorageException(
          "%s: cannot be read: %s".formatted(uri, FileSystems.firstLine(e)), e);
    } catch (InvalidInputException e) {
      throw e;
    } catch (RuntimeException e) { // what file systems throw for names and settings
      throw new StorageException(
          "%s: cannot be read: %s".formatted(uri, FileSystems.firstLine(e)), e);
    }
  }

  @Override
  public String toString() {
    return uri;
  }
}
