package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tokensweep.eval.Classification;
import io.tokensweep.eval.Forward;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/**
 * Builds of changed code: a source of the program, changed as text and compiled into a folder that
 * is put in front of the class path. What has a reduction is changed, the unreduced network is not.
 */
public final class ChangedBuild {
  private static final String LOGITS = "public NDArray logits(NDArray pixels, long[] imageKeys)";
  private static final String TOP =
      "public static int[] top(float[] logits, int offset, int classes, int count)";

  /** The end is waited for awake: a sleep overshoots by more than a small part of a pass. */
  private static final String SLOWER =
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

  private static final String LEAKING =
      """
      private static final java.util.List<java.nio.ByteBuffer> KEPT = new java.util.ArrayList<>();

        public NDArray logits(NDArray pixels, long[] imageKeys) {
          if (!sites.isEmpty()) {
            KEPT.add(java.nio.ByteBuffer.allocateDirect(%d << 20));
          }
          return plainLogits(pixels, imageKeys);
        }

        private NDArray plainLogits(NDArray pixels, long[] imageKeys)""";

  /** Which images these are follows from their logits, as nothing else is known here. */
  private static final String FLIPPING =
      """
      public static int[] top(float[] logits, int offset, int classes, int count) {
          int[] best = plainTop(logits, offset, classes, count);
          long seed = %dL;
          for (int c = 0; c < classes; c++) {
            seed = 31 * seed + Float.floatToIntBits(logits[offset + c]);
          }
          if (new java.util.SplittableRandom(seed).nextDouble() < %s) {
            int first = best[0];
            best[0] = best[1];
            best[1] = first;
          }
          return best;
        }

        private static int[] plainTop(float[] logits, int offset, int classes, int count)""";

  private ChangedBuild() {}

  /** A forward pass takes longer by a part of what it took. */
  public static Path slower(Path folder, int percent) throws IOException {
    return compile(
        folder, source(Forward.class), Map.of(LOGITS, SLOWER.formatted(percent / 100.0)));
  }

  /** A forward pass keeps so much memory for good. */
  public static Path leaking(Path folder, int mebibytes) throws IOException {
    return compile(folder, source(Forward.class), Map.of(LOGITS, LEAKING.formatted(mebibytes)));
  }

  /**
   * The two most likely classes of some images change places.
   *
   * @param share of all images
   * @param seed which
   */
  public static Path flipping(Path folder, double share, int seed) throws IOException {
    return compile(
        folder, source(Classification.class), Map.of(TOP, FLIPPING.formatted(seed, share)));
  }

  /** EViT keeps one token more at every site. */
  public static Path keepingOneMore(Path folder) throws IOException {
    return compile(
        folder,
        Path.of("src/main/java/io/tokensweep/reduction/Evit.java"),
        Map.of(
            "rule.of(n)", "Math.min(n, rule.of(n) + 1)",
            "rule.of(tokens.patches())",
                "Math.min(tokens.patches(), rule.of(tokens.patches()) + 1)"));
  }

  private static Path source(Class<?> of) {
    return Path.of("src/main/java", of.getName().replace('.', '/') + ".java");
  }

  /**
   * @param changes each text, which the source has once, and what takes its place
   * @return the folder
   */
  private static Path compile(Path folder, Path source, Map<String, String> changes)
      throws IOException {
    String text = Files.readString(source);
    for (Map.Entry<String, String> change : changes.entrySet()) {
      assertEquals(2, text.split(Pattern.quote(change.getKey()), -1).length, change.getKey());
      text = text.replace(change.getKey(), change.getValue());
    }
    Path changed = Files.createDirectories(folder).resolve(source.getFileName());
    Files.writeString(changed, text);
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

  /** The class path of this process with a build in front of it. */
  public static String classPath(Path build) {
    return build + File.pathSeparator + System.getProperty("java.class.path");
  }
}
