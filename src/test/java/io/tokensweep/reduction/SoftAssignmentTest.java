package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Learned mixing against its formulas, computed number by number. */
class SoftAssignmentTest {
  private static final int WIDTH = 6;
  private static final int PATCHES = 16;
  private static final Architecture ARCHITECTURE =
      new Architecture("vit_custom", 8, 2, WIDTH, 4, 1, 8, 3, Design.DISTILLED);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Map<String, NDArray> weights(String method, double keepRate) {
    Map<String, NDArray> weights = new HashMap<>();
    MethodCalls.weights(method, ARCHITECTURE, keepRate, List.of(1), Map.of())
        .forEach(
            (name, shape) ->
                weights.put(
                    name,
                    RandomNetworks.gaussian(
                        new Shape(shape.stream().mapToLong(l -> l).toArray()),
                        name.hashCode(),
                        manager)));
    return weights;
  }

  private static SoftAssignment at(String method, double keepRate, Map<String, Object> given) {
    return (SoftAssignment)
        MethodCalls.sites(method, ARCHITECTURE, keepRate, List.of(1), given).get(1);
  }

  private Tokens tokens() {
    Shape shape = new Shape(2, 2 + PATCHES, WIDTH);
    return Tokens.embedded(RandomNetworks.gaussian(shape, 5, manager), 2).recordingSources();
  }

  private static double[][] matrix(NDArray array) {
    int columns = Math.toIntExact(array.getShape().tail());
    float[] values = array.toFloatArray();
    double[][] matrix = new double[values.length / columns][columns];
    for (int i = 0; i < values.length; i++) {
      matrix[i / columns][i % columns] = values[i];
    }
    return matrix;
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        for (int k = 0; k < b.length; k++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }

  private static double[][] transposed(double[][] a) {
    double[][] transposed = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        transposed[j][i] = a[i][j];
      }
    }
    return transposed;
  }

  private static double[][] softmaxOfRows(double[][] a) {
    return Arrays.stream(a)
        .map(
            row -> {
              double sum = Arrays.stream(row).map(Math::exp).sum();
              return Arrays.stream(row).map(v -> Math.exp(v) / sum).toArray();
            })
        .toArray(double[][]::new);
  }

  private double[][] layerNorm(double[][] x, Map<String, NDArray> weights, String name) {
    double[] scale = matrix(weights.get(name + ".weight"))[0];
    double[] shift = matrix(weights.get(name + ".bias"))[0];
    double[][] normed = new double[x.length][WIDTH];
    for (int i = 0; i < x.length; i++) {
      double mean = Arrays.stream(x[i]).average().orElseThrow();
      double variance = Arrays.stream(x[i]).map(v -> (v - mean) * (v - mean)).sum() / WIDTH;
      for (int d = 0; d < WIDTH; d++) {
        normed[i][d] = (x[i][d] - mean) / Math.sqrt(variance + 1e-5) * scale[d] + shift[d];
      }
    }
    return normed;
  }

  private static double[][] linear(double[][] x, Map<String, NDArray> weights, String name) {
    double[] bias = matrix(weights.get(name + ".bias"))[0];
    double[][] out = product(x, transposed(matrix(weights.get(name + ".weight"))));
    for (double[] row : out) {
      Arrays.setAll(row, j -> row[j] + bias[j]);
    }
    return out;
  }

  /** x·Φ(x), Φ being integrated numerically. */
  private static double gelu(double x) {
    int steps = 2000;
    double sum = 0;
    for (int i = 0; i < steps; i++) {
      double t = x * (i + 0.5) / steps;
      sum += Math.exp(-t * t / 2) * x / steps;
    }
    return x * (0.5 + sum / Math.sqrt(2 * Math.PI));
  }

  private static double[][] units(double[][] x) {
    return Arrays.stream(x)
        .map(
            row -> {
              double norm = Math.sqrt(Arrays.stream(row).map(v -> v * v).sum());
              return Arrays.stream(row).map(v -> v / norm).toArray();
            })
        .toArray(double[][]::new);
  }

  private double[][] expected(String method, Map<String, NDArray> weights, double[][] x) {
    switch (method) {
      case "patchmerger" -> {
        double[][] y = layerNorm(x, weights, "cluster_layers.0.norm");
        double[][] queries = matrix(weights.get("cluster_layers.0.queries"));
        return product(softmaxOfRows(product(queries, transposed(y))), y);
      }
      case "sit" -> {
        double[][] hidden =
            linear(
                layerNorm(x, weights, "cluster_layers.0.weight.0"),
                weights,
                "cluster_layers.0.weight.1");
        for (double[] row : hidden) {
          Arrays.setAll(row, j -> gelu(row[j]));
        }
        double[][] scores = transposed(linear(hidden, weights, "cluster_layers.0.weight.3"));
        double scale = weights.get("cluster_layers.0.scale").toFloatArray()[0];
        for (double[] row : scores) {
          Arrays.setAll(row, j -> row[j] * scale);
        }
        return product(softmaxOfRows(scores), x);
      }
      case "sinkhorn" -> {
        double[][] unit = units(x);
        double[][] z = product(units(matrix(weights.get("cluster_layers.0.v"))), transposed(unit));
        return product(transport(z, 0.5, 4), unit);
      }
      default -> throw new IllegalArgumentException(method);
    }
  }

  /** Multiplicative Sinkhorn of exp(z/ε). */
  private static double[][] transport(double[][] z, double eps, int iterations) {
    double marginal = 1.0 / (z.length + z[0].length);
    double[] rows = new double[z.length];
    double[] columns = new double[z[0].length];
    Arrays.fill(columns, 1);
    for (int iteration = 0; iteration < iterations; iteration++) {
      for (int i = 0; i < rows.length; i++) {
        double sum = 0;
        for (int j = 0; j < columns.length; j++) {
          sum += Math.exp(z[i][j] / eps) * columns[j];
        }
        rows[i] = marginal / sum;
      }
      for (int j = 0; j < columns.length; j++) {
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
          sum += Math.exp(z[i][j] / eps) * rows[i];
        }
        columns[j] = marginal / sum;
      }
    }
    double[][] plan = new double[z.length][z[0].length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < columns.length; j++) {
        plan[i][j] = Math.exp(z[i][j] / eps) * rows[i] * columns[j] / marginal;
      }
    }
    return plan;
  }

  @ParameterizedTest
  @CsvSource({
    "patchmerger, 0.4, 6",
    "patchmerger, 1, 16",
    "sit, 0.4, 6",
    "sit, 0.01, 1",
    "sinkhorn, 0.4, 6",
    "sinkhorn, 1, 16"
  })
  void isItsFormula(String method, double keepRate, int clusters) {
    Map<String, Object> given =
        method.equals("sinkhorn") ? Map.of("eps", 0.5, "iterations", 4) : Map.of();
    SoftAssignment reduction = at(method, keepRate, given);
    Map<String, NDArray> weights = weights(method, keepRate);
    Tokens tokens = tokens();
    Site site = new Site(1, new long[2], weights);
    Tokens mixed = reduction.reduce(tokens, site);
    assertEquals(TokenCount.exactly(clusters), reduction.after(TokenCount.exactly(PATCHES)));
    assertEquals(2 + clusters, mixed.count());
    float[] shares = reduction.mixture(tokens.patchFeatures(), site).weights().toFloatArray();
    for (int image = 0; image < 2; image++) {
      assertArrayEquals(
          tokens.x().get(image + ", :2, :").toFloatArray(),
          mixed.x().get(image + ", :2, :").toFloatArray());
      double[][] expected = expected(method, weights, matrix(tokens.x().get(image + ", 2:, :")));
      double[][] actual = matrix(mixed.x().get(image + ", 2:, :"));
      int[] sources = mixed.sources().orElseThrow().get(String.valueOf(image)).toIntArray();
      for (int c = 0; c < clusters; c++) {
        assertArrayEquals(expected[c], actual[c], 2e-5);
        for (int j = 0; j < PATCHES; j++) {
          int row = image * clusters * PATCHES;
          assertTrue(shares[row + c * PATCHES + j] <= shares[row + sources[j] * PATCHES + j]);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"patchmerger", "sit", "sinkhorn"})
  void paddingIsRefused(String method) {
    Tokens tokens = tokens();
    Tokens padded =
        new Tokens(
            tokens.x(),
            2,
            Optional.empty(),
            false,
            Optional.of(manager.ones(new Shape(2, 2 + PATCHES))),
            Optional.empty());
    Site site = new Site(1, new long[2], weights(method, 0.5));
    SoftAssignment reduction = at(method, 0.5, Map.of());
    assertThrows(IllegalStateException.class, () -> reduction.reduce(padded, site));
  }

  @Test
  void overheadIsThatOfTheProducts() {
    int c = 6;
    int d = WIDTH;
    assertEquals(
        2L * c * PATCHES * d, at("patchmerger", 0.4, Map.of()).overhead(ARCHITECTURE, PATCHES));
    assertEquals(
        2L * c * PATCHES * d, at("sinkhorn", 0.4, Map.of()).overhead(ARCHITECTURE, PATCHES));
    assertEquals(
        PATCHES * (d * d / 2 + c * d / 2) + c * PATCHES * d,
        at("sit", 0.4, Map.of()).overhead(ARCHITECTURE, PATCHES));
  }

  @Test
  void shapesFollowTheKeepRate() {
    Map<String, List<Long>> shapes =
        MethodCalls.weights("sit", RandomNetworks.small(false), 0.7, List.of(1, 2, 3), Map.of());
    assertEquals(List.of(11L, 12L), shapes.get("cluster_layers.0.weight.3.weight"));
    assertEquals(List.of(7L), shapes.get("cluster_layers.1.weight.3.bias"));
    assertEquals(List.of(5L, 12L), shapes.get("cluster_layers.2.weight.3.weight"));
    assertEquals(21, shapes.size());
  }
}
