package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.TokenRows;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.Optional;

/** Real removal where each image keeps a number of patch tokens of its own. */
final class Survivors {
  private Survivors() {}

  /**
   * The kept patch tokens of each image in their order, the specials ahead of them. Images that
   * keep fewer than the one that keeps most are padded behind their tokens.
   *
   * @param kept (B, N) row-major; padding is never kept
   */
  static Tokens of(Tokens tokens, boolean[] kept) {
    int batch = tokens.batch();
    int patches = tokens.patches();
    int[] counts = new int[batch];
    for (int i = 0; i < kept.length; i++) {
      counts[i / patches] += kept[i] ? 1 : 0;
    }
    int most = Arrays.stream(counts).max().orElse(0);
    if (Arrays.stream(counts).allMatch(count -> count == patches)) {
      return tokens;
    }
    Tokens gathered =
        TokenRows.gather(
            tokens,
            TokenRows.withSpecials(
                tokens
                    .x()
                    .getManager()
                    .create(keptFirst(kept, batch, patches, most), new Shape(batch, most)),
                tokens.specials()));
    return new Tokens(
        gathered.x(),
        gathered.specials(),
        gathered.sizes(),
        gathered.proportional(),
        active(gathered, counts, most),
        gathered.sources().map(sources -> withoutPadding(sources, counts)),
        gathered.carried());
  }

  /** For each image the kept tokens, then as many others as it takes to fill its row. */
  private static long[] keptFirst(boolean[] kept, int batch, int patches, int most) {
    long[] indices = new long[batch * most];
    for (int image = 0; image < batch; image++) {
      int next = image * most;
      for (boolean wanted : new boolean[] {true, false}) {
        for (int token = 0; token < patches && next < (image + 1) * most; token++) {
          if (kept[image * patches + token] == wanted) {
            indices[next++] = token;
          }
        }
      }
    }
    return indices;
  }

  private static Optional<NDArray> active(Tokens gathered, int[] counts, int most) {
    if (Arrays.stream(counts).allMatch(count -> count == most)) {
      return Optional.empty();
    }
    int width = gathered.specials() + most;
    float[] marks = new float[counts.length * width];
    for (int image = 0; image < counts.length; image++) {
      Arrays.fill(marks, image * width, image * width + gathered.specials() + counts[image], 1);
    }
    return Optional.of(gathered.x().getManager().create(marks, new Shape(counts.length, width)));
  }

  private static NDArray withoutPadding(NDArray sources, int[] counts) {
    int[] tokenOf = sources.toIntArray();
    int each = tokenOf.length / counts.length;
    for (int i = 0; i < tokenOf.length; i++) {
      tokenOf[i] = tokenOf[i] < counts[i / each] ? tokenOf[i] : -1;
    }
    return sources.getManager().create(tokenOf, sources.getShape());
  }

  /** Which patch tokens exist, (B, N) row-major. */
  static boolean[] real(Tokens tokens) {
    boolean[] real = new boolean[tokens.batch() * tokens.patches()];
    Arrays.fill(real, true);
    tokens
        .active()
        .ifPresent(
            active -> {
              float[] marks = active.get(":, {}:", tokens.specials()).toFloatArray();
              for (int i = 0; i < real.length; i++) {
                real[i] = marks[i] != 0;
              }
            });
    return real;
  }

  /** Scores with padding behind every token that exists, (B, N). */
  static NDArray paddingLast(NDArray scores, Tokens tokens) {
    return tokens
        .active()
        .map(active -> scores.add(active.get(":, {}:", tokens.specials()).sub(1).mul(1e30f)))
        .orElse(scores);
  }
}
