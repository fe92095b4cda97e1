package io.tokensweep.eval.conformance;

import java.util.Arrays;

/**
 * What happened at one site. Values of all images follow each other.
 *
 * @param tokensBefore N, patch tokens that came
 * @param tokensAfter patch tokens that went on
 * @param classAttention (B, N)
 * @param entering features of the patch tokens that came, (B, N, D)
 * @param leaving features of all tokens that went on, (B, T', D)
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
    int[] sourcesBefore,
    int[] sourcesAfter) {

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
