package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.InvalidInputException;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.PositionInterpolation;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.model.checkpoint.Checkpoint;
import io.tokensweep.model.checkpoint.Checkpoints;
import io.tokensweep.model.checkpoint.SafetensorsWriter;
import io.tokensweep.model.checkpoint.TensorType;
import io.tokensweep.model.checkpoint.Weights;
import io.tokensweep.reduction.MethodCalls;
import io.tokensweep.reduction.PlainLayers;
import io.tokensweep.reduction.Reduction;
import io.tokensweep.reduction.Site;
import io.tokensweep.reduction.TokenCount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole networks with trained token selectors. */
class SelectorsForwardTest {
  private static final List<Integer> SITES = List.of(1, 3, 4);
  private static final double RATE = 0.8;

  /** Logits, and what is left of each image behind each block and at the end. */
  @SuppressWarnings("ArrayRecordComponent") // read only
  private record Run(float[][] logits, List<int[]> counts, int[][] sources) {
    static Run of(VisionTransformer network, SortedMap<Integer, Reduction> sites, NDArray pixels) {
      Notes notes = new Notes();
      int batch = (int) pixels.getShape().get(0);
      NDArray logits = new Forward(network, sites, notes).logits(pixels, new long[batch]);
      float[][] perImage = new float[batch][];
      Arrays.setAll(perImage, image -> logits.get(image).toFloatArray());
      return new Run(perImage, notes.counts, notes.sources);
    }
  }

  private static final class Notes implements Forward.Observer {
    private final List<int[]> counts = new ArrayList<>();
    private int[][] sources = new int[0][];

    @Override
    public Tokens embedded(Tokens tokens) {
      return tokens.recordingSources();
    }

    @Override
    public void left(int block, Tokens tokens) {
      counts.add(tokens.patchesPerImage());
      NDArray recorded = tokens.sources().orElseThrow();
      sources = new int[tokens.batch()][];
      Arrays.setAll(sources, image -> recorded.get(image).toIntArray());
    }
  }

  /** What a method does, but tokens that it drops stay where they are as padding. */
  private record Masking(Reduction.BeforeBlock method) implements Reduction.BeforeBlock {
    @Override
    public TokenCount after(TokenCount patches) {
      return method.after(patches);
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      int[] token =
          method.reduce(tokens.recordingSources(), site).sources().orElseThrow().toIntArray();
      float[] marks = new float[tokens.batch() * tokens.count()];
      for (int i = 0; i < marks.length; i++) {
        int patch = i % tokens.count() - tokens.specials();
        marks[i] = patch < 0 || token[i / tokens.count() * tokens.patches() + patch] >= 0 ? 1 : 0;
      }
      NDArray active =
          tokens.x().getManager().create(marks, new Shape(tokens.batch(), tokens.count()));
      return new Tokens(
          tokens.x().mul(active.expandDims(2)),
          tokens.specials(),
          tokens.sizes(),
          tokens.proportional(),
          Optional.of(tokens.active().map(active::mul).orElse(active)),
          tokens.sources(),
          tokens.carried());
    }
  }

  private static SortedMap<Integer, Reduction> sites(String method, Architecture architecture) {
    return MethodCalls.sites(method, architecture, RATE, SITES, Map.of());
  }

  private static VisionTransformer network(
      String method, Architecture architecture, NDManager manager) {
    Map<String, HostTensor> weights = new HashMap<>(RandomNetworks.weights(architecture, 1));
    weights.putAll(PlainLayers.randomWeights(MethodCalls.weights(method, architecture, SITES), 7));
    return VisionTransformer.load(
        architecture, architecture.imageSize(), PositionInterpolation.DEIT, weights, manager);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dynamicvit", "iared2", "spvit", "svite"})
  void imagesDoNotMeetWhateverTheirOrder(String method) {
    Architecture architecture = RandomNetworks.small(true);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = network(method, architecture, manager);
      NDArray pixels = RandomNetworks.images(architecture, 3, 2, manager);
      Run together = Run.of(network, sites(method, architecture), pixels);
      int[] permutation = {2, 0, 1};
      Run permuted =
          Run.of(
              network,
              sites(method, architecture),
              pixels.get(manager.create(new long[] {2, 0, 1})));
      for (int image = 0; image < 3; image++) {
        Run alone = Run.of(network, sites(method, architecture), pixels.get(image).expandDims(0));
        assertArrayEquals(alone.logits[0], together.logits[image], 1e-5f);
        assertArrayEquals(alone.sources[0], together.sources[image]);
        assertArrayEquals(together.logits[permutation[image]], permuted.logits[image], 1e-5f);
        assertArrayEquals(together.sources[permutation[image]], permuted.sources[image]);
        for (int block = 0; block < architecture.depth(); block++) {
          assertEquals(alone.counts.get(block)[0], together.counts.get(block)[image]);
        }
      }
      assertTrue(together.counts.get(5)[0] < 16, "something was removed");
    }
  }

  @Test
  void dynamicMethodsKeepOtherNumbersInOtherImages() {
    Architecture architecture = RandomNetworks.small(false);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray pixels = RandomNetworks.images(architecture, 6, 2, manager);
      for (String method : List.of("iared2", "spvit")) {
        VisionTransformer network = network(method, architecture, manager);
        Run run = Run.of(network, sites(method, architecture), pixels);
        assertTrue(
            Arrays.stream(run.counts.get(5)).distinct().count() > 1,
            () -> method + " " + Arrays.toString(run.counts.get(5)));
        TokenCount bounds = TokenCount.exactly(16);
        for (int block = 0; block < architecture.depth(); block++) {
          Reduction reduction = sites(method, architecture).get(block);
          bounds = reduction == null ? bounds : reduction.after(bounds);
          for (int count : run.counts.get(block)) {
            assertTrue(bounds.least() <= count && count <= bounds.most(), method);
          }
        }
      }
    }
  }

  /** The class token cannot tell removal from masking. */
  @ParameterizedTest
  @CsvSource({"dynamicvit, false", "iared2, false", "iared2, true", "svite, true"})
  void removalEqualsMasking(String method, boolean distilled) {
    Architecture architecture = RandomNetworks.small(distilled);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = network(method, architecture, manager);
      NDArray pixels = RandomNetworks.images(architecture, 4, 3, manager);
      SortedMap<Integer, Reduction> removing = sites(method, architecture);
      SortedMap<Integer, Reduction> masking = new TreeMap<>();
      removing.forEach(
          (block, reduction) -> masking.put(block, new Masking((Reduction.BeforeBlock) reduction)));
      Run removed = Run.of(network, removing, pixels);
      Run masked = Run.of(network, masking, pixels);
      for (int image = 0; image < 4; image++) {
        assertArrayEquals(masked.logits[image], removed.logits[image], 1e-5f);
        assertEquals(masked.counts.get(5)[image], removed.counts.get(5)[image]);
      }
      Run plain = Run.of(network, new TreeMap<>(), pixels);
      assertTrue(Math.abs(plain.logits[0][0] - removed.logits[0][0]) > 1e-3, "nothing happened");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "dynamicvit, score_predictor.0.in_conv.0.bias",
    "iared2, groups.2.agent.qk.weight",
    "spvit, score_predictor.0.senet.2.weight",
    "svite, gumbel.weight"
  })
  void missingWeightsAreNamed(String method, String name, @TempDir Path folder) throws IOException {
    Architecture architecture = RandomNetworks.small(false);
    List<Integer> first = List.of(1);
    Map<String, List<Long>> needed = MethodCalls.weights(method, architecture, first);
    Map<String, HostTensor> weights = new TreeMap<>(RandomNetworks.weights(architecture, 1));
    weights.putAll(PlainLayers.randomWeights(needed, 7));
    assertTrue(load(weights, architecture, needed, folder.resolve("whole")).containsKey(name));
    weights.remove(name);
    InvalidInputException missing =
        assertThrows(
            InvalidInputException.class,
            () -> load(weights, architecture, needed, folder.resolve("part")));
    assertTrue(
        Stream.of("1 missing", name).allMatch(missing.getMessage()::contains), missing::getMessage);
  }

  private static Map<String, HostTensor> load(
      Map<String, HostTensor> weights,
      Architecture architecture,
      Map<String, List<Long>> needed,
      Path file)
      throws IOException {
    Path safetensors = file.resolveSibling(file.getFileName() + ".safetensors");
    SafetensorsWriter.write(safetensors, weights, Map.of(), TensorType.F32);
    try (Checkpoint checkpoint = Checkpoints.open(safetensors)) {
      return Weights.load(List.of(checkpoint), architecture, needed, any -> false);
    }
  }
}
