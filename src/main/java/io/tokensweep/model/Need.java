package io.tokensweep.model;

/** What a reduction may ask of the attention of its block. Undeclared needs are not computed. */
public enum Need {
  /** Head mean of the class token's row after softmax, special columns dropped, (B, N). */
  CLASS_ROW,
  /** The class token's row of each head after softmax, special columns dropped, (B, H, N). */
  CLASS_ROW_PER_HEAD,
  /** Head mean of the keys, (B, T, d). */
  MEAN_KEYS,
  /** l2 norm of each token's value over all heads and channels, (B, T). */
  VALUE_NORMS,
  /** l2 norm of each token's value in each head, (B, H, T). */
  VALUE_NORMS_PER_HEAD,
  /** Attention that each token receives, summed over heads and all real queries, (B, T). */
  COLUMN_SUMS,
  /** The whole attention matrix after softmax, (B, H, T, T); rules out fused attention. */
  MATRIX
}
