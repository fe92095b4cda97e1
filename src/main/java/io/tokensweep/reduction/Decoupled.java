package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import io.tokensweep.model.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The patch tokens of one image, split by class attention (methods.md, 3.1, step 1).
 *
 * @param budget how many tokens are what
 * @param ranked by descending class attention, equal ones ascending; as they stand if all are kept
 * @param classAttention of every token
 */
@SuppressWarnings("ArrayRecordComponent") // made and used within one step, never compared
record Decoupled(Budget budget, int[] ranked, double[] classAttention) {

  /** One for each image; padding is no token of it. */
  static List<Decoupled> of(Tokens tokens, NDArray classRow, Budget.Rule rule) {
    float[] scores = classRow.toFloatArray();
    List<int[]> patches = RealPatches.of(tokens);
    List<Decoupled> images = new ArrayList<>(patches.size());
    for (int image = 0; image < patches.size(); image++) {
      int[] real = patches.get(image);
      int from = image * tokens.patches();
      float[] own = Arrays.copyOfRange(scores, from, from + tokens.patches());
      Budget budget = rule.at(real.length);
      int[] ranked = budget.leaving() == real.length ? real : Ranking.descending(own, real);
      double[] classAttention = new double[own.length];
      Arrays.setAll(classAttention, j -> own[j]);
      images.add(new Decoupled(budget, ranked, classAttention));
    }
    return images;
  }

  boolean keepsAll() {
    return budget.leaving() == ranked.length;
  }

  /** By descending class attention. */
  int[] attentive() {
    return Arrays.copyOf(ranked, budget.attentive());
  }

  /** The other tokens, by descending class attention. */
  int[] inattentiveByAttention() {
    return Arrays.copyOfRange(ranked, budget.attentive(), ranked.length);
  }

  /** The other tokens, ascending. */
  int[] inattentive() {
    int[] others = inattentiveByAttention();
    Arrays.sort(others);
    return others;
  }
}
