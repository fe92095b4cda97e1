package io.tokensweep.spark;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Where the locks of one user are: a folder of its own, in one that all users of a host may write.
 * Nobody else gets into it, so nobody else can hold a lock or lay a link where a lock is expected.
 */
final class LockFolder {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private LockFolder() {}

  /**
   * Makes it if it is not there.
   *
   * @param common the folder for all users
   * @throws InvalidInputException if what is there is not of this user alone
   * @throws UncheckedIOException if it cannot be made
   */
  static Path in(Path common) {
    String user = System.getProperty("user.name").replaceAll("[^A-Za-z0-9._-]", "_");
    Path own = common.resolve("tokensweep-locks-" + user);
    try {
      if (!Files.isDirectory(common)) {
        Files.createDirectories(common);
      }
      create(own);
      check(own);
      return own;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s: %s cannot be made: %s; give a folder that can be written"
              .formatted(Settings.LOCKS, own, e),
          e);
    }
  }

  private static void create(Path own) throws IOException {
    try {
      Files.createDirectory(own, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException e) {
      // by whom, is checked
    }
  }

  /** Where only its owner may write, and this process may, this process is the owner's. */
  private static void check(Path own) throws IOException {
    Set<PosixFilePermission> found = Files.getPosixFilePermissions(own, LinkOption.NOFOLLOW_LINKS);
    if (!Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)
        || !found.equals(OWNER_ONLY)
        || !Files.isWritable(own)) {
      throw new InvalidInputException(
          "%s: found %s with %s of %s, allowed is a folder with rwx------ of the user %s; remove it, or give another folder"
              .formatted(
                  Settings.LOCKS,
                  own,
                  PosixFilePermissions.toString(found),
                  Files.getOwner(own, LinkOption.NOFOLLOW_LINKS).getName(),
                  System.getProperty("user.name")));
    }
  }
}
