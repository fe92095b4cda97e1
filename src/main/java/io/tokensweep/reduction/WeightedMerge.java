package io.tokensweep.reduction;

import java.util.Arrays;

/**
 * p = Σ s_j · U_j over a group, s_j being the class attention of token j (BAT eq. 8; methods.md,
 * 3.4).
 *
 * @param normalise whether the weights of a group sum to 1, which makes a single token its own
 *     merge; plain class attention otherwise
 */
record WeightedMerge(boolean normalise) {
  /** Plain class attention, as EViT's fused token has it. */
  static final WeightedMerge RAW = new WeightedMerge(false);

  /**
   * @param members tokens of the group
   * @param classAttention of all tokens of the image
   */
  Group of(int[] members, double[] classAttention) {
    double[] weights = Arrays.stream(members).mapToDouble(j -> classAttention[j]).toArray();
    if (!normalise) {
      return new Group.Sum(members, members, weights);
    }
    double sum = Arrays.stream(weights).sum();
    if (sum == 0) {
      return Group.mean(members, members);
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return new Group.Sum(members, members, weights);
  }
}
