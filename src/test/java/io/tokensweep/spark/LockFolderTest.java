package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks lie where the user's own processes find them and nobody else gets in. */
class LockFolderTest {
  @TempDir Path folder;

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void nobodyElseGetsIn() throws IOException {
    Path common = folder.resolve("run/locks");
    Path made = LockFolder.in(common);
    assertEquals(common, made.getParent());
    assertEquals("rwx------", permissions(made));
    assertEquals(made, LockFolder.in(common), "found again");
  }

  @Test
  void whatOthersMayChangeIsRefused() throws IOException {
    Path made = LockFolder.in(folder);
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));
    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> LockFolder.in(folder));
    assertTrue(refused.getMessage().contains(made + " with rwxrwxrwx"), refused.getMessage());
  }

  @Test
  void aLinkIsRefused() throws IOException {
    Path made = LockFolder.in(folder);
    Path elsewhere = Files.move(made, folder.resolve("elsewhere"));
    Files.createSymbolicLink(made, elsewhere);
    assertThrows(InvalidInputException.class, () -> LockFolder.in(folder));
  }

  @Test
  void aFolderThatCannotBeMadeIsTriedElsewhere() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    UncheckedIOException failed =
        assertThrows(UncheckedIOException.class, () -> LockFolder.in(file.resolve("locks")));
    assertEquals(FailureKind.INFRASTRUCTURE, FailureKind.of(failed));
    assertTrue(failed.getMessage().startsWith(Settings.LOCKS), failed.getMessage());
  }

  @Test
  void theSettingIsAnAbsolutePath() {
    assertEquals(
        folder, Settings.locks(new SparkConf(false).set(Settings.LOCKS, folder.toString())));
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () -> Settings.locks(new SparkConf(false).set(Settings.LOCKS, "locks")));
    assertEquals(
        "spark.tokensweep.locks: found 'locks', allowed are absolute paths", refused.getMessage());
  }
}
