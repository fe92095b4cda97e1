package io.tokensweep.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A small file system in memory, which can be full or read-only at will. */
final class Disk {
  private static final int MEGABYTES = 96;
  private static final int TRIES = 400;

  private final Path path;

  private Disk(Path path) {
    this.path = path;
  }

  /** Mounts one; nothing where that is not allowed. */
  static Optional<Disk> mount(Path path) throws IOException, InterruptedException {
    Files.createDirectories(path);
    return run("mount", "-t", "tmpfs", "-o", "size=" + MEGABYTES + "m", "tmpfs", path.toString())
        ? Optional.of(new Disk(path))
        : Optional.empty();
  }

  Path path() {
    return path;
  }

  /** Leaves no byte free. */
  void fill() throws IOException {
    byte[] megabyte = new byte[1 << 20];
    try (OutputStream out = Files.newOutputStream(filling())) {
      for (int i = 0; i <= MEGABYTES; i++) {
        out.write(megabyte);
      }
    } catch (IOException e) {
      // full
    }
  }

  void makeRoom() throws IOException {
    Files.deleteIfExists(filling());
  }

  private Path filling() {
    return path.resolve("filling");
  }

  /**
   * Remounts it read-only, which holds for every user. The kernel refuses while any file is open
   * for writing, so this tries for a while.
   */
  boolean refuseWrites() throws IOException, InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      if (run("mount", "-o", "remount,ro", path.toString())) {
        return true;
      }
      Thread.sleep(10);
    }
    return false;
  }

  void allowWrites() throws IOException, InterruptedException {
    run("mount", "-o", "remount,rw", path.toString());
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(List.of(command))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
  }

  void close() throws IOException, InterruptedException {
    run("umount", "-l", path.toString());
  }
}
