package io.tokensweep.reduction;

import java.util.List;

/** What the methods with density-peak clustering let one choose. */
public final class NeighbourParameters {
  static final Parameter DENSITY =
      new Parameter.Choice(
          "density",
          "knn",
          List.of("knn", "all"),
          "density of a token from its nearest neighbours or from all tokens (eq. 6)");
  static final Parameter NEIGHBOURS =
      new Parameter.Whole(
          "neighbours", 5, 1, 10_000, "neighbours of density knn, the token itself included");

  private NeighbourParameters() {}

  /** How many neighbours a density looks at. */
  public static int neighbours(ParameterValues parameters) {
    return parameters.choice("density").equals("all")
        ? DensityPeaks.ALL
        : (int) parameters.whole("neighbours");
  }
}
