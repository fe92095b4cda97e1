package io.tokensweep.model;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.special.Erf;

/**
 * A plain DeiT/ViT in loops and doubles, one image at a time, written from the papers' formulas and
 * sharing nothing with the program: what golden cases of tests are computed with.
 */
public final class NaiveNetwork {
  private final Architecture architecture;
  private final Map<String, HostTensor> weights;

  /** Decides between attention and FFN which patch tokens go on, in which order. */
  public interface Selection {
    /**
     * @param patchTokens of one image, (N, D)
     */
    int[] kept(int block, double[][] patchTokens);
  }

  /**
   * @param classTokens behind each block, (depth, D)
   * @param tokens behind the last block, (T, D)
   * @param kept what each block's selection gave
   */
  @SuppressWarnings("ArrayRecordComponent") // read once
  public record Result(double[] logits, double[][] classTokens, double[][] tokens, int[][] kept) {}

  public NaiveNetwork(Architecture architecture, Map<String, HostTensor> weights) {
    this.architecture = architecture;
    this.weights = weights;
  }

  /**
   * @param pixels (3, R, R), row-major
   */
  public Result run(float[] pixels, Selection selection) {
    int depth = architecture.depth();
    double[][] x = embed(pixels);
    double[][] classTokens = new double[depth][];
    int[][] kept = new int[depth][];
    for (int block = 0; block < depth; block++) {
      String name = "blocks." + block + ".";
      double[][] attended = add(x, attention(norm(x, name + "norm1"), name + "attn."));
      kept[block] = selection.kept(block, Arrays.copyOfRange(attended, 1, attended.length));
      double[][] rest =
          IntStream.concat(IntStream.of(0), Arrays.stream(kept[block]).map(patch -> patch + 1))
              .mapToObj(token -> attended[token])
              .toArray(double[][]::new);
      x = add(rest, feedForward(norm(rest, name + "norm2"), name + "mlp."));
      classTokens[block] = x[0];
    }
    double[] logits = linear(norm(new double[][] {x[0]}, "norm"), "head")[0];
    return new Result(logits, classTokens, x, kept);
  }

  private double weight(String name, int index) {
    return weights.get(name).data()[index];
  }

  private double[][] embed(float[] pixels) {
    int side = architecture.imageSize();
    int patch = architecture.patch();
    int grid = side / patch;
    int width = architecture.width();
    double[][] x = new double[1 + grid * grid][width];
    for (int token = 0; token < x.length; token++) {
      for (int d = 0; d < width; d++) {
        double sum = weight("pos_embed", token * width + d);
        if (token == 0) {
          sum += weight("cls_token", d);
        } else {
          sum += weight("patch_embed.proj.bias", d);
          for (int i = 0; i < 3 * patch * patch; i++) {
            int channel = i / (patch * patch);
            int row = (token - 1) / grid * patch + i / patch % patch;
            int column = (token - 1) % grid * patch + i % patch;
            sum +=
                weight("patch_embed.proj.weight", d * 3 * patch * patch + i)
                    * pixels[(channel * side + row) * side + column];
          }
        }
        x[token][d] = sum;
      }
    }
    return x;
  }

  private double[][] attention(double[][] x, String name) {
    int width = architecture.width();
    int head = width / architecture.heads();
    double[][] qkv = linear(x, name + "qkv");
    double[][] mixed = new double[x.length][width];
    for (int h = 0; h < architecture.heads(); h++) {
      for (int i = 0; i < x.length; i++) {
        double[] logits = new double[x.length];
        for (int j = 0; j < x.length; j++) {
          for (int d = h * head; d < (h + 1) * head; d++) {
            logits[j] += qkv[i][d] * qkv[j][width + d] / Math.sqrt(head);
          }
        }
        double most = Arrays.stream(logits).max().orElseThrow();
        double sum = Arrays.stream(logits).map(logit -> Math.exp(logit - most)).sum();
        for (int j = 0; j < x.length; j++) {
          for (int d = h * head; d < (h + 1) * head; d++) {
            mixed[i][d] += Math.exp(logits[j] - most) / sum * qkv[j][2 * width + d];
          }
        }
      }
    }
    return linear(mixed, name + "proj");
  }

  private double[][] feedForward(double[][] x, String name) {
    double[][] hidden = linear(x, name + "fc1");
    for (double[] row : hidden) {
      Arrays.setAll(row, d -> row[d] * (1 + Erf.erf(row[d] / Math.sqrt(2))) / 2);
    }
    return linear(hidden, name + "fc2");
  }

  private double[][] linear(double[][] x, String name) {
    int outputs = weights.get(name + ".bias").data().length;
    int inputs = x[0].length;
    double[][] result = new double[x.length][outputs];
    for (int token = 0; token < x.length; token++) {
      for (int out = 0; out < outputs; out++) {
        result[token][out] = weight(name + ".bias", out);
        for (int in = 0; in < inputs; in++) {
          result[token][out] += weight(name + ".weight", out * inputs + in) * x[token][in];
        }
      }
    }
    return result;
  }

  private double[][] norm(double[][] x, String name) {
    double[][] result = new double[x.length][];
    for (int token = 0; token < x.length; token++) {
      double[] row = x[token];
      double mean = Arrays.stream(row).average().orElseThrow();
      double variance =
          Arrays.stream(row).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      result[token] = new double[row.length];
      Arrays.setAll(
          result[token],
          d ->
              (row[d] - mean) / Math.sqrt(variance + 1e-6) * weight(name + ".weight", d)
                  + weight(name + ".bias", d));
    }
    return result;
  }

  private static double[][] add(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][];
    for (int i = 0; i < a.length; i++) {
      double[] left = a[i];
      double[] right = b[i];
      sum[i] = new double[left.length];
      Arrays.setAll(sum[i], d -> left[d] + right[d]);
    }
    return sum;
  }
}
