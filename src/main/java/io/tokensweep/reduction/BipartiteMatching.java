package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Casts;
import io.tokensweep.model.TokenRows;
import io.tokensweep.model.Tokens;
import java.util.Optional;

/**
 * Bipartite soft matching (ToMe, Bolya et al., ICLR 2023). Tokens at even positions of the sequence
 * look for a partner among those at odd positions; the {@code r} pairs with the highest cosine
 * similarity are merged, several tokens possibly into one partner. Specials take no part: the class
 * token would be even, the distillation token odd.
 *
 * <p>Written from the paper's description. Equal similarities go to the lower position.
 *
 * @param unmerged indices into the even patch tokens, ascending, (B, even - r) int64; empty if all
 *     are merged
 * @param merged indices into the even patch tokens by descending similarity, (B, r) int64
 * @param partners for each merged token an index into the odd patch tokens, (B, r) int64
 */
record BipartiteMatching(Optional<NDArray> unmerged, NDArray merged, NDArray partners) {
  /** Below this length the squares of a vector's elements underflow; it has no direction then. */
  private static final float SHORTEST = 1e-20f;

  /** The most pairs that {@code patches} tokens have: floor(N / 2). */
  static int pairs(int r, int patches) {
    return Math.min(r, patches / 2);
  }

  /** Multiply-accumulates of comparing even with odd tokens: ceil(T/2) · floor(T/2) · d. */
  static long macs(Architecture architecture, int r, int patches) {
    long tokens = (long) patches + architecture.specials();
    long odd = tokens / 2;
    return pairs(r, patches) == 0 ? 0 : odd * (tokens - odd) * architecture.headWidth();
  }

  /**
   * Matches the tokens of every image.
   *
   * @param metric what is compared, (B, specials + N, d)
   * @param r pairs to merge, 1 to floor(N / 2)
   */
  static BipartiteMatching of(NDArray metric, int specials, int r) {
    NDArray direction = normalised(metric);
    NDArray similarity =
        even(direction, specials).matMul(odd(direction, specials).transpose(0, 2, 1));
    NDArray order = Ranking.descending(similarity.max(new int[] {2}));
    NDArray merged = order.get(":, :{}", r);
    Optional<NDArray> unmerged =
        order.getShape().get(1) > r
            ? Optional.of(order.get(":, {}:", r).sort(1))
            : Optional.empty();
    return new BipartiteMatching(unmerged, merged, similarity.argMax(2).gather(merged, 1));
  }

  private static NDArray normalised(NDArray metric) {
    NDArray vectors = Casts.wide(metric);
    return vectors.div(vectors.pow(2).sum(new int[] {2}, true).sqrt().maximum(SHORTEST));
  }

  /** Patch tokens at even positions of (B, T, …). */
  private static NDArray even(NDArray array, int specials) {
    return array.get(":, {}::2", firstEven(specials));
  }

  /** Patch tokens at odd positions of (B, T, …). */
  private static NDArray odd(NDArray array, int specials) {
    return array.get(":, {}::2", firstOdd(specials));
  }

  private static int firstEven(int specials) {
    return specials + specials % 2;
  }

  private static int firstOdd(int specials) {
    return specials + 1 - specials % 2;
  }

  /**
   * Every token becomes the mean of its group weighted by sizes, and as large as the group. Order:
   * specials, unmerged even tokens, all odd tokens.
   *
   * @param tokens the same number in every image; without sizes, each is one patch
   * @param proportional whether attention weighs the result by size from now on
   */
  Tokens merge(Tokens tokens, boolean proportional) {
    int specials = tokens.specials();
    NDArray x = tokens.x();
    NDArray sizes =
        tokens
            .sizes()
            .orElseGet(() -> x.getManager().ones(new Shape(tokens.batch(), tokens.count())));
    NDArray evenX = even(x, specials);
    NDArray evenSizes = even(sizes, specials);
    NDArray oddSizes = odd(sizes, specials);
    NDArray mergedSizes = evenSizes.gather(merged, 1);
    NDArray groups = groups(oddSizes);
    NDArray groupSizes = oddSizes.expandDims(2).add(groups.matMul(mergedSizes.expandDims(2)));
    NDArray groupSums =
        Casts.wide(odd(x, specials))
            .mul(oddSizes.expandDims(2))
            .add(
                groups.matMul(
                    Casts.wide(TokenRows.gather(evenX, merged)).mul(mergedSizes.expandDims(2))));
    NDList features = new NDList(x.get(":, :{}", specials));
    unmerged.ifPresent(rows -> features.add(TokenRows.gather(evenX, rows)));
    features.add(Casts.like(groupSums.div(groupSizes), x));
    NDList newSizes = new NDList(sizes.get(":, :{}", specials));
    unmerged.ifPresent(rows -> newSizes.add(evenSizes.gather(rows, 1)));
    newSizes.add(groupSizes.squeeze(2));
    return new Tokens(
        NDArrays.concat(features, 1),
        specials,
        Optional.of(NDArrays.concat(newSizes, 1)),
        proportional,
        Optional.empty(),
        tokens.sources().map(sources -> follow(sources, tokens)),
        tokens.carried());
  }

  /** 1 where a merged token (column) joins an odd token (row), else 0: (B, odd, r). */
  private NDArray groups(NDArray oddSizes) {
    int odd = Math.toIntExact(oddSizes.getShape().get(1));
    return partners
        .getManager()
        .arange(0, odd, 1, DataType.INT64)
        .reshape(1, odd, 1)
        .eq(partners.expandDims(1))
        .toType(oddSizes.getDataType(), false);
  }

  /** The token that each patch went into. */
  private NDArray follow(NDArray sources, Tokens tokens) {
    int batch = tokens.batch();
    int[] from = sources.toIntArray();
    int patches = from.length / batch;
    int[] to = new int[from.length];
    int[][] position = positions(tokens);
    for (int i = 0; i < from.length; i++) {
      to[i] = from[i] < 0 ? -1 : position[i / patches][from[i]];
    }
    return sources.getManager().create(to, sources.getShape());
  }

  /** For each image and patch token its index among the patch tokens of the result. */
  private int[][] positions(Tokens tokens) {
    int specials = tokens.specials();
    int evenFrom = firstEven(specials) - specials;
    int oddFrom = firstOdd(specials) - specials;
    int pairs = Math.toIntExact(merged.getShape().get(1));
    long[] stays = unmerged.map(NDArray::toLongArray).orElse(new long[0]);
    long[] goes = merged.toLongArray();
    long[] into = partners.toLongArray();
    int staying = stays.length / tokens.batch();
    int[][] position = new int[tokens.batch()][tokens.patches()];
    for (int image = 0; image < position.length; image++) {
      int[] to = position[image];
      for (int i = 0; i < staying; i++) {
        to[evenFrom + 2 * (int) stays[image * staying + i]] = i;
      }
      for (int odd = 0; oddFrom + 2 * odd < to.length; odd++) {
        to[oddFrom + 2 * odd] = staying + odd;
      }
      for (int i = 0; i < pairs; i++) {
        to[evenFrom + 2 * (int) goes[image * pairs + i]] = staying + (int) into[image * pairs + i];
      }
    }
    return position;
  }
}
