package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.core.Linear;
import java.util.List;
import java.util.Map;

/**
 * What turns the last block's tokens into logits: the final LayerNorm and the classifiers. Always
 * in fp32, whatever the tokens are: in bf16 two logits around 10 are equal or 1/16 apart.
 */
interface Head {
  /** Logits that each part of the head finds, (B, classes). */
  List<NDArray> parts(Tokens tokens);

  /** The final LayerNorm. */
  Norm norm();

  /** Whether a weight is the head's. */
  static boolean reads(String weight) {
    return weight.startsWith("norm.")
        || weight.startsWith("head.")
        || weight.startsWith("head_dist.")
        || weight.startsWith("aux_head.");
  }

  /**
   * The final LayerNorm of some tokens.
   *
   * @param x (B, T, D)
   * @return fp32
   */
  default NDArray normed(NDArray x) {
    return norm().of(Casts.wide(x));
  }

  /** The network's logits from those of the parts, (B, classes). */
  NDArray join(List<NDArray> parts);

  static Head of(Architecture architecture, Map<String, NDArray> weights) {
    Norm norm = Norm.of(weights, "norm", architecture.design().epsilon()).wide();
    Classifier head = Classifier.of(weights, "head");
    return switch (architecture.design().head()) {
      case CLASS -> new OfClass(norm, head);
      case DISTILLED -> new Distilled(norm, head, Classifier.of(weights, "head_dist"));
      case DENSE -> new Dense(norm, head, Classifier.of(weights, "aux_head"));
    };
  }

  /** A linear layer from channels to classes. */
  record Classifier(NDArray weight, NDArray bias) {
    static Classifier of(Map<String, NDArray> weights, String name) {
      return new Classifier(
          Casts.wide(weights.get(name + ".weight")), Casts.wide(weights.get(name + ".bias")));
    }

    /**
     * @param x (…, D) fp32
     * @return (…, classes)
     */
    NDArray logits(NDArray x) {
      return Linear.linear(x, weight, bias).singletonOrThrow();
    }
  }

  /** DeiT and ViT: the class token's logits. */
  record OfClass(Norm norm, Classifier head) implements Head {
    @Override
    public List<NDArray> parts(Tokens tokens) {
      NDArray classToken = normed(tokens.x().get(":, :1, :")).get(":, 0, :");
      return List.of(head.logits(classToken));
    }

    @Override
    public NDArray join(List<NDArray> parts) {
      return parts.get(0);
    }
  }

  /** Distilled DeiT: the mean of what class token and distillation token say. */
  record Distilled(Norm norm, Classifier head, Classifier distilled) implements Head {
    @Override
    public List<NDArray> parts(Tokens tokens) {
      NDArray specials = normed(tokens.x().get(":, :2, :"));
      return List.of(
          head.logits(specials.get(":, 0, :")), distilled.logits(specials.get(":, 1, :")));
    }

    @Override
    public NDArray join(List<NDArray> parts) {
      return parts.get(0).stack(parts.get(1)).mean(new int[] {0});
    }
  }

  /** LV-ViT: head(CLS) + 0.5 · max over the remaining patch tokens of aux_head(token). */
  record Dense(Norm norm, Classifier head, Classifier auxiliary) implements Head {
    private static final double SHARE = 0.5;

    /** Below any logit, so that padding is never the best; a number in half precision too. */
    private static final float PADDING = -6e4f;

    @Override
    public List<NDArray> parts(Tokens tokens) {
      NDArray x = normed(tokens.x());
      NDArray dense = auxiliary.logits(x.get(":, {}:, :", tokens.specials()));
      NDArray real = tokens.active().map(active -> masked(dense, active)).orElse(dense);
      return List.of(head.logits(x.get(":, 0, :")), real.max(new int[] {1}));
    }

    /** (B, N, classes) with padding out of the running. */
    private static NDArray masked(NDArray dense, NDArray active) {
      long specials = active.getShape().get(1) - dense.getShape().get(1);
      NDArray padding = active.get(":, {}:", specials).sub(1).mul(-PADDING);
      return dense.add(padding.expandDims(2));
    }

    @Override
    public NDArray join(List<NDArray> parts) {
      return parts.get(0).add(parts.get(1).mul(SHARE));
    }
  }
}
