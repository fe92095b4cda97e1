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
    return attention(architecture, attended, attended) + feedForward(architecture, forwarded);
  }

  /**
   * The attention half of a block: 3TD² + T²D + RTD + RD².
   *
   * @param attended T, tokens including the specials
   * @param rows R, rows of the attention matrix that go on; T unless a method selects them
   */
  public static long attention(Architecture architecture, long attended, long rows) {
    return attention(architecture, attended, rows, architecture.heads());
  }

  /**
   * As {@link #attention(Architecture, long, long)} where only some of the heads run: their share
   * of every product.
   */
  public static long attention(Architecture architecture, long attended, long rows, long heads) {
    long d = architecture.width();
    long inner = heads * architecture.headWidth();
    return 3 * attended * d * inner
        + attended * attended * inner
        + rows * attended * inner
        + rows * inner * d;
  }

  /**
   * The FFN half of a block: 2T'Dm.
   *
   * @param forwarded T', tokens including the specials
   */
  public static long feedForward(Architecture architecture, long forwarded) {
    return 2 * forwarded * architecture.width() * architecture.hidden();
  }

  /** The classifier: classes · D for each head. */
  public static long head(Architecture architecture) {
    return (long) architecture.classes()
        * architecture.width()
        * (architecture.distilled() ? 2 : 1);
  }
}
