package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.core.Linear;
import io.tokensweep.model.Casts;
import io.tokensweep.model.TokenRows;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A merger that computes the clusters of all images with trained weights. The paper gives no names
 * and shapes of them; ours are {@code bat_mergers.{s}.…} for the site of rank s.
 */
sealed interface TrainedMerger extends Merger {
  /** What the names of all weights begin with. */
  String PREFIX = "bat_mergers.";

  /** Rank of the site. */
  int stage();

  /** Names and shapes of the weights for n inattentive tokens. */
  Map<String, List<Long>> weights(int width, int inattentive, int clusters);

  /**
   * @param inattentive ascending, (B, n, D)
   * @return (B, c, D)
   */
  NDArray clusters(NDArray inattentive, int clusters, Site site);

  /** For each cluster the positions of the inattentive tokens whose patches count to it. */
  List<int[]> members(int inattentive, int clusters, Site site);

  default String weightName(String weight) {
    return PREFIX + stage() + "." + weight;
  }

  @Override
  default List<List<Group>> merge(Tokens tokens, List<Decoupled> images, Site site) {
    List<int[]> rows = images.stream().map(Decoupled::inattentive).toList();
    int count = rows.get(0).length;
    int clusters = images.get(0).budget().clusters();
    if (images.stream()
        .anyMatch(i -> i.budget().clusters() != clusters || i.inattentive().length != count)) {
      throw new IllegalStateException("a trained merger needs as many tokens in every image");
    }
    if (clusters == 0) {
      return images.stream().map(image -> List.<Group>of()).toList();
    }
    long[] indices = rows.stream().flatMapToInt(Arrays::stream).mapToLong(token -> token).toArray();
    NDArray features =
        TokenRows.gather(
            tokens.patchFeatures(),
            tokens.x().getManager().create(indices, new Shape(rows.size(), count)));
    NDArray made = clusters(features, clusters, site);
    List<int[]> members = members(count, clusters, site);
    return rows.stream()
        .map(
            row ->
                IntStream.range(0, clusters)
                    .<Group>mapToObj(c -> new Group.Made(pick(row, members.get(c)), made, c))
                    .toList())
        .toList();
  }

  private static int[] pick(int[] tokens, int[] positions) {
    return Arrays.stream(positions).map(position -> tokens[position]).toArray();
  }

  /**
   * A convolution along the sequence, D → D, kernel 3, padding 1, stride floor(n/c), then adaptive
   * averaging to c. A token counts to the window that average pooling of the sequence would put it
   * into.
   */
  record Convolution(int stage) implements TrainedMerger {
    private static final String WEIGHT = "conv.weight";
    private static final String BIAS = "conv.bias";
    private static final int KERNEL = 3;

    @Override
    public Map<String, List<Long>> weights(int width, int inattentive, int clusters) {
      long d = width;
      return Map.of(weightName(WEIGHT), List.of(d, d, (long) KERNEL), weightName(BIAS), List.of(d));
    }

    @Override
    public long overhead(int width, int inattentive, int clusters) {
      return clusters == 0 ? 0 : (long) KERNEL * width * width * outputs(inattentive, clusters);
    }

    /** Outputs ahead of the averaging, c or more. */
    private static int outputs(int inattentive, int clusters) {
      return (inattentive - 1) / (inattentive / clusters) + 1;
    }

    @Override
    public NDArray clusters(NDArray inattentive, int clusters, Site site) {
      int count = Math.toIntExact(inattentive.getShape().get(1));
      NDArray convolved =
          Conv1d.conv1d(
                  inattentive.transpose(0, 2, 1),
                  site.weight(weightName(WEIGHT)),
                  site.weight(weightName(BIAS)),
                  new Shape(count / clusters),
                  new Shape(1))
              .singletonOrThrow()
              .transpose(0, 2, 1);
      int outputs = outputs(count, clusters);
      float[] averages = new float[clusters * outputs];
      for (int c = 0; c < clusters; c++) {
        PoolingWindow window = PoolingWindow.adaptive(c, clusters, outputs);
        Arrays.fill(
            averages,
            c * outputs + window.start(),
            c * outputs + window.end(),
            1f / (window.end() - window.start()));
      }
      NDArray averaging = inattentive.getManager().create(averages, new Shape(clusters, outputs));
      return Casts.like(averaging.matMul(Casts.wide(convolved)), inattentive);
    }

    @Override
    public List<int[]> members(int inattentive, int clusters, Site site) {
      return IntStream.range(0, clusters)
          .mapToObj(c -> PoolingWindow.adaptive(c, clusters, inattentive))
          .map(window -> IntStream.range(window.start(), window.end()).toArray())
          .toList();
    }
  }

  /**
   * A linear layer n → c along the sequence of the normalised tokens, the same for every channel;
   * the norm has no weights. A token counts to the cluster in which its weight is largest.
   */
  record Mlp(int stage) implements TrainedMerger {
    private static final String WEIGHT = "mlp.weight";
    private static final String BIAS = "mlp.bias";
    private static final double EPSILON = 1e-6;

    @Override
    public Map<String, List<Long>> weights(int width, int inattentive, int clusters) {
      return Map.of(
          weightName(WEIGHT),
          List.of((long) clusters, (long) inattentive),
          weightName(BIAS),
          List.of((long) clusters));
    }

    @Override
    public long overhead(int width, int inattentive, int clusters) {
      return (long) clusters * inattentive * width;
    }

    @Override
    public NDArray clusters(NDArray inattentive, int clusters, Site site) {
      int[] channels = {2};
      NDArray wide = Casts.wide(inattentive);
      NDArray centred = wide.sub(wide.mean(channels, true));
      NDArray variance = centred.mul(centred).mean(channels, true);
      NDArray normed = centred.div(variance.add(EPSILON).sqrt());
      return Linear.linear(
              Casts.like(normed, inattentive).transpose(0, 2, 1),
              site.weight(weightName(WEIGHT)),
              site.weight(weightName(BIAS)))
          .singletonOrThrow()
          .transpose(0, 2, 1);
    }

    @Override
    public List<int[]> members(int inattentive, int clusters, Site site) {
      float[] weight = TrainedLayers.values(site, weightName(WEIGHT));
      int[] cluster = Clusters.largest(weight, 0, clusters, inattentive);
      return Clusters.members(IntStream.range(0, inattentive).toArray(), cluster, clusters);
    }
  }
}
