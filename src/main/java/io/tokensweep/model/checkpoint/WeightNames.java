package io.tokensweep.model.checkpoint;

import io.tokensweep.model.Architecture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names that timm gives to the weights of a plain or distilled DeiT/ViT. */
public final class WeightNames {
  static final String POSITION_EMBEDDING = "pos_embed";

  private WeightNames() {}

  /**
   * Names and shapes of all weights of an architecture, in the order of the forward pass. Linear
   * weights are (out, in); rows of {@code qkv} are all queries, all keys, all values.
   */
  public static Map<String, List<Long>> of(Architecture architecture) {
    long width = architecture.width();
    long patch = architecture.patch();
    long tokens = architecture.specials() + (long) architecture.patches(architecture.imageSize());
    var names = new LinkedHashMap<String, List<Long>>();
    names.put("cls_token", List.of(1L, 1L, width));
    if (architecture.distilled()) {
      names.put("dist_token", List.of(1L, 1L, width));
    }
    names.put(POSITION_EMBEDDING, List.of(1L, tokens, width));
    names.put("patch_embed.proj.weight", List.of(width, 3L, patch, patch));
    names.put("patch_embed.proj.bias", List.of(width));
    for (int i = 0; i < architecture.depth(); i++) {
      String block = "blocks." + i + ".";
      norm(names, block + "norm1", width);
      linear(names, block + "attn.qkv", 3 * width, width);
      linear(names, block + "attn.proj", width, width);
      norm(names, block + "norm2", width);
      linear(names, block + "mlp.fc1", architecture.hidden(), width);
      linear(names, block + "mlp.fc2", width, architecture.hidden());
    }
    norm(names, "norm", width);
    linear(names, "head", architecture.classes(), width);
    if (architecture.distilled()) {
      linear(names, "head_dist", architecture.classes(), width);
    }
    return names;
  }

  private static void norm(Map<String, List<Long>> names, String name, long width) {
    names.put(name + ".weight", List.of(width));
    names.put(name + ".bias", List.of(width));
  }

  private static void linear(Map<String, List<Long>> names, String name, long out, long in) {
    names.put(name + ".weight", List.of(out, in));
    names.put(name + ".bias", List.of(out));
  }
}
