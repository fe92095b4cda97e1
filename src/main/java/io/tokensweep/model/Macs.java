package io.tokensweep.model;

/**
 * Multiply-accumulates of one image in closed form, over the token counts that really flow.
 * Convolution and matrix products are counted; biases, norms, softmax, activations, residuals and
 * selection are not (the convention behind the "FLOPs" that the papers print).
 */
public final class Macs {
  private Macs() {}

  /** The patch projection: N0 · D · 3 · P². */
  public static long stem(Architecture architecture, int resolution) {
    return (long) architecture.patches(resolution)
        * architecture.width()
        * 3
        * architecture.patch()
        * architecture.patch();
  }

  /**
   * One block: 3TD² + 2T²D + TD² + 2T'Dm.
   *
   * @param attended T, tokens in attention including the specials
   * @param forwarded T', tokens in the FFN including the specials
   */
  public static long block(Architecture architecture, long attended, long forwarded) {
    long d = architecture.width();
    return 4 * attended * d * d
        + 2 * attended * attended * d
        + 2 * forwarded * d * architecture.hidden();
  }

  /** The classifier: classes · D for each head. */
  public static long head(Architecture architecture) {
    return (long) architecture.classes()
        * architecture.width()
        * (architecture.distilled() ? 2 : 1);
  }
}
