package io.tokensweep.eval.conformance;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Which patch token of one image is which, here and in the recorded run: a patch has its number,
 * the token that was fused at block b has -1 - b.
 *
 * @param ours labels of our tokens in their order
 * @param recorded labels of the recorded tokens in theirs
 */
@SuppressWarnings("ArrayRecordComponent") // read only
record TokenLabels(int[] ours, int[] recorded) {
  static TokenLabels ofPatches(int patches) {
    int[] labels = new int[patches];
    Arrays.setAll(labels, i -> i);
    return new TokenLabels(labels, labels);
  }

  /**
   * @param ourKept indices into our tokens
   * @param recordedKept indices into the recorded tokens
   * @param fusedAt the block that appended a fused token, if it did
   */
  TokenLabels after(int[] ourKept, int[] recordedKept, OptionalInt fusedAt) {
    return new TokenLabels(pick(ours, ourKept, fusedAt), pick(recorded, recordedKept, fusedAt));
  }

  private static int[] pick(int[] labels, int[] kept, OptionalInt fusedAt) {
    int[] picked = new int[kept.length + (fusedAt.isPresent() ? 1 : 0)];
    for (int i = 0; i < kept.length; i++) {
      picked[i] = labels[kept[i]];
    }
    fusedAt.ifPresent(block -> picked[kept.length] = -1 - block);
    return picked;
  }

  /** Whether both have the same tokens, in any order. */
  boolean sameTokens() {
    int[] a = ours.clone();
    int[] b = recorded.clone();
    Arrays.sort(a);
    Arrays.sort(b);
    return Arrays.equals(a, b);
  }

  /** For each of our tokens its index among the recorded; both have to be the same tokens. */
  int[] recordedIndices() {
    Map<Integer, Integer> index = new HashMap<>();
    for (int i = 0; i < recorded.length; i++) {
      index.put(recorded[i], i);
    }
    int[] indices = new int[ours.length];
    Arrays.setAll(indices, i -> index.get(ours[i]));
    return indices;
  }

  /** Labels as golden cases write them: -b for the token that was fused at block b. */
  int[] recordedOrigins() {
    return Arrays.stream(recorded).map(label -> label < 0 ? label + 1 : label).toArray();
  }

  /**
   * Recorded rows in the order of our tokens.
   *
   * @param images labels of each image; ours and the recorded are the same tokens
   * @param recorded (B, specials + N, width)
   */
  static double[] inOurOrder(TokenLabels[] images, double[] recorded, int width, int specials) {
    double[] ordered = recorded.clone();
    int rows = recorded.length / width / images.length;
    for (int image = 0; image < images.length; image++) {
      int first = image * rows + specials;
      int[] index = images[image].recordedIndices();
      for (int token = 0; token < index.length; token++) {
        System.arraycopy(
            recorded, (first + index[token]) * width, ordered, (first + token) * width, width);
      }
    }
    return ordered;
  }
}
