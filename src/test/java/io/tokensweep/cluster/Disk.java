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
   * Lays a read-only view of it over it: whoever opens a file for writing is refused, root too. It
   * cannot be remounted read-only itself while a run holds its lock, a file open for writing.
   */
  void refuseWrites() throws IOException, InterruptedException {
    run("mount", "--bind", path.toString(), path.toString());
    run("mount", "-o", "remount,bind,ro", path.toString());
  }

  void allowWrites() throws IOException, InterruptedException {
    run("umount", "-l", path.toString());
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
