package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * DeiT/ViT (Touvron et al. 2021, Dosovitskiy et al. 2021) at one resolution: patches, class token,
 * position embedding, blocks, final LayerNorm, head. The caller walks the blocks, so that
 * reductions can act anywhere; {@link #logits} is the walk with none.
 *
 * <p>Weights live in the manager they were created in. Results belong to the manager of the pixels,
 * so a batch ends with its own manager.
 */
public final class VisionTransformer {
  private final Architecture architecture;
  private final int resolution;
  private final Map<String, NDArray> weights;
  private final List<Block> blocks;

  /**
   * @param weights timm names to arrays; {@code pos_embed} already fits {@code resolution}
   */
  public VisionTransformer(
      Architecture architecture, int resolution, Map<String, NDArray> weights) {
    this.architecture = architecture;
    this.resolution = resolution;
    this.weights = Map.copyOf(weights);
    List<Block> built = new ArrayList<>();
    for (int i = 0; i < architecture.depth(); i++) {
      built.add(new Block(architecture, this.weights, i));
    }
    this.blocks = List.copyOf(built);
  }

  /**
   * Puts a checkpoint's tensors into {@code manager}, the position embedding interpolated to {@code
   * resolution}.
   *
   * @param tensors timm names, exactly those of the architecture
   */
  public static VisionTransformer load(
      Architecture architecture,
      int resolution,
      PositionInterpolation interpolation,
      Map<String, HostTensor> tensors,
      NDManager manager) {
    Map<String, NDArray> arrays = new HashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          HostTensor fitting =
              name.equals("pos_embed")
                  ? interpolation.resize(
                      tensor, architecture.specials(), architecture.grid(resolution))
                  : tensor;
          arrays.put(name, manager.create(fitting.data(), new Shape(fitting.shape())));
        });
    return new VisionTransformer(architecture, resolution, arrays);
  }

  public Architecture architecture() {
    return architecture;
  }

  public int resolution() {
    return resolution;
  }

  /** All weights by name, those that a method brought among them. */
  public Map<String, NDArray> weights() {
    return weights;
  }

  /** The blocks in order. */
  public List<Block> blocks() {
    return blocks;
  }

  /**
   * @param pixels normalised, (B, 3, R, R) fp32
   * @return the tokens that enter block 0
   */
  public Tokens embed(NDArray pixels) {
    long batch = pixels.getShape().get(0);
    Shape stride = new Shape(architecture.patch(), architecture.patch());
    NDArray patches =
        Conv2d.conv2d(
                Casts.like(pixels, weights.get("pos_embed")),
                weights.get("patch_embed.proj.weight"),
                weights.get("patch_embed.proj.bias"),
                stride)
            .singletonOrThrow()
            .reshape(batch, architecture.width(), architecture.patches(resolution))
            .transpose(0, 2, 1);
    NDArray specials = special("cls_token", batch, pixels.getManager());
    if (architecture.distilled()) {
      specials = specials.concat(special("dist_token", batch, pixels.getManager()), 1);
    }
    NDArray x = specials.concat(patches, 1).add(weights.get("pos_embed"));
    return Tokens.embedded(x, architecture.specials());
  }

  private NDArray special(String name, long batch, NDManager manager) {
    NDArray token = weights.get(name).broadcast(batch, 1, architecture.width());
    token.attach(manager);
    return token;
  }

  /**
   * Final LayerNorm and head on the class token; distilled, the mean of both heads.
   *
   * @return logits, (B, classes) fp32
   */
  public NDArray classify(Tokens tokens) {
    List<NDArray> heads = headLogits(tokens);
    return heads.size() == 1 ? heads.get(0) : heads.get(0).stack(heads.get(1)).mean(new int[] {0});
  }

  /**
   * Final LayerNorm and each head on its own token.
   *
   * @return logits of the class token and, distilled, of the distillation token, each (B, classes)
   *     fp32
   */
  public List<NDArray> headLogits(Tokens tokens) {
    NDArray specials =
        Block.layerNorm(
            tokens.x().get(":, :{}, :", architecture.specials()),
            weights.get("norm.weight"),
            weights.get("norm.bias"));
    NDArray classToken = head(specials.get(":, 0, :"), "head");
    return architecture.distilled()
        ? List.of(classToken, head(specials.get(":, 1, :"), "head_dist"))
        : List.of(classToken);
  }

  private NDArray head(NDArray x, String name) {
    return Casts.wide(
        Linear.linear(x, weights.get(name + ".weight"), weights.get(name + ".bias"))
            .singletonOrThrow());
  }

  /** The unreduced forward pass: (B, 3, R, R) to (B, classes). */
  public NDArray logits(NDArray pixels) {
    Tokens tokens = embed(pixels);
    for (Block block : blocks) {
      tokens = block.feedForward(block.attend(tokens, Set.of()).tokens());
    }
    return classify(tokens);
  }
}
