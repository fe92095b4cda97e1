package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Block;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.reduction.MethodCalls;
import io.tokensweep.reduction.Reduction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods that keep different numbers of tokens in each image: ATS and A-ViT. */
class DynamicForwardTest {
  private static final float ROUNDING = 2e-5f;

  /** Halts tokens of the small networks after every block, class tokens among them. */
  private static final Map<String, Object> GATE = Map.of("gate_scale", 2.0, "gate_center", 1.5);

  private static List<SortedMap<Integer, Reduction>> reductions(Architecture architecture) {
    List<SortedMap<Integer, Reduction>> all = new ArrayList<>();
    all.add(MethodCalls.sites("ats", architecture, 1, List.of(1), Map.of()));
    all.add(MethodCalls.sites("ats_staged", architecture, 0.8, List.of(1, 2, 4), Map.of()));
    all.add(MethodCalls.sites("ats_staged", architecture, 0.1, List.of(0, 5), Map.of()));
    all.add(MethodCalls.sites("avit", architecture, 1, List.of(), GATE));
    all.add(MethodCalls.sites("avit", architecture, 1, List.of(), Map.of("gate_center", -1000.0)));
    return all;
  }

  /** Logits, and where the patches of each image are behind every block. */
  private static final class Run implements Forward.Observer {
    private final List<int[]> behind = new ArrayList<>();
    private float[] logits = new float[0];

    @Override
    public Tokens embedded(Tokens tokens) {
      return tokens.recordingSources();
    }

    @Override
    public void left(int block, Tokens tokens) {
      behind.add(tokens.sources().orElseThrow().toIntArray());
    }
  }

  private static Run run(
      VisionTransformer network, SortedMap<Integer, Reduction> sites, NDArray pixels) {
    Run run = new Run();
    long[] keys = new long[Math.toIntExact(pixels.getShape().get(0))];
    run.logits = new Forward(network, sites, run).logits(pixels, keys).toFloatArray();
    return run;
  }

  @Property(tries = 8, seed = "1")
  void batchesAndTheirOrderDoNotMatter(
      @ForAll @IntRange(min = 2, max = 5) int batch,
      @ForAll boolean distilled,
      @ForAll @IntRange(max = 1000) int seed) {
    Architecture architecture = RandomNetworks.small(distilled);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, seed, manager);
      NDArray pixels = RandomNetworks.images(architecture, batch, seed + 1, manager);
      for (SortedMap<Integer, Reduction> sites : reductions(architecture)) {
        Run together = run(network, sites, pixels);
        Run backwards = run(network, sites, pixels.flip(0));
        int classes = together.logits.length / batch;
        for (int image = 0; image < batch; image++) {
          Run alone = run(network, sites, pixels.get("{}:{}", image, image + 1));
          int from = image * classes;
          int back = (batch - 1 - image) * classes;
          assertArrayEquals(
              alone.logits, Arrays.copyOfRange(together.logits, from, from + classes), ROUNDING);
          assertArrayEquals(
              alone.logits, Arrays.copyOfRange(backwards.logits, back, back + classes), ROUNDING);
          assertSameTokens(alone, together, image, batch);
          assertSameTokens(alone, backwards, batch - 1 - image, batch);
        }
      }
    }
  }

  private static void assertSameTokens(Run alone, Run together, int image, int batch) {
    for (int block = 0; block < alone.behind.size(); block++) {
      int[] expected = alone.behind.get(block);
      int from = image * expected.length;
      assertArrayEquals(
          expected,
          Arrays.copyOfRange(together.behind.get(block), from, from + expected.length),
          "behind block " + block);
    }
    assertEquals(batch * alone.behind.get(0).length, together.behind.get(0).length);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void constantImagesHaveFiniteLogits(boolean distilled) {
    Architecture architecture = RandomNetworks.small(distilled);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, 1, manager);
      int side = architecture.imageSize();
      for (float level : new float[] {0, 1}) {
        NDArray pixels = manager.full(new Shape(2, 3, side, side), level);
        for (SortedMap<Integer, Reduction> sites : reductions(architecture)) {
          for (float logit : run(network, sites, pixels).logits) {
            assertTrue(Float.isFinite(logit), () -> "with " + sites);
          }
        }
      }
    }
  }

  /** A-ViT as the official code computes it, which masks halted tokens: logits and tokens. */
  private static final class Masked {
    private final float[] logits;
    private final int[][] running;
    private int haltedClassTokens;

    Masked(VisionTransformer network, NDArray pixels, double scale, double center) {
      Tokens tokens = network.embed(pixels);
      NDManager manager = pixels.getManager();
      int batch = tokens.batch();
      int count = tokens.count();
      int width = network.architecture().width();
      double[] cumulated = new double[batch * count];
      double[] output = new double[batch * count * width];
      float[] mask = new float[batch * count];
      Arrays.fill(mask, 1);
      running = new int[network.blocks().size()][batch];
      for (int index = 0; index < running.length; index++) {
        Block block = network.blocks().get(index);
        NDArray marks = manager.create(mask, new Shape(batch, count));
        Tokens masked =
            new Tokens(
                tokens.x().mul(marks.expandDims(2)),
                tokens.specials(),
                Optional.empty(),
                false,
                Optional.of(marks),
                Optional.empty());
        tokens = block.feedForward(block.attend(masked, Set.of()).tokens());
        float[] x = tokens.x().toFloatArray();
        for (int i = 0; i < mask.length; i++) {
          if (mask[i] == 1) {
            running[index][i / count]++;
            double gate = x[i * width] * scale - center;
            double h = index == running.length - 1 ? 1 : 1 / (1 + Math.exp(-gate));
            double before = cumulated[i];
            cumulated[i] += h;
            double weight = cumulated[i] > 0.99 ? 1 - before : h;
            for (int channel = 0; channel < width; channel++) {
              output[i * width + channel] += weight * x[i * width + channel];
            }
            mask[i] = cumulated[i] < 0.99 ? 1 : 0;
            haltedClassTokens +=
                i % count == 0 && mask[i] == 0 && index < running.length - 1 ? 1 : 0;
          }
        }
      }
      float[] read = new float[output.length];
      for (int i = 0; i < read.length; i++) {
        read[i] = (float) output[i];
      }
      logits =
          network
              .classify(tokens.withX(manager.create(read, tokens.x().getShape())))
              .toFloatArray();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void haltingIsMaskingAndCountsWhatRuns(boolean distilled) {
    Architecture architecture = RandomNetworks.small(distilled);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, 7, manager);
      NDArray pixels = RandomNetworks.images(architecture, 6, 8, manager);
      Masked masked = new Masked(network, pixels, 2, 1.5);
      assertTrue(masked.haltedClassTokens > 0);
      assertTrue(Arrays.stream(masked.running[5]).distinct().count() > 1);
      Variant variant =
          new Variant("avit", MethodCalls.sites("avit", architecture, 1, List.of(), GATE), 4);
      new Evaluator(network, List.of(variant))
          .evaluate(
              pixels,
              new long[6],
              (any, outcome) -> {
                assertArrayEquals(masked.logits, outcome.logits(), ROUNDING);
                assertArrayEquals(masked.running, outcome.flow().attended());
                assertArrayEquals(masked.running, outcome.flow().forwarded());
                assertArrayEquals(masked.running[5], outcome.flow().left()[5]);
              });
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void imagesThatHaltAtOnceReadTheFirstBlock(boolean distilled) {
    Architecture architecture = RandomNetworks.small(distilled);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, 3, manager);
      NDArray pixels = RandomNetworks.images(architecture, 2, 4, manager);
      Block first = network.blocks().get(0);
      float[] expected =
          network
              .classify(first.feedForward(first.attend(network.embed(pixels), Set.of()).tokens()))
              .toFloatArray();
      Variant variant =
          new Variant(
              "avit",
              MethodCalls.sites("avit", architecture, 1, List.of(), Map.of("gate_center", -1000.0)),
              4);
      new Evaluator(network, List.of(variant))
          .evaluate(
              pixels,
              new long[2],
              (any, outcome) -> {
                assertArrayEquals(expected, outcome.logits(), ROUNDING);
                int all = architecture.specials() + 16;
                assertArrayEquals(new int[] {all, all}, outcome.flow().attended()[0]);
                for (int block = 1; block < 6; block++) {
                  assertEquals(0, outcome.flow().macs(architecture, block, 0));
                }
                assertEquals(0, outcome.diversity().medoid()[0]);
              });
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void imagesThatNeverHaltReadTheLastBlock(boolean distilled) {
    Architecture architecture = RandomNetworks.small(distilled);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, 3, manager);
      NDArray pixels = RandomNetworks.images(architecture, 2, 4, manager);
      SortedMap<Integer, Reduction> never =
          MethodCalls.sites("avit", architecture, 1, List.of(), Map.of("gate_center", 1000.0));
      assertArrayEquals(
          network.logits(pixels).toFloatArray(), run(network, never, pixels).logits, ROUNDING);
    }
  }
}
