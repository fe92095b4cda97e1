package io.tokensweep.sweep;

import java.util.List;

/** Axes of which every combination is a trial; {@code keepRates} may be empty. */
record Product(
    List<ModelSpec> models,
    List<MethodSpec> methods,
    List<Located<Double>> keepRates,
    List<Located<Integer>> resolutions,
    List<Precision> precisions,
    List<Located<List<Integer>>> sites) {

  /** How many combinations; exact up to the range of a double. */
  double combinations() {
    return 1.0
        * models.size()
        * methods.size()
        * Math.max(1, keepRates.size())
        * Math.max(1, resolutions.size())
        * precisions.size()
        * sites.size();
  }
}
