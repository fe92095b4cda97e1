package io.tokensweep.analysis;

/**
 * Intersection over union of two sets out of n elements, and what it is for random sets. Two empty
 * sets are equal: their overlap is 1.
 */
public final class SetOverlap {
  private final int all;
  private final LogFactorials factorials;

  /**
   * @param all n, the elements that there are
   */
  public SetOverlap(int all) {
    this.all = all;
    this.factorials = new LogFactorials(all);
  }

  /**
   * @param common elements of both sets
   */
  public static double iou(int first, int second, int common) {
    int union = first + second - common;
    return union == 0 ? 1 : (double) common / union;
  }

  /** Expected overlap of two sets of these sizes, each drawn uniformly and for itself. */
  public double expected(int first, int second) {
    double sum = 0;
    for (int common = Math.max(0, first + second - all);
        common <= Math.min(first, second);
        common++) {
      sum += factorials.overlap(all, first, second, common) * iou(first, second, common);
    }
    return sum;
  }
}
