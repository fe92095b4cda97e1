package io.tokensweep.reduction;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The patches within a radius of the centre of a g × g grid. Coordinates run in equal steps from
 * -g/2 to g/2; on an odd grid from -(g+1)/2 to (g-1)/2, as TokenReduction's floor division has it.
 *
 * @param grid g
 * @param radius in these coordinates, the edge included
 */
record PatchDisc(Norm norm, int grid, double radius) {
  /** Distances that differ by less are equal. */
  private static final double SAME = 1e-6;

  /** How the distance from the centre is measured. */
  enum Norm {
    L1,
    L2,
    LINF;

    static List<String> words() {
      return Arrays.stream(values()).map(norm -> norm.name().toLowerCase(Locale.ROOT)).toList();
    }

    static Norm of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }

    double length(double x, double y) {
      return switch (this) {
        case L1 -> Math.abs(x) + Math.abs(y);
        case L2 -> Math.hypot(x, y);
        case LINF -> Math.max(Math.abs(x), Math.abs(y));
      };
    }
  }

  /** The disc that reaches the farthest corner. */
  static PatchDisc whole(Norm norm, int grid) {
    PatchDisc unbounded = new PatchDisc(norm, grid, Double.POSITIVE_INFINITY);
    return unbounded.withRadius(
        IntStream.range(0, grid * grid).mapToDouble(unbounded::distance).max().orElse(0));
  }

  PatchDisc withRadius(double other) {
    return new PatchDisc(norm, grid, other);
  }

  /** Raster indices of the patches inside, ascending. */
  int[] patches() {
    return IntStream.range(0, grid * grid).filter(p -> distance(p) <= radius + SAME).toArray();
  }

  /** Of all discs within this one that whose number of patches is nearest, the smaller of two. */
  PatchDisc nearest(int target) {
    PatchDisc best = this;
    int distance = Integer.MAX_VALUE;
    for (double candidate :
        Arrays.stream(patches()).mapToDouble(this::distance).sorted().toArray()) {
      PatchDisc disc = withRadius(candidate);
      int difference = Math.abs(disc.patches().length - target);
      if (difference < distance) {
        best = disc;
        distance = difference;
      }
    }
    return best;
  }

  private double distance(int patch) {
    return norm.length(coordinate(patch / grid), coordinate(patch % grid));
  }

  private double coordinate(int index) {
    int from = Math.floorDiv(-grid, 2);
    int to = grid / 2;
    return grid == 1 ? from : from + (double) index * (to - from) / (grid - 1);
  }
}
