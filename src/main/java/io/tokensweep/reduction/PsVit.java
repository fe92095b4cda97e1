package io.tokensweep.reduction;

import io.tokensweep.model.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * PS-ViT, patch slimming (Tang et al., CVPR 2022), without its fine-tuning: ahead of each block
 * only the patches of a mask go on, the same in every image. The masks are nested, m_l ⊇ m_(l+1).
 *
 * <p>How many patches a block has is EViT's schedule. Which ones follows from scores that were
 * computed once on a sample of images ({@link #weightName}): from the last block to the first, the
 * mask of a block is that of the next one, filled up with the highest scores of its own layer. The
 * outputs of the last block are not read but for the class token, so there is no score for it and
 * its mask is chosen by the scores of the block before.
 */
public final class PsVit implements Method {
  private static final String PREFIX = "patch_scores.";

  PsVit() {}

  /**
   * Name of the scores for images of so many patches. Their shape is (depth - 1, patches): row l
   * has the score of each patch in block l, 0-based.
   */
  public static String weightName(int patches) {
    return PREFIX + patches;
  }

  @Override
  public String name() {
    return "psvit";
  }

  @Override
  public String source() {
    return "Tang et al. 2022";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(KeepCounts.parameter(KeepCounts.Rule.CEIL_CURRENT));
  }

  @Override
  public boolean usesKeepRate() {
    return true;
  }

  @Override
  public Map<String, List<Long>> weights(Placement placement, ParameterValues parameters) {
    long patches = placement.patches();
    return Map.of(
        weightName(placement.patches()), List.of(placement.architecture().depth() - 1L, patches));
  }

  @Override
  public List<String> weightPrefixes() {
    return List.of(PREFIX);
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    if (placement.architecture().depth() < 2) {
      throw new IllegalArgumentException("patches of a single block have no scores");
    }
    List<Integer> counts = counts(placement, KeepCounts.rule(parameters));
    SortedMap<Integer, Reduction> sites = new TreeMap<>();
    for (int block : placement.sites()) {
      sites.put(block, new Slim(placement.patches(), counts, block));
    }
    return sites;
  }

  /** Patches in each block. */
  private static List<Integer> counts(Placement placement, KeepCounts.Rule rule) {
    List<Integer> counts = new ArrayList<>();
    int count = placement.patches();
    for (int block = 0; block < placement.architecture().depth(); block++) {
      int stage = placement.sites().indexOf(block);
      if (stage >= 0) {
        count =
            switch (rule) {
              case CEIL_CURRENT -> KeepCounts.ceil(placement.rate(), count);
              case FLOOR_ABSOLUTE ->
                  KeepCounts.floor(placement.rate(), stage + 1, placement.patches());
            };
      }
      counts.add(count);
    }
    return counts;
  }

  /**
   * The nested masks.
   *
   * @param scores (depth - 1, patches) row-major
   * @param counts patches that each block has, never more than the block before
   * @return patches of the image that each block has, ascending
   */
  static List<int[]> masks(float[] scores, int patches, List<Integer> counts) {
    int last = counts.size() - 1;
    int[][] masks = new int[counts.size()][];
    boolean[] chosen = new boolean[patches];
    int have = 0;
    for (int block = last; block >= 0; block--) {
      int row = Math.min(block, last - 1);
      float[] own = Arrays.copyOfRange(scores, row * patches, (row + 1) * patches);
      int[] others = IntStream.range(0, patches).filter(p -> !chosen[p]).toArray();
      int[] best = Ranking.descending(own, others);
      for (int i = 0; have < counts.get(block); i++) {
        chosen[best[i]] = true;
        have++;
      }
      masks[block] = IntStream.range(0, patches).filter(p -> chosen[p]).toArray();
    }
    return List.of(masks);
  }

  /**
   * The patches of one mask go on to the next, in their order.
   *
   * @param counts patches that each block has: a mask depends on those behind it
   */
  private record Slim(int patches, List<Integer> counts, int block)
      implements Reduction.BeforeBlock {
    @Override
    public TokenCount after(TokenCount before) {
      return before.map(n -> Math.min(n, counts.get(block)));
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      float[] scores = TrainedLayers.values(site, weightName(patches));
      List<int[]> masks = masks(scores, patches, counts);
      int[] all = IntStream.range(0, patches).toArray();
      return FixedPatches.keep(tokens, block == 0 ? all : masks.get(block - 1), masks.get(block));
    }
  }
}
