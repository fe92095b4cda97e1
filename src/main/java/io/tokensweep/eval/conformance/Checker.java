package io.tokensweep.eval.conformance;

import java.util.Optional;

/** Runs the golden cases of one kind. Implementations are stateless. */
interface Checker {
  /** Why a case of this kind cannot be run nevertheless. */
  default Optional<String> unsupported(GoldenCase golden) {
    return Optional.empty();
  }

  /** Runs the case and compares all that it can. */
  CaseResult check(GoldenCase golden);
}
