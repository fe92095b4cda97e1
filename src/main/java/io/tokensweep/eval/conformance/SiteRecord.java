package io.tokensweep.eval.conformance;

import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What happened at one site. Values of all images follow each other. What comes from the attention
 * is empty for a method that acts ahead of the block or inside attention.
 *
 * @param tokensBefore N, patch tokens that came
 * @param tokensAfter patch tokens that went on
 * @param classAttention (B, N)
 * @param entering features of the patch tokens that came, (B, N, D)
 * @param leaving features of all tokens that went on, (B, T', D)
 * @param scores (B, N), what a method that acts ahead of the block chose by; empty for others
 * @param significance (B, N), as {@link io.tokensweep.reduction.Significance} scores it
 * @param significanceVariances of each image, B values
 * @param sourcesBefore token of each original patch when it came, (B, N0), -1 if there is none
 * @param sourcesAfter token of each original patch when it went on
 */
@SuppressWarnings("ArrayRecordComponent") // read only
record SiteRecord(
    int tokensBefore,
    int tokensAfter,
    float[] classAttention,
    float[] entering,
    float[] leaving,
    float[] scores,
    float[] significance,
    double[] significanceVariances,
    int[] sourcesBefore,
    int[] sourcesAfter) {

  /** The same site once it is known what goes on. */
  SiteRecord leaving(Tokens tokens) {
    return new SiteRecord(
        tokensBefore,
        tokens.patches(),
        classAttention,
        entering,
        tokens.x().toFloatArray(),
        scores,
        significance,
        significanceVariances,
        sourcesBefore,
        Recorder.sources(tokens));
  }

  /** What tokens were chosen by, (B, N). */
  float[] weights() {
    return scores.length == 0 ? classAttention : scores;
  }

  boolean keepsAll() {
    return tokensAfter == tokensBefore && Arrays.equals(sourcesBefore, sourcesAfter);
  }

  /**
   * The token, among those that came, that each of the first {@code count} tokens is; found from
   * where the patches went.
   */
  int[] kept(int image, int batch, int count) {
    int[] kept = new int[count];
    int patches = sourcesAfter.length / batch;
    for (int patch = image * patches; patch < (image + 1) * patches; patch++) {
      int after = sourcesAfter[patch];
      if (after >= 0 && after < count) {
        kept[after] = sourcesBefore[patch];
      }
    }
    return kept;
  }

  /** Whether every patch of an image that was in a token still is. */
  boolean dropsNothing(int image, int batch) {
    int patches = sourcesAfter.length / batch;
    return IntStream.range(image * patches, (image + 1) * patches)
        .allMatch(patch -> sourcesBefore[patch] < 0 || sourcesAfter[patch] >= 0);
  }

  /** For each token of an image that came the token that it went into, or -1. */
  int[] assigned(int image, int batch) {
    int[] assigned = new int[tokensBefore];
    Arrays.fill(assigned, -1);
    int patches = sourcesAfter.length / batch;
    for (int patch = image * patches; patch < (image + 1) * patches; patch++) {
      if (sourcesBefore[patch] >= 0) {
        assigned[sourcesBefore[patch]] = sourcesAfter[patch];
      }
    }
    return assigned;
  }

  /** {@link #assigned(int, int)} of all images. */
  int[] assigned(int batch) {
    return IntStream.range(0, batch)
        .flatMap(image -> Arrays.stream(assigned(image, batch)))
        .toArray();
  }

  /** Whether the patches of all tokens but {@code kept} are in the last token that went on. */
  boolean fusesRest(int image, int batch, int[] kept) {
    boolean[] goesOn = new boolean[tokensBefore];
    for (int token : kept) {
      goesOn[token] = true;
    }
    int patches = sourcesAfter.length / batch;
    boolean fused = true;
    for (int patch = image * patches; patch < (image + 1) * patches; patch++) {
      int before = sourcesBefore[patch];
      boolean expected = before >= 0 && !goesOn[before];
      fused &= expected == (sourcesAfter[patch] == tokensAfter - 1);
    }
    return fused;
  }
}
