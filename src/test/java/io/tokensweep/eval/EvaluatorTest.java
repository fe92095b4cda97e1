package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Block;
import io.tokensweep.model.Design;
import io.tokensweep.model.Need;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.reduction.Reduction;
import io.tokensweep.reduction.Significance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** What the observer of a lone run sees of a block, and the sources if they are recorded. */
  private static final class Looks implements Forward.Observer {
    private final List<Diversity.Scores> entering = new ArrayList<>();
    private final List<Diversity.Scores> entered = new ArrayList<>();
    private final Map<Integer, Diversity.Scores> attended = new TreeMap<>();
    private final Map<Integer, Diversity.Scores> reduced = new TreeMap<>();
    private final List<Diversity.Scores> forwarded = new ArrayList<>();
    private final List<Diversity.Scores> left = new ArrayList<>();
    private final Map<Integer, double[]> significance = new TreeMap<>();
    private final List<int[]> sources = new ArrayList<>();
    private final List<int[]> tokens = new ArrayList<>();

    @Override
    public Set<Need> needs() {
      return Significance.NEEDS;
    }

    @Override
    public Tokens embedded(Tokens tokens) {
      return tokens.recordingSources();
    }

    @Override
    public void entering(int block, Tokens tokens) {
      entering.add(Diversity.of(tokens));
    }

    @Override
    public void entered(int block, Tokens tokens) {
      entered.add(Diversity.of(tokens));
    }

    @Override
    public void attended(int block, Block.Attended state) {
      attended.put(block, Diversity.of(state.tokens()));
      significance.put(
          block, Significance.variances(Significance.of(state.attention()), state.tokens()));
    }

    @Override
    public void reduced(int block, Tokens tokens) {
      reduced.put(block, Diversity.of(tokens));
    }

    @Override
    public void forwarded(int block, Tokens tokens) {
      forwarded.add(Diversity.of(tokens));
    }

    @Override
    public void left(int block, Tokens state) {
      left.add(Diversity.of(state));
      sources.add(numbered(state));
      tokens.add(state.patchesPerImage());
    }

    /** Sources by the tokens that are no padding. */
    private static int[] numbered(Tokens state) {
      int[] from = state.sources().orElseThrow().toIntArray();
      NDArray active =
          state
              .active()
              .orElseGet(
                  () -> state.x().getManager().ones(new Shape(state.batch(), state.count())));
      float[] real = active.get(":, {}:", state.specials()).toFloatArray();
      float[] before = active.get(":, {}:", state.specials()).cumSum(1).toFloatArray();
      int patches = from.length / state.batch();
      for (int i = 0; i < from.length; i++) {
        int at = i / patches * state.patches() + from[i];
        from[i] = from[i] < 0 || real[at] == 0 ? -1 : (int) before[at] - 1;
      }
      return from;
    }

    void check(Evidence evidence, int block, List<Reduction> reductions) {
      List<Reduction> acting =
          reductions.stream()
              .filter(r -> !(r instanceof Reduction.Gating || r instanceof Reduction.BeforeHead))
              .toList();
      assertArrayEquals(significance.get(block), evidence.significance().orElse(null));
      assertEquals(!acting.isEmpty(), evidence.diversity().isPresent());
      assertEquals(!acting.isEmpty(), evidence.sources().isPresent());
      if (acting.isEmpty()) {
        return;
      }
      Reduction first = acting.get(0);
      Reduction last = acting.get(acting.size() - 1);
      Evidence.Change change = evidence.diversity().orElseThrow();
      equal(
          first instanceof Reduction.BeforeBlock
              ? entering.get(block)
              : first instanceof Reduction.InsideAttention
                  ? entered.get(block)
                  : first instanceof Reduction.AfterAttention
                      ? attended.get(block)
                      : forwarded.get(block),
          change.before());
      equal(
          last instanceof Reduction.BeforeBlock
              ? entered.get(block)
              : last instanceof Reduction.AfterBlock ? left.get(block) : reduced.get(block),
          change.after());
      Evidence.Sources recorded = evidence.sources().orElseThrow();
      assertArrayEquals(tokens.get(block), recorded.tokens());
      int[] flat = Arrays.stream(recorded.ofPatch()).flatMapToInt(Arrays::stream).toArray();
      assertArrayEquals(sources.get(block), flat);
      for (int image = 0; image < recorded.tokens().length; image++) {
        int count = recorded.tokens()[image];
        assertTrue(
            Arrays.stream(recorded.ofPatch()[image]).allMatch(t -> t >= -1 && t < count),
            () -> reductions + Arrays.deepToString(recorded.ofPatch()));
      }
    }

    private static void equal(Diversity.Scores expected, Diversity.Scores actual) {
      assertArrayEquals(expected.medoid(), actual.medoid());
      assertArrayEquals(expected.median(), actual.median());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void evidenceIsThatOfLoneRunsAndChangesNothing(boolean distilled) {
    Architecture architecture = RandomNetworks.small(distilled);
    List<Variant> variants = Variants.mixed(architecture);
    long[] imageKeys = LongStream.range(100, 104).toArray();
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = Variants.network(architecture, manager);
      NDArray pixels = RandomNetworks.images(architecture, 4, 2, manager);
      Map<Variant, Outcome> without = new LinkedHashMap<>();
      new Evaluator(network, variants).evaluate(pixels, imageKeys, without::put);
      Map<Variant, Outcome> with = new LinkedHashMap<>();
      new Evaluator(network, variants, true).evaluate(pixels, imageKeys, with::put);
      for (Variant variant : variants) {
        Looks alone = new Looks();
        float[] logits =
            new Forward(network, variant.sites(), alone).logits(pixels, imageKeys).toFloatArray();
        assertArrayEquals(logits, without.get(variant).logits(), variant::toString);
        assertArrayEquals(logits, with.get(variant).logits(), variant::toString);
        for (int block = 0; block < architecture.depth(); block++) {
          assertTrue(without.get(variant).evidence().get(block).sources().isEmpty());
          alone.check(
              with.get(variant).evidence().get(block),
              block,
              Reduction.parts(variant.sites(), block).toList());
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
