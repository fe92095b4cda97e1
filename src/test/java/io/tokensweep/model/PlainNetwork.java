package io.tokensweep.model;

import java.util.Arrays;
import java.util.Map;
import org.apache.commons.math3.special.Erf;

/** A DeiT in fp64 and plain loops, one image at a time: the second opinion on a forward pass. */
public final class PlainNetwork {
  private final Architecture architecture;
  private final Map<String, HostTensor> weights;

  public PlainNetwork(Architecture architecture, Map<String, HostTensor> weights) {
    this.architecture = architecture;
    this.weights = weights;
  }

  /**
   * @param update what attention adds to each token before masking, (T, D)
   * @param matrix after softmax, (H, T, T)
   */
  @SuppressWarnings("ArrayRecordComponent") // read only
  public record Attended(double[][] update, double[][][] matrix) {}

  /** Says which keys a query sees. */
  public interface Mask {
    boolean sees(int query, int key);
  }

  /**
   * @param pixels of one image, (3, R, R) row-major
   * @return the tokens that enter block 0, (T, D)
   */
  public double[][] embed(float[] pixels) {
    int patch = architecture.patch();
    int side = architecture.imageSize();
    int grid = side / patch;
    double[][] tokens = new double[1 + grid * grid][];
    tokens[0] = widen(weight("cls_token"));
    float[] kernel = weight("patch_embed.proj.weight");
    for (int token = 0; token < grid * grid; token++) {
      double[] row = widen(weight("patch_embed.proj.bias"));
      for (int channel = 0; channel < row.length; channel++) {
        int at = channel * 3 * patch * patch;
        for (int c = 0; c < 3; c++) {
          for (int y = 0; y < patch; y++) {
            for (int x = 0; x < patch; x++) {
              int line = token / grid * patch + y;
              int column = token % grid * patch + x;
              row[channel] += (double) kernel[at++] * pixels[(c * side + line) * side + column];
            }
          }
        }
      }
      tokens[1 + token] = row;
    }
    float[] positions = weight("pos_embed");
    for (int token = 0; token < tokens.length; token++) {
      for (int c = 0; c < tokens[token].length; c++) {
        tokens[token][c] += positions[token * tokens[token].length + c];
      }
    }
    return tokens;
  }

  /** LayerNorm of every row. */
  public double[][] norm(double[][] x, String name) {
    float[] weight = weight(name + ".weight");
    float[] bias = weight(name + ".bias");
    double[][] normed = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      double mean = Arrays.stream(x[i]).average().orElseThrow();
      double variance =
          Arrays.stream(x[i]).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      normed[i] = x[i].clone();
      for (int c = 0; c < x[i].length; c++) {
        double scaled = (x[i][c] - mean) / Math.sqrt(variance + architecture.design().epsilon());
        normed[i][c] = scaled * weight[c] + bias[c];
      }
    }
    return normed;
  }

  /** W·x + b of every row. */
  public double[][] linear(double[][] x, String name) {
    float[] weight = weight(name + ".weight");
    float[] bias = weight(name + ".bias");
    double[][] y = new double[x.length][bias.length];
    for (int i = 0; i < x.length; i++) {
      for (int out = 0; out < bias.length; out++) {
        y[i][out] = bias[out];
        for (int in = 0; in < x[i].length; in++) {
          y[i][out] += weight[out * x[i].length + in] * x[i][in];
        }
      }
    }
    return y;
  }

  /**
   * Attention of a block, with the projection.
   *
   * @param normed LN1 of the tokens
   * @param heads those whose channels are not zeroed ahead of the projection
   */
  public Attended attention(double[][] normed, int block, Mask mask, boolean[] heads) {
    int width = architecture.headWidth();
    int tokens = normed.length;
    double[][] qkv = linear(normed, "blocks." + block + ".attn.qkv");
    double[][][] matrix = new double[heads.length][tokens][tokens];
    double[][] mixed = new double[tokens][architecture.width()];
    for (int head = 0; head < heads.length; head++) {
      for (int query = 0; query < tokens; query++) {
        double sum = 0;
        for (int key = 0; key < tokens; key++) {
          double logit = 0;
          for (int c = head * width; c < (head + 1) * width; c++) {
            logit += qkv[query][c] * qkv[key][architecture.width() + c];
          }
          double weight = mask.sees(query, key) ? Math.exp(logit / Math.sqrt(width)) : 0;
          matrix[head][query][key] = weight;
          sum += weight;
        }
        for (int key = 0; key < tokens; key++) {
          matrix[head][query][key] /= sum;
          for (int c = head * width; heads[head] && c < (head + 1) * width; c++) {
            mixed[query][c] += matrix[head][query][key] * qkv[key][2 * architecture.width() + c];
          }
        }
      }
    }
    return new Attended(linear(mixed, "blocks." + block + ".attn.proj"), matrix);
  }

  /**
   * FFN of a block.
   *
   * @param normed LN2 of the tokens
   */
  public double[][] ffn(double[][] normed, int block) {
    double[][] hidden = linear(normed, "blocks." + block + ".mlp.fc1");
    for (double[] row : hidden) {
      for (int c = 0; c < row.length; c++) {
        row[c] *= 0.5 * (1 + Erf.erf(row[c] / Math.sqrt(2)));
      }
    }
    return linear(hidden, "blocks." + block + ".mlp.fc2");
  }

  /** Final norm and head of what the head reads. */
  public double[] logits(double[] token) {
    return linear(norm(new double[][] {token}, "norm"), "head")[0];
  }

  /** The sum of rows. */
  public static double[] plus(double[] a, double[] b) {
    double[] sum = a.clone();
    for (int c = 0; c < sum.length; c++) {
      sum[c] += b[c];
    }
    return sum;
  }

  private float[] weight(String name) {
    return weights.get(name).data();
  }

  private static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }
}
