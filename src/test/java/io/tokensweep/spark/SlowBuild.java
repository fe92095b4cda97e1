package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tokensweep.eval.Forward;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;

/**
 * A build of changed code: {@link Forward} compiled from its source with a sleep in it. A pass that
 * has a reduction takes longer by a part of what it took; one of the unreduced network does not.
 */
final class SlowBuild {
  private static final Path SOURCE = Path.of("src/main/java/io/tokensweep/eval/Forward.java");
  private static final String SIGNATURE = "public NDArray logits(NDArray pixels, long[] imageKeys)";

  /** The end is waited for awake: a sleep overshoots by more than a small part of a pass. */
  private static final String SLOWED =
      """
      public NDArray logits(NDArray pixels, long[] imageKeys) {
          long start = System.nanoTime();
          NDArray logits = plainLogits(pixels, imageKeys);
          long end = System.nanoTime();
          if (!sites.isEmpty()) {
            long until = end + (long) ((end - start) * %s);
            java.util.concurrent.locks.LockSupport.parkNanos(until - end - 100_000);
            while (System.nanoTime() < until) {
              Thread.onSpinWait();
            }
          }
          return logits;
        }

        private NDArray plainLogits(NDArray pixels, long[] imageKeys)""";

  private SlowBuild() {}

  /**
   * Compiles it.
   *
   * @param percent by how much longer
   * @return the folder to put in front of the class path
   */
  static Path compile(Path folder, int percent) throws IOException {
    String source = Files.readString(SOURCE);
    assertEquals(2, source.split(java.util.regex.Pattern.quote(SIGNATURE), -1).length, SIGNATURE);
    Path changed = folder.resolve("io/tokensweep/eval/Forward.java");
    Files.createDirectories(changed.getParent());
    Files.writeString(changed, source.replace(SIGNATURE, SLOWED.formatted(percent / 100.0)));
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                changed.toString());
    assertEquals(0, code, "javac");
    Files.delete(changed);
    return folder;
  }
}
