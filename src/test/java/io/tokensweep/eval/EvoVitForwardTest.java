package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.PlainNetwork;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.reduction.MethodCalls;
import io.tokensweep.reduction.Reduction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Evo-ViT computes what its definition says, and every image gets what it gets alone. */
class EvoVitForwardTest {
  private static final double TRADEOFF = 0.3;

  private static SortedMap<Integer, Reduction> sites(
      Architecture architecture, double rate, boolean fastUpdate, boolean stageWise) {
    return MethodCalls.sites(
        "evovit",
        architecture,
        rate,
        List.of(),
        Map.of("fast_update", fastUpdate, "stage_wise", stageWise, "tradeoff", TRADEOFF));
  }

  /** Token by token and block by block, the representative token aggregated anew in each block. */
  private static double[] plain(
      Architecture architecture,
      PlainNetwork network,
      float[] pixels,
      double rate,
      boolean fastUpdate,
      boolean stageWise) {
    double[][] x = network.embed(pixels);
    int patches = x.length - 1;
    int first = architecture.depth() / 3;
    double[] global = new double[x.length];
    List<Integer> running = IntStream.range(0, x.length).boxed().toList();
    for (int block = 0; block < architecture.depth(); block++) {
      if (block == first || block == 2 * first || (!stageWise && block > first)) {
        List<Integer> sorted = new ArrayList<>(IntStream.rangeClosed(1, patches).boxed().toList());
        sorted.sort(Comparator.comparingDouble(token -> -global[token]));
        running = new ArrayList<>(sorted.subList(0, (int) (rate * patches)));
        running.add(0, 0);
      }
      List<Integer> chosen = running;
      int[] waiting = IntStream.range(0, x.length).filter(t -> !chosen.contains(t)).toArray();
      List<double[]> rows = new ArrayList<>();
      chosen.forEach(token -> rows.add(x[token]));
      boolean represented = fastUpdate && waiting.length > 0;
      if (represented) {
        rows.add(mean(x, waiting, global));
      }
      double[][] before = rows.toArray(double[][]::new);
      PlainNetwork.Attended attended =
          network.attention(
              network.norm(before, "blocks." + block + ".norm1"),
              block,
              (query, key) -> true,
              new boolean[] {true, true, true});
      double[][] u = plus(before, attended.update());
      double[][] after = plus(u, network.ffn(network.norm(u, "blocks." + block + ".norm2"), block));
      for (int i = 0; i < chosen.size(); i++) {
        x[chosen.get(i)] = after[i];
        double newest = 0;
        for (double[][] head : attended.matrix()) {
          newest += head[0][i];
        }
        double share = block < first ? 1 : TRADEOFF;
        global[chosen.get(i)] = (1 - share) * global[chosen.get(i)] + share * newest;
      }
      if (represented) {
        int last = before.length - 1;
        for (int token : waiting) {
          for (int c = 0; c < x[token].length; c++) {
            x[token][c] += after[last][c] - before[last][c];
          }
        }
      }
    }
    double[] equal = new double[x.length];
    Arrays.fill(equal, 1);
    return network.logits(mean(x, IntStream.rangeClosed(1, patches).toArray(), equal));
  }

  private static double[] mean(double[][] x, int[] tokens, double[] weights) {
    double[] mean = new double[x[0].length];
    double sum = Arrays.stream(tokens).mapToDouble(token -> weights[token]).sum();
    for (int token : tokens) {
      for (int c = 0; c < mean.length; c++) {
        mean[c] += weights[token] / sum * x[token][c];
      }
    }
    return mean;
  }

  private static double[][] plus(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][];
    Arrays.setAll(sum, i -> PlainNetwork.plus(a[i], b[i]));
    return sum;
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, false, true, 6",
    "0.5, true, true, 6",
    "0.3, true, true, 8",
    "0.5, false, false, 6",
    "0.7, true, false, 5",
    "1, true, true, 3",
    "1, false, false, 6"
  })
  void agreesWithAPlainComputation(double rate, boolean fastUpdate, boolean stageWise, int depth) {
    Architecture architecture = PlainForward.ofDepth(depth, false);
    Map<String, HostTensor> weights = RandomNetworks.weights(architecture, 5);
    PlainNetwork plain = new PlainNetwork(architecture, weights);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, weights, manager);
      NDArray pixels = RandomNetworks.images(architecture, 3, 6, manager);
      float[] logits =
          PlainForward.logits(network, sites(architecture, rate, fastUpdate, stageWise), pixels);
      for (int image = 0; image < 3; image++) {
        float[] own = PlainForward.image(pixels, image);
        assertArrayEquals(
            PlainForward.narrow(plain(architecture, plain, own, rate, fastUpdate, stageWise)),
            PlainForward.row(logits, image, architecture.classes()),
            PlainForward.ROUNDING);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0.5, false, true", "0.5, true, true", "0.04, true, true", "0.5, true, false"})
  void imagesAreIndependent(double rate, boolean fastUpdate, boolean stageWise) {
    Architecture architecture = PlainForward.ofDepth(6, false);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, 1, manager);
      PlainForward.assertImagesAreIndependent(
          network,
          sites(architecture, rate, fastUpdate, stageWise),
          RandomNetworks.images(architecture, 4, 2, manager));
    }
  }

  /** Behind every stage all patches are there again, each in a place of its own. */
  @ParameterizedTest
  @CsvSource({"false, 8", "true, 9"})
  void placeholdersComeBack(boolean fastUpdate, int patchesInStage) {
    Architecture architecture = PlainForward.ofDepth(6, false);
    Forward.Observer observer =
        new Forward.Observer() {
          @Override
          public Tokens embedded(Tokens tokens) {
            return tokens.recordingSources();
          }

          @Override
          public void left(int block, Tokens tokens) {
            boolean all = block != 2 && block != 4;
            assertEquals(all ? 16 : patchesInStage, tokens.patches());
            int[] sources = tokens.sources().orElseThrow().toIntArray();
            for (int image = 0; image < tokens.batch(); image++) {
              int[] own = Arrays.copyOfRange(sources, image * 16, (image + 1) * 16);
              assertArrayEquals(
                  IntStream.range(0, all ? 16 : 8).toArray(),
                  Arrays.stream(own).filter(s -> s >= 0).sorted().toArray());
            }
          }
        };
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, 1, manager);
      new Forward(network, sites(architecture, 0.5, fastUpdate, true), observer)
          .logits(RandomNetworks.images(architecture, 2, 2, manager), new long[2]);
    }
  }
}
