package io.tokensweep.model.checkpoint;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How a file names the weights that timm names in one way. */
sealed interface Layout {

  /**
   * The names under which a file keeps a weight; several are stacked along the first dimension.
   *
   * @param name timm name
   */
  List<String> inFile(String name);

  /**
   * How many rows of a stacked weight one of its parts has, in proportion to the other parts.
   *
   * @param inFile name of the part
   */
  default int share(String inFile) {
    return 1;
  }

  /** Whether a tensor that no weight needs may be left out without a change of the outputs. */
  boolean harmless(String inFile);

  /** The layout that a set of names follows. */
  static Layout of(Set<String> names, boolean distilled) {
    for (String prefix : List.of("vit.", "deit.", "")) {
      boolean found =
          names.stream()
              .anyMatch(
                  name ->
                      name.startsWith(prefix + "embeddings.")
                          || name.startsWith(prefix + "encoder.layer."));
      if (found) {
        return new HuggingFace(prefix, distilled);
      }
    }
    if (names.stream().anyMatch(name -> name.startsWith("qks."))) {
      return new EvoVit();
    }
    if (names.stream().anyMatch(name -> name.endsWith(".attn.query.weight"))) {
      return new AdaVit();
    }
    return new Timm();
  }

  /** timm, and the official DeiT code. */
  record Timm() implements Layout {
    @Override
    public List<String> inFile(String name) {
      return List.of(name);
    }

    @Override
    public boolean harmless(String inFile) {
      return isCounter(inFile);
    }
  }

  /**
   * HuggingFace transformers: ViT and DeiT for image classification.
   *
   * @param prefix what precedes the names of the backbone, not those of the heads
   * @param distilled whether there is a head for each of the two special tokens
   */
  record HuggingFace(String prefix, boolean distilled) implements Layout {
    private static final Pattern BLOCK = Pattern.compile("blocks\\.(\\d+)\\.(.+)\\.(weight|bias)");

    @Override
    public List<String> inFile(String name) {
      Matcher block = BLOCK.matcher(name);
      if (block.matches()) {
        String layer = prefix + "encoder.layer." + block.group(1) + ".";
        return inLayer(block.group(2)).stream()
            .map(part -> layer + part + "." + block.group(3))
            .toList();
      }
      return List.of(
          switch (name) {
            case "cls_token" -> prefix + "embeddings.cls_token";
            case "dist_token" -> prefix + "embeddings.distillation_token";
            case WeightNames.POSITION_EMBEDDING -> prefix + "embeddings.position_embeddings";
            case "patch_embed.proj.weight" ->
                prefix + "embeddings.patch_embeddings.projection.weight";
            case "patch_embed.proj.bias" -> prefix + "embeddings.patch_embeddings.projection.bias";
            case "norm.weight" -> prefix + "layernorm.weight";
            case "norm.bias" -> prefix + "layernorm.bias";
            case "head.weight" -> distilled ? "cls_classifier.weight" : "classifier.weight";
            case "head.bias" -> distilled ? "cls_classifier.bias" : "classifier.bias";
            case "head_dist.weight" -> "distillation_classifier.weight";
            case "head_dist.bias" -> "distillation_classifier.bias";
            default -> name;
          });
    }

    private static List<String> inLayer(String name) {
      return switch (name) {
        case "norm1" -> List.of("layernorm_before");
        case "norm2" -> List.of("layernorm_after");
        case "attn.qkv" ->
            List.of(
                "attention.attention.query",
                "attention.attention.key",
                "attention.attention.value");
        case "attn.proj" -> List.of("attention.output.dense");
        case "mlp.fc1" -> List.of("intermediate.dense");
        case "mlp.fc2" -> List.of("output.dense");
        default -> List.of(name);
      };
    }

    /** The pooler and the mask token serve other tasks than classification. */
    @Override
    public boolean harmless(String inFile) {
      return isCounter(inFile)
          || inFile.startsWith(prefix + "pooler.")
          || inFile.equals(prefix + "embeddings.mask_token");
    }
  }

  /** YifanXu74/Evo-ViT: what timm keeps in the attention of a block is in lists of its own. */
  record EvoVit() implements Layout {
    private static final Pattern ATTENTION =
        Pattern.compile("blocks\\.(\\d+)\\.(norm1|attn\\.qkv|attn\\.proj)\\.(weight|bias)");

    @Override
    public List<String> inFile(String name) {
      Matcher part = ATTENTION.matcher(name);
      if (!part.matches()) {
        return List.of(name);
      }
      String block = part.group(1);
      List<String> layers =
          switch (part.group(2)) {
            case "norm1" -> List.of("norms." + block);
            case "attn.proj" -> List.of("projs." + block);
            default -> List.of("qks." + block + ".qk", "vs." + block + ".v");
          };
      return layers.stream().map(layer -> layer + "." + part.group(3)).toList();
    }

    /** Queries and keys are one part, values the other. */
    @Override
    public int share(String inFile) {
      return inFile.startsWith("qks.") ? 2 : 1;
    }

    /** The class token's own head serves training only. */
    @Override
    public boolean harmless(String inFile) {
      return isCounter(inFile) || inFile.startsWith("head_cls.") || inFile.startsWith("norm_cls.");
    }
  }

  /** MengLcool/AdaViT: timm with queries, keys and values apart. */
  record AdaVit() implements Layout {
    private static final String STACKED = ".attn.qkv.";

    @Override
    public List<String> inFile(String name) {
      return name.contains(STACKED)
          ? Stream.of("query", "key", "value")
              .map(part -> name.replace(STACKED, ".attn." + part + "."))
              .toList()
          : List.of(name);
    }

    @Override
    public boolean harmless(String inFile) {
      return isCounter(inFile);
    }
  }

  private static boolean isCounter(String inFile) {
    return inFile.endsWith(".num_batches_tracked");
  }
}
