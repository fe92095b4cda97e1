package io.tokensweep.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fused kernels compute what the plain operations compute. */
class OperatorsTest {
  /** Six blocks of fp32 on values of a few units. */
  private static final float NOISE = 2e-5f;

  private final Operators plain = new DifferentiableOperators();
  private final Operators fused = new FusedOperators();
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(Design.Head.class)
  void wholeNetworksAgree(Design.Head head) {
    Architecture architecture = RandomNetworks.small(RandomNetworks.designWith(head));
    Map<String, NDArray> weights = new HashMap<>();
    RandomNetworks.weights(architecture, 5)
        .forEach(
            (name, tensor) ->
                weights.put(name, manager.create(tensor.data(), new Shape(tensor.shape()))));
    int side = architecture.imageSize();
    NDArray pixels = RandomNetworks.images(architecture, 3, 6, manager);
    assertArrayEquals(
        VisionTransformer.differentiable(architecture, side, weights).logits(pixels).toFloatArray(),
        new VisionTransformer(architecture, side, weights).logits(pixels).toFloatArray(),
        NOISE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64})
  void linearLayersAgree(int rows) {
    for (boolean biased : List.of(true, false)) {
      Map<String, NDArray> weights = layer(48, 80, biased, Casts::wide);
      NDArray x = RandomNetworks.gaussian(new Shape(2, rows, 48), 3, manager);
      assertArrayEquals(
          plain.linear(weights, "a").of(x).toFloatArray(),
          fused.linear(weights, "a").of(x).toFloatArray(),
          1e-5f); // sums of 48 products of a few units
      assertArrayEquals(
          plain.linear(weights, "a").gelu(x).toFloatArray(),
          fused.linear(weights, "a").gelu(x).toFloatArray(),
          1e-5f);
    }
  }

  /**
   * Both round the result to 8 significant bits, half a unit each; one of them also the sum ahead
   * of the bias, which is at most 4.
   */
  @Test
  void linearLayersAgreeInBrainFloat() {
    Map<String, NDArray> weights = layer(48, 80, true, Casts::brainFloat);
    NDArray x = Casts.brainFloat(RandomNetworks.gaussian(new Shape(2, 9, 48), 3, manager));
    float[] expected = Casts.wide(plain.linear(weights, "a").of(x)).toFloatArray();
    float[] actual = Casts.wide(fused.linear(weights, "a").of(x)).toFloatArray();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], (3 * Math.abs(expected[i]) + 4) / 256);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void attentionAgrees(boolean biased) {
    Optional<NDArray> bias =
        biased
            ? Optional.of(manager.create(new float[] {0, 1, -1000, 0.5f, 2}).reshape(1, 5))
            : Optional.empty();
    AttentionHeads heads = heads(bias);
    assertArrayEquals(
        plain.attention(heads).toFloatArray(), fused.attention(heads).toFloatArray(), 1e-5f);
    float[] rows = heads.classRow().toFloatArray();
    assertArrayEquals(heads.matrix().get(":, :, 0, :").toFloatArray(), rows, 1e-6f);
  }

  /** Weights of values are rounded to 8 significant bits, and so are logits of a few units. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void attentionAgreesInBrainFloat(boolean biased) {
    Optional<NDArray> bias =
        biased
            ? Optional.of(manager.create(new float[] {0, 1, -1000, 0.5f, 2}).reshape(1, 5))
            : Optional.empty();
    AttentionHeads exact = heads(bias);
    AttentionHeads rounded =
        new AttentionHeads(
            Casts.brainFloat(exact.queries()),
            Casts.brainFloat(exact.keys()),
            Casts.brainFloat(exact.values()),
            bias,
            exact.scale());
    float[] expected = plain.attention(exact).toFloatArray();
    float[] actual = Casts.wide(fused.attention(rounded)).toFloatArray();
    assertArrayEquals(expected, actual, 0.06f);
  }

  /** Otherwise sharing a block would change what a reduction decides. */
  @Test
  void whatAReductionSeesDoesNotDependOnWhoElseAsks() {
    VisionTransformer network = RandomNetworks.network(RandomNetworks.small(false), 3, manager);
    Tokens tokens = network.embed(RandomNetworks.images(network.architecture(), 3, 4, manager));
    Block block = network.blocks().get(0);
    Block.Attended all = block.attend(tokens, EnumSet.allOf(Need.class));
    Block.Attended one = block.attend(tokens, Set.of(Need.CLASS_ROW));
    assertArrayEquals(
        all.attention().classRow().toFloatArray(), one.attention().classRow().toFloatArray());
    assertArrayEquals(all.tokens().x().toFloatArray(), one.tokens().x().toFloatArray());
  }

  @Test
  void fp32IsPackedWhereTheEngineHasOneDnn() {
    assertTrue(Kernels.packed(manager).contains("fp32"), "the engine of this build has oneDNN");
  }

  private AttentionHeads heads(Optional<NDArray> bias) {
    Shape shape = new Shape(2, 3, 5, 16);
    return new AttentionHeads(
        RandomNetworks.gaussian(shape, 1, manager),
        RandomNetworks.gaussian(shape, 2, manager),
        RandomNetworks.gaussian(shape, 3, manager),
        bias,
        manager.create(0.25f));
  }

  private Map<String, NDArray> layer(int in, int out, boolean biased, UnaryOperator<NDArray> type) {
    Map<String, NDArray> weights = new HashMap<>();
    weights.put("a.weight", type.apply(RandomNetworks.gaussian(new Shape(out, in), 1, manager)));
    if (biased) {
      weights.put("a.bias", type.apply(RandomNetworks.gaussian(new Shape(out), 2, manager)));
    }
    return weights;
  }
}
