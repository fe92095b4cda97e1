package io.tokensweep.reduction;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * ToMe, token merging (Bolya et al., ICLR 2023): every block with r_l &gt; 0 merges its r_l most
 * similar pairs of tokens, between attention and FFN. The sweep's sites are not used.
 */
final class ToMe implements Method {
  private static final String R = "r";
  private static final String INFLECTION = "inflection";
  static final Parameter PROPORTIONAL =
      new Parameter.Flag(
          "proportional", true, "attention adds log(size) of a token to the logits of its key");

  @Override
  public String name() {
    return "tome";
  }

  @Override
  public String source() {
    return "Bolya et al. 2023, facebookresearch/ToMe";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter.PerBlock(
            R, 13, 10_000, "pairs of tokens that a block merges, at most half of its tokens"),
        new Parameter.Real(
            INFLECTION,
            0,
            -1,
            1,
            "tilts a single r over the blocks: 0 constant, -1 from 2r down to 0, 1 from 0 up to 2r"),
        PROPORTIONAL);
  }

  @Override
  public boolean usesKeepRate() {
    return false;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    int[] schedule = schedule(placement.architecture().depth(), parameters);
    boolean proportional = parameters.flag(PROPORTIONAL.name());
    SortedMap<Integer, Reduction> sites = new TreeMap<>();
    for (int block = 0; block < schedule.length; block++) {
      if (schedule[block] > 0) {
        sites.put(block, new MergeTokens(schedule[block], proportional));
      }
    }
    return sites;
  }

  /** r of every block. */
  private static int[] schedule(int depth, ParameterValues parameters) {
    double inflection = parameters.real(INFLECTION);
    if (parameters.isWhole(R)) {
      return schedule(depth, Math.toIntExact(parameters.whole(R)), inflection);
    }
    List<Integer> list = parameters.wholes(R);
    if (list.size() > depth) {
      throw new IllegalArgumentException(
          "r has %d numbers, allowed are at most %d, one for each block"
              .formatted(list.size(), depth));
    }
    if (inflection != 0) {
      throw new IllegalArgumentException(
          "inflection is %s, allowed beside a list of r is 0".formatted(inflection));
    }
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * lo = trunc(r (1 - i)), hi = 2r - lo, r_l = trunc(lo + l (hi - lo) / (L - 1)), in the order of
   * operations of the official code.
   */
  static int[] schedule(int depth, int r, double inflection) {
    int first = (int) (r * (1 - inflection));
    double step = depth > 1 ? (2.0 * r - 2.0 * first) / (depth - 1) : 0;
    int[] schedule = new int[depth];
    for (int block = 0; block < depth; block++) {
      schedule[block] = (int) (first + step * block);
    }
    return schedule;
  }
}
