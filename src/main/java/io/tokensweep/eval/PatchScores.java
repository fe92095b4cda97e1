package io.tokensweep.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Block;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.Need;
import io.tokensweep.model.Tokens;
import io.tokensweep.model.VisionTransformer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * How much each patch of each block matters to the network's output, averaged over images (Tang et
 * al. 2022, patch slimming). In layers 1 … L with inputs Z_0 … Z_(L-1), the score of patch i of
 * layer l is
 *
 * <pre>
 *   s_(l,i) = Σ ‖A[:, i]‖² · ‖U[i, :]‖²
 *   A = P_L^h(L) · … · P_(l+1)^h(l+1),   U = P_l^h(l) |Z_(l-1)|
 * </pre>
 *
 * summed over all ways to take one head h(t) of each layer t = l … L, P being attention after
 * softmax. The paper has diag(m_t) ahead of each P_t; no mask m is known yet, so all are 1. With
 * G_L = 1 and G_(t-1) = Σ_h (P_t^h)ᵀ G_t P_t^h, the sum over the heads of A is the diagonal of G_l;
 * no product of heads is ever formed.
 *
 * <p>The network runs in fp32, the scores are fp64.
 */
public final class PatchScores {
  private final VisionTransformer network;
  private final int patches;
  private final double[] sums;
  private long images;

  public PatchScores(VisionTransformer network) {
    this.network = network;
    this.patches = network.architecture().patches(network.resolution());
    this.sums = new double[(network.architecture().depth() - 1) * patches];
  }

  /**
   * Adds the scores of some images.
   *
   * @param pixels normalised, (B, 3, R, R)
   */
  public void add(NDArray pixels) {
    try (NDManager scope = pixels.getManager().newSubManager()) {
      Maps maps = new Maps(scope);
      int batch = Math.toIntExact(pixels.getShape().get(0));
      new Forward(network, new TreeMap<>(), maps).logits(pixels, new long[batch]).close();
      add(maps, batch, scope);
      images += batch;
    }
  }

  /** Mean over all images so far, (L - 1, N0) for layers 1 … L - 1. */
  public HostTensor mean() {
    if (images == 0) {
      throw new IllegalStateException("no image was added");
    }
    float[] mean = new float[sums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sums[i] / images);
    }
    return new HostTensor(new long[] {network.architecture().depth() - 1L, patches}, mean);
  }

  private void add(Maps maps, int batch, NDManager scope) {
    int specials = network.architecture().specials();
    int tokens = specials + patches;
    NDArray gram =
        scope
            .eye(tokens, tokens, 0, DataType.FLOAT64)
            .expandDims(0)
            .broadcast(batch, tokens, tokens);
    for (int block = network.blocks().size() - 1; block > 0; block--) {
      try (NDManager work = scope.newSubManager()) {
        NDArray matrix = maps.matrices.get(block).toType(DataType.FLOAT64, true);
        matrix.attach(work);
        NDArray next =
            matrix
                .transpose(0, 1, 3, 2)
                .matMul(gram.expandDims(1))
                .matMul(matrix)
                .sum(new int[] {1});
        double[] values = next.toDoubleArray();
        double[] norms = maps.updates.get(block - 1);
        for (int image = 0; image < batch; image++) {
          for (int patch = 0; patch < patches; patch++) {
            int token = specials + patch;
            double influence = values[(image * tokens + token) * tokens + token];
            sums[(block - 1) * patches + patch] += influence * norms[image * tokens + token];
          }
        }
        next.attach(scope);
        gram.close();
        gram = next;
      }
    }
  }

  /** Keeps P of every layer, and Σ_h ‖U^h[i, :]‖² of every token. */
  private static final class Maps implements Forward.Observer {
    private final NDManager scope;
    private final List<NDArray> matrices = new ArrayList<>(); // (B, H, T, T) fp32
    private final List<double[]> updates = new ArrayList<>(); // (B, T)
    private NDArray input;

    Maps(NDManager scope) {
      this.scope = scope;
      this.input = scope.zeros(new Shape(1));
    }

    @Override
    public Set<Need> needs() {
      return EnumSet.of(Need.MATRIX);
    }

    @Override
    public void entered(int block, Tokens tokens) {
      input = tokens.x();
    }

    @Override
    public void attended(int block, Block.Attended attended) {
      NDArray matrix = attended.attention().matrix();
      NDArray magnitudes = input.toType(DataType.FLOAT64, true).abs().expandDims(1);
      NDArray update = matrix.toType(DataType.FLOAT64, true).matMul(magnitudes);
      updates.add(update.square().sum(new int[] {1, 3}).toDoubleArray());
      NDArray kept = matrix.duplicate();
      kept.attach(scope);
      matrices.add(kept);
    }
  }
}
