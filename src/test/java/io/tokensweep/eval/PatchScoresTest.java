package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Block;
import io.tokensweep.model.Design;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.Need;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import io.tokensweep.model.VisionTransformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatchScoresTest {
  private static final int PATCHES = 9;
  private static final int HEADS = 2;
  private static final int DEPTH = 4;

  private static Architecture architecture(boolean distilled) {
    return new Architecture(
        "vit_custom", 12, 4, 8, DEPTH, HEADS, 16, 5, distilled ? Design.DISTILLED : Design.VIT);
  }

  /** Attention and inputs of one image, for computing in plain loops. */
  private static final class Image implements Forward.Observer {
    private final List<double[][][]> attention = new ArrayList<>(); // [block][head][token][token]
    private final List<double[][]> inputs = new ArrayList<>(); // [block][token][channel]

    @Override
    public Set<Need> needs() {
      return Set.of(Need.MATRIX);
    }

    @Override
    public void entered(int block, Tokens tokens) {
      inputs.add(matrix(tokens.x().get(0)));
    }

    @Override
    public void attended(int block, Block.Attended attended) {
      double[][][] heads = new double[HEADS][][];
      for (int head = 0; head < HEADS; head++) {
        heads[head] = matrix(attended.attention().matrix().get(0).get(head));
      }
      attention.add(heads);
    }

    private static double[][] matrix(NDArray array) {
      int rows = (int) array.getShape().get(0);
      int columns = (int) array.getShape().get(1);
      float[] values = array.toFloatArray();
      double[][] matrix = new double[rows][columns];
      for (int i = 0; i < values.length; i++) {
        matrix[i / columns][i % columns] = values[i];
      }
      return matrix;
    }

    /** The definition word by word: every choice of one head in each of the layers. */
    double score(int layer, int token) {
      double sum = 0;
      int tuples = (int) Math.pow(HEADS, DEPTH - layer - 1);
      for (int tuple = 0; tuple < tuples; tuple++) {
        sum += columnNorm(layer, token, tuple) * updateNorm(layer, token);
      }
      return sum;
    }

    /** ‖A[:, i]‖² of one choice, A being multiplied out from the last layer down. */
    private double columnNorm(int layer, int token, int tuple) {
      int tokens = inputs.get(layer).length;
      double[][] product = new double[tokens][tokens];
      for (int i = 0; i < tokens; i++) {
        product[i][i] = 1;
      }
      int digits = tuple;
      for (int t = DEPTH - 1; t > layer; t--) {
        product = multiply(product, attention.get(t)[digits % HEADS]);
        digits /= HEADS;
      }
      double norm = 0;
      for (double[] row : product) {
        norm += row[token] * row[token];
      }
      return norm;
    }

    /** ‖U[i, :]‖² over the heads of the layer itself. */
    private double updateNorm(int layer, int token) {
      double norm = 0;
      for (double[][] head : attention.get(layer)) {
        for (int channel = 0; channel < inputs.get(layer)[0].length; channel++) {
          double value = 0;
          for (int j = 0; j < head.length; j++) {
            value += head[token][j] * Math.abs(inputs.get(layer)[j][channel]);
          }
          norm += value * value;
        }
      }
      return norm;
    }

    private static double[][] multiply(double[][] a, double[][] b) {
      double[][] c = new double[a.length][b[0].length];
      for (int i = 0; i < a.length; i++) {
        for (int j = 0; j < b[0].length; j++) {
          for (int k = 0; k < b.length; k++) {
            c[i][j] += a[i][k] * b[k][j];
          }
        }
      }
      return c;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void scoresAreTheDefinitionOverEveryChoiceOfHeads(boolean distilled) {
    Architecture architecture = architecture(distilled);
    int images = 3;
    double[] expected = new double[(DEPTH - 1) * PATCHES];
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, 3, manager);
      NDArray pixels = RandomNetworks.images(architecture, images, 4, manager);
      for (int image = 0; image < images; image++) {
        Image seen = new Image();
        NDArray one = pixels.get("{}:{}", image, image + 1);
        new Forward(network, new TreeMap<>(), seen).logits(one, new long[1]);
        for (int i = 0; i < expected.length; i++) {
          int token = architecture.specials() + i % PATCHES;
          expected[i] += seen.score(i / PATCHES, token) / images;
        }
      }
      HostTensor scores = scores(network, pixels);
      assertArrayEquals(new long[] {DEPTH - 1, PATCHES}, scores.shape());
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], scores.data()[i], 2e-6 * expected[i], "score " + i);
      }
    }
  }

  private static HostTensor scores(VisionTransformer network, NDArray... batches) {
    PatchScores scores = new PatchScores(network);
    for (NDArray batch : batches) {
      scores.add(batch);
    }
    return scores.mean();
  }

  @Test
  void imagesCountAlikeWhateverTheirBatch() {
    Architecture architecture = architecture(false);
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(architecture, 3, manager);
      NDArray pixels = RandomNetworks.images(architecture, 5, 4, manager);
      float[] together = scores(network, pixels).data();
      float[] apart = scores(network, pixels.get(":2"), pixels.get("2:")).data();
      for (int i = 0; i < together.length; i++) {
        assertEquals(together[i], apart[i], 1e-5 * together[i]);
      }
      assertThrows(IllegalStateException.class, () -> scores(network));
    }
  }
}
