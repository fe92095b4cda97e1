package io.tokensweep.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A Vision Transformer at one resolution: patches, class token, position embedding, blocks, final
 * LayerNorm, head. {@link Design} says which family it is of. The caller walks the blocks, so that
 * reductions can act anywhere; {@link #logits} is the walk with none.
 *
 * <p>Weights live in the manager they were created in. Results belong to the manager of the pixels,
 * so a batch ends with its own manager.
 */
public final class VisionTransformer {
  private static final Set<String> EMBEDDINGS = Set.of("cls_token", "dist_token", "pos_embed");

  private final Architecture architecture;
  private final int resolution;
  private final Map<String, NDArray> weights;
  private final Stem stem;
  private final List<Block> blocks;
  private final Head head;

  /**
   * @param weights timm names to arrays; {@code pos_embed} already fits {@code resolution}
   */
  public VisionTransformer(
      Architecture architecture, int resolution, Map<String, NDArray> weights) {
    this(architecture, resolution, weights, new FusedOperators());
  }

  private VisionTransformer(
      Architecture architecture,
      int resolution,
      Map<String, NDArray> weights,
      Operators operators) {
    this.architecture = architecture;
    this.resolution = resolution;
    this.weights = Map.copyOf(weights);
    List<Block> built = new ArrayList<>();
    for (int i = 0; i < architecture.depth(); i++) {
      built.add(new Block(architecture, operators, this.weights, i));
    }
    this.blocks = List.copyOf(built);
    this.stem = Stem.of(architecture, this.weights);
    this.head = Head.of(architecture, this.weights);
  }

  /** A network whose results have gradients with respect to its weights. */
  public static VisionTransformer differentiable(
      Architecture architecture, int resolution, Map<String, NDArray> weights) {
    return new VisionTransformer(architecture, resolution, weights, new DifferentiableOperators());
  }

  /** As the other {@code load}, in fp32. */
  public static VisionTransformer load(
      Architecture architecture,
      int resolution,
      PositionInterpolation interpolation,
      Map<String, HostTensor> tensors,
      NDManager manager) {
    return load(architecture, resolution, interpolation, tensors, Casts::wide, manager);
  }

  /**
   * Puts a checkpoint's tensors into {@code manager}, the position embedding interpolated to {@code
   * resolution}.
   *
   * @param tensors timm names, exactly those of the architecture
   * @param type makes the number type of the blocks' weights of fp32, such as {@link Casts#half};
   *     pixels go in and logits come out in fp32 all the same, and so are head and embedding, but
   *     for a stem of convolutions: it does a fifth of all the work
   */
  public static VisionTransformer load(
      Architecture architecture,
      int resolution,
      PositionInterpolation interpolation,
      Map<String, HostTensor> tensors,
      UnaryOperator<NDArray> type,
      NDManager manager) {
    Map<String, NDArray> arrays = new HashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          HostTensor fitting =
              name.equals("pos_embed")
                  ? interpolation.resize(
                      tensor, architecture.specials(), architecture.grid(resolution))
                  : tensor;
          NDArray array = manager.create(fitting.data(), new Shape(fitting.shape()));
          NDArray converted = staysWide(name, architecture.design()) ? array : type.apply(array);
          if (converted != array) {
            array.close();
          }
          arrays.put(name, converted);
        });
    return new VisionTransformer(architecture, resolution, arrays);
  }

  /** Whether a weight is in fp32 whatever the blocks are in. */
  private static boolean staysWide(String weight, Design design) {
    boolean stem = weight.startsWith("patch_embed.");
    return EMBEDDINGS.contains(weight)
        || Head.reads(weight)
        || (stem && design.stem() == Design.Stem.PATCH);
  }

  public Architecture architecture() {
    return architecture;
  }

  public int resolution() {
    return resolution;
  }

  /** Where its weights are; pixels must be there too. */
  public Device device() {
    return weights.get("pos_embed").getDevice();
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
    NDArray tokens = specials(pixels).concat(patches(pixels), 1);
    NDArray x = tokens.add(Casts.wide(weights.get("pos_embed")));
    return Tokens.embedded(
        Casts.like(x, weights.get("blocks.0.norm1.weight")), architecture.specials());
  }

  /**
   * What the stem makes of the pixels, ahead of the position embedding.
   *
   * @param pixels normalised, (B, 3, R, R) fp32
   * @return features of the patches row by row, (B, N, D) fp32
   */
  public NDArray patches(NDArray pixels) {
    NDArray features = Casts.wide(stem.features(pixels));
    long batch = features.getShape().get(0);
    return features
        .reshape(batch, architecture.width(), architecture.patches(resolution))
        .transpose(0, 2, 1);
  }

  private NDArray specials(NDArray pixels) {
    long batch = pixels.getShape().get(0);
    NDArray classToken = special("cls_token", batch, pixels.getManager());
    return architecture.specials() == 1
        ? classToken
        : classToken.concat(special("dist_token", batch, pixels.getManager()), 1);
  }

  private NDArray special(String name, long batch, NDManager manager) {
    NDArray token = Casts.wide(weights.get(name)).broadcast(batch, 1, architecture.width());
    token.attach(manager);
    return token;
  }

  /**
   * Final LayerNorm and head.
   *
   * @return logits, (B, classes) fp32
   */
  public NDArray classify(Tokens tokens) {
    return head.join(head.parts(tokens));
  }

  /**
   * Final LayerNorm and what {@link #classify} joins.
   *
   * @return logits of the class token, and of the distillation token or the best of any patch token
   *     where the head reads them, each (B, classes) fp32
   */
  public List<NDArray> headLogits(Tokens tokens) {
    return head.parts(tokens);
  }

  /** Final LayerNorm of the special tokens, which the classifiers read, (B, P, D). */
  public NDArray features(Tokens tokens) {
    return head.normed(tokens.x().get(":, :{}, :", architecture.specials()));
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
