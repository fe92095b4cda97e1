package io.tokensweep.model;

/**
 * Multiply-accumulates of one image in closed form, over the token counts that really flow.
 * Convolution and matrix products are counted; biases, norms, softmax, activations, residuals and
 * selection are not (the convention behind the "FLOPs" that the papers print).
 */
public final class Macs {
  private Macs() {}

  /**
   * Pixels to patch tokens: N0 · D · 3 · P², or the convolutions of LV-ViT, R²/4 · (3 · 64 · 49 + 2
   * · 64 · 64 · 9) + N0 · D · 64 · (P/2)².
   */
  public static long stem(Architecture architecture, int resolution) {
    long outputs = (long) architecture.patches(resolution) * architecture.width();
    long patch = architecture.patch();
    long channels = Design.STEM_CHANNELS;
    long half = resolution / 2;
    return switch (architecture.design().stem()) {
      case PATCH -> outputs * 3 * patch * patch;
      case CONVOLUTIONS ->
          half * half * (3 * channels * 7 * 7 + 2 * channels * channels * 3 * 3)
              + outputs * channels * (patch / 2) * (patch / 2);
    };
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

  /**
   * The classifiers: classes · D for each token that one reads.
   *
   * @param patches patch tokens that leave the last block
   */
  public static long head(Architecture architecture, long patches) {
    long classifier = (long) architecture.classes() * architecture.width();
    return switch (architecture.design().head()) {
      case CLASS -> classifier;
      case DISTILLED -> 2 * classifier;
      case DENSE -> (1 + patches) * classifier;
    };
  }
}
