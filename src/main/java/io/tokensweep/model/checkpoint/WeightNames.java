package io.tokensweep.model.checkpoint;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names that timm and the official code give to the weights of a backbone. */
public final class WeightNames {
  static final String POSITION_EMBEDDING = "pos_embed";

  private WeightNames() {}

  /**
   * Names and shapes of all weights of an architecture, in the order of the forward pass. Linear
   * weights are (out, in); rows of {@code qkv} are all queries, all keys, all values.
   */
  public static Map<String, List<Long>> of(Architecture architecture) {
    long width = architecture.width();
    boolean distilled = architecture.design().head() == Design.Head.DISTILLED;
    long tokens = architecture.specials() + (long) architecture.patches(architecture.imageSize());
    var names = new LinkedHashMap<String, List<Long>>();
    names.put("cls_token", List.of(1L, 1L, width));
    if (distilled) {
      names.put("dist_token", List.of(1L, 1L, width));
    }
    names.put(POSITION_EMBEDDING, List.of(1L, tokens, width));
    stem(names, architecture);
    for (int i = 0; i < architecture.depth(); i++) {
      String block = "blocks." + i + ".";
      norm(names, block + "norm1", width);
      names.put(block + "attn.qkv.weight", List.of(3 * width, width));
      if (architecture.design().qkvBias()) {
        names.put(block + "attn.qkv.bias", List.of(3 * width));
      }
      linear(names, block + "attn.proj", width, width);
      norm(names, block + "norm2", width);
      linear(names, block + "mlp.fc1", architecture.hidden(), width);
      linear(names, block + "mlp.fc2", width, architecture.hidden());
    }
    norm(names, "norm", width);
    linear(names, "head", architecture.classes(), width);
    switch (architecture.design().head()) {
      case CLASS -> {}
      case DISTILLED -> linear(names, "head_dist", architecture.classes(), width);
      case DENSE -> linear(names, "aux_head", architecture.classes(), width);
    }
    return names;
  }

  private static void stem(Map<String, List<Long>> names, Architecture architecture) {
    long width = architecture.width();
    long patch = architecture.patch();
    switch (architecture.design().stem()) {
      case PATCH -> names.put("patch_embed.proj.weight", List.of(width, 3L, patch, patch));
      case CONVOLUTIONS -> {
        long channels = Design.STEM_CHANNELS;
        names.put("patch_embed.conv1.weight", List.of(channels, 3L, 7L, 7L));
        batchNorm(names, "patch_embed.bn1", channels);
        for (int i = 2; i <= 3; i++) {
          names.put("patch_embed.conv" + i + ".weight", List.of(channels, channels, 3L, 3L));
          batchNorm(names, "patch_embed.bn" + i, channels);
        }
        names.put("patch_embed.proj.weight", List.of(width, channels, patch / 2, patch / 2));
      }
    }
    names.put("patch_embed.proj.bias", List.of(width));
  }

  private static void batchNorm(Map<String, List<Long>> names, String name, long channels) {
    norm(names, name, channels);
    names.put(name + ".running_mean", List.of(channels));
    names.put(name + ".running_var", List.of(channels));
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
