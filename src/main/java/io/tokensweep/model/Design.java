package io.tokensweep.model;

import java.io.Serializable;

/**
 * What tells backbones of the same dimensions apart.
 *
 * @param stem how pixels become patch tokens
 * @param qkvBias whether the projection to queries, keys and values has a bias
 * @param epsilon of every LayerNorm
 * @param residualDivisor λ: what each residual branch is divided by before it is added
 * @param head what turns the final tokens into logits
 */
public record Design(Stem stem, boolean qkvBias, double epsilon, double residualDivisor, Head head)
    implements Serializable {

  /** DeiT and ViT (Touvron et al. 2021, Dosovitskiy et al. 2021). */
  public static final Design VIT = new Design(Stem.PATCH, true, 1e-6, 1, Head.CLASS);

  /** DeiT with a distillation token. */
  public static final Design DISTILLED = new Design(Stem.PATCH, true, 1e-6, 1, Head.DISTILLED);

  /** LV-ViT (Jiang et al. 2021, zihangJiang/TokenLabeling). */
  public static final Design LV_VIT = new Design(Stem.CONVOLUTIONS, false, 1e-5, 2, Head.DENSE);

  /** Channels between the convolutions of {@link Stem#CONVOLUTIONS}. */
  public static final int STEM_CHANNELS = 64;

  /** How pixels become patch tokens. */
  public enum Stem {
    /** One convolution with the patch as its kernel and stride. */
    PATCH,
    /**
     * TokenLabeling's "4_2": 7 x 7 with stride 2 and twice 3 x 3, each with batch norm and ReLU,
     * then one convolution with half the patch as its kernel and stride.
     */
    CONVOLUTIONS
  }

  /** What turns the final tokens into logits. */
  public enum Head {
    /** A classifier on the class token. */
    CLASS,
    /** The mean of two classifiers, one on the class token and one on the distillation token. */
    DISTILLED,
    /** A classifier on the class token plus half the best that another says of any patch token. */
    DENSE
  }

  public Design {
    if (!(epsilon > 0 && epsilon < 1)) {
      throw new IllegalArgumentException("epsilon %s is not between 0 and 1".formatted(epsilon));
    }
    if (!(residualDivisor > 0 && residualDivisor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "residual divisor %s is not above 0".formatted(residualDivisor));
    }
  }

  /** Whether residuals and head are those of ViT: nothing is divided, the class token decides. */
  public boolean isPlain() {
    return residualDivisor == 1 && head == Head.CLASS;
  }
}
