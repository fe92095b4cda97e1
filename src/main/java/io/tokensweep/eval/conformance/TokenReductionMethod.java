package io.tokensweep.eval.conformance;

import io.tokensweep.reduction.Reduction;
import java.util.Optional;
import java.util.SortedMap;

/** How the golden cases of one method of TokenReduction are run and compared. Stateless. */
interface TokenReductionMethod {
  /** Why a case of the method cannot be run nevertheless. */
  default Optional<String> unsupported(GoldenCase golden) {
    return Optional.empty();
  }

  /** What the case's configuration puts into the network. */
  SortedMap<Integer, Reduction> reductions(GoldenCase golden);

  /** Compares all that cases of the method record. */
  void compare(GoldenCase golden, Comparison comparison, Outputs outputs, Recorder recorder);
}
