package io.tokensweep.eval.conformance;

import java.util.Map;
import java.util.Optional;

/** The registry: what runs each kind of case. A new kind is one class and one line here. */
final class Checkers {
  private static final Map<String, Checker> BY_KIND =
      Map.of(
          "plain", new BackboneChecker(),
          "distilled", new BackboneChecker(),
          "evit", new EvitChecker(),
          "tome", new ToMeChecker(),
          "ppt", new PptChecker(),
          "tokenreduction", new TokenReductionChecker(),
          "posembed", new PositionEmbeddingChecker(),
          "preprocess", new PreprocessChecker(),
          "diversity", new DiversityChecker(),
          "inputs", new InputsChecker());

  private Checkers() {}

  static Optional<Checker> ofKind(String kind) {
    return Optional.ofNullable(BY_KIND.get(kind));
  }
}
