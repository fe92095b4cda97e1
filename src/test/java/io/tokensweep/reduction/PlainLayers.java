package io.tokensweep.reduction;

import io.tokensweep.model.HostTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.commons.math3.special.Erf;

/** The layers of trained selectors in loops and double precision, one token at a time. */
public final class PlainLayers {
  private final Map<String, HostTensor> weights;

  PlainLayers(Map<String, HostTensor> weights) {
    this.weights = weights;
  }

  /** Seeded weights that make selectors decide this way for some tokens and that for others. */
  public static Map<String, HostTensor> randomWeights(Map<String, List<Long>> shapes, long seed) {
    Random random = new Random(seed);
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    new TreeMap<>(shapes)
        .forEach(
            (name, shape) -> {
              long[] dimensions = shape.stream().mapToLong(Long::longValue).toArray();
              float[] data = new float[(int) Arrays.stream(dimensions).reduce(1, (a, b) -> a * b)];
              boolean norm = shape.size() == 1 && name.endsWith("weight");
              double scale = shape.size() == 1 ? 0.2 : 2 / Math.sqrt((double) dimensions[1]);
              for (int i = 0; i < data.length; i++) {
                data[i] = (float) ((norm ? 1 : 0) + scale * random.nextGaussian());
              }
              weights.put(name, new HostTensor(dimensions, data));
            });
    return weights;
  }

  double[] linear(String name, double[] x) {
    float[] matrix = weights.get(name + ".weight").data();
    float[] bias = weights.get(name + ".bias").data();
    double[] y = new double[bias.length];
    for (int o = 0; o < y.length; o++) {
      y[o] = bias[o];
      for (int i = 0; i < x.length; i++) {
        y[o] += (double) matrix[o * x.length + i] * x[i];
      }
    }
    return y;
  }

  double[] layerNorm(String name, double[] x) {
    float[] scale = weights.get(name + ".weight").data();
    float[] bias = weights.get(name + ".bias").data();
    double[] y = standardised(x);
    for (int i = 0; i < y.length; i++) {
      y[i] = y[i] * scale[i] + bias[i];
    }
    return y;
  }

  static double[] standardised(double[] x) {
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    return Arrays.stream(x).map(v -> (v - mean) / Math.sqrt(variance + 1e-5)).toArray();
  }

  static double[] gelu(double[] x) {
    return Arrays.stream(x).map(v -> 0.5 * v * (1 + Erf.erf(v / Math.sqrt(2)))).toArray();
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /**
   * Keep and drop logits of each token.
   *
   * @param x features of the tokens that count
   * @param in prefix of the layers ahead of the mean
   * @param out prefix of those behind it
   */
  double[][] selector(double[][] x, String in, String out, double meanOffset) {
    int half = x[0].length / 2;
    double[][] u = new double[x.length][];
    double[] mean = new double[half];
    for (int j = 0; j < x.length; j++) {
      u[j] = gelu(linear(in + ".1", layerNorm(in + ".0", x[j])));
      for (int c = 0; c < half; c++) {
        mean[c] += u[j][half + c] / x.length;
      }
    }
    double[][] logits = new double[x.length][];
    for (int j = 0; j < x.length; j++) {
      double[] z = u[j].clone();
      for (int c = 0; c < half; c++) {
        z[half + c] = mean[c] + meanOffset;
      }
      logits[j] = linear(out + ".4", gelu(linear(out + ".2", gelu(linear(out + ".0", z)))));
    }
    return logits;
  }

  /** Share of the first of two logits. */
  static double first(double[] logits) {
    return sigmoid(logits[0] - logits[1]);
  }
}
