package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import io.tokensweep.model.VisionTransformer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluatorTest {

  /**
   * Notes what an outcome has, from the run of one variant alone; blocks that a method runs itself
   * show only what leaves them.
   */
  private static final class Notes implements Forward.Observer {
    private final int diversityBlock;
    private final Map<Integer, int[]> forwarded = new TreeMap<>();
    private final List<int[]> left = new ArrayList<>();
    private final List<Diversity.Scores> diversity = new ArrayList<>();

    Notes(int diversityBlock) {
      this.diversityBlock = diversityBlock;
    }

    @Override
    public void reduced(int block, Tokens tokens) {
      forwarded.put(block, tokens.countPerImage());
      if (block == diversityBlock) {
        diversity.add(Diversity.of(tokens));
      }
    }

    @Override
    public void left(int block, Tokens tokens) {
      left.add(tokens.countPerImage());
    }
  }

  @ParameterizedTest
  @CsvSource({"CLASS, 1", "CLASS, 5", "DISTILLED, 1", "DISTILLED, 5", "DENSE, 1", "DENSE, 3"})
  void sharedRunsEqualLoneRunsBitForBit(Design.Head head, int batch) {
    Architecture architecture = RandomNetworks.small(RandomNetworks.designWith(head));
    List<Variant> variants = Variants.mixed(architecture);
    long[] imageKeys = LongStream.range(100, 100 + batch).toArray();
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = Variants.network(architecture, manager);
      NDArray pixels = RandomNetworks.images(architecture, batch, 2, manager);
      Map<Variant, Outcome> outcomes = new LinkedHashMap<>();
      new Evaluator(network, variants).evaluate(pixels, imageKeys, outcomes::put);
      assertEquals(variants.size(), outcomes.size());
      for (Variant variant : variants) {
        Notes alone = new Notes(variant.diversityBlock());
        float[] logits =
            new Forward(network, variant.sites(), alone).logits(pixels, imageKeys).toFloatArray();
        Outcome shared = outcomes.get(variant);
        assertArrayEquals(logits, shared.logits(), variant::toString);
        alone.forwarded.forEach(
            (block, counts) -> assertArrayEquals(counts, shared.flow().forwarded()[block]));
        assertArrayEquals(alone.left.toArray(int[][]::new), shared.flow().left());
        for (Diversity.Scores scores : alone.diversity) {
          assertArrayEquals(scores.medoid(), shared.diversity().medoid());
          assertArrayEquals(scores.median(), shared.diversity().median());
        }
      }
    }
  }

  @Test
  void unreducedEqualsThePlainForwardPass() {
    Architecture architecture = RandomNetworks.small(true);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = Variants.network(architecture, manager);
      NDArray pixels = RandomNetworks.images(architecture, 3, 2, manager);
      Variant none = Variants.mixed(architecture).get(0);
      new Evaluator(network, List.of(none))
          .evaluate(
              pixels,
              new long[3],
              (variant, outcome) ->
                  assertArrayEquals(network.logits(pixels).toFloatArray(), outcome.logits()));
    }
  }

  @Test
  void variantsDiffer() {
    Architecture architecture = RandomNetworks.small(false);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = Variants.network(architecture, manager);
      NDArray pixels = RandomNetworks.images(architecture, 2, 2, manager);
      List<Float> first = new ArrayList<>();
      new Evaluator(network, Variants.mixed(architecture))
          .evaluate(pixels, new long[2], (variant, outcome) -> first.add(outcome.logits()[0]));
      assertTrue(first.stream().distinct().count() > 20, first::toString);
    }
  }
}
