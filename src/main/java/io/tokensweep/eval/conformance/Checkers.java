package io.tokensweep.eval.conformance;

import java.util.Map;
import java.util.Optional;

/** The registry: what runs each kind of case. A new kind is one class and one line here. */
final class Checkers {
  private static final Map<String, Checker> BY_KIND =
      Map.ofEntries(
          Map.entry("plain", new BackboneChecker()),
          Map.entry("distilled", new BackboneChecker()),
          Map.entry("lvvit", new BackboneChecker()),
          Map.entry("evit", new EvitChecker()),
          Map.entry("bat", new BatChecker()),
          Map.entry("tome", new ToMeChecker()),
          Map.entry("ppt", new PptChecker()),
          Map.entry("dynamicvit", new DynamicVitChecker()),
          Map.entry("dynamicvit_lvvit", new DynamicVitChecker()),
          Map.entry("avit", new AvitChecker()),
          Map.entry("tokenreduction", new TokenReductionChecker()),
          Map.entry("evovit", new EvoVitChecker()),
          Map.entry("dpcknn_functional", new DpcKnnFunctionalChecker()),
          Map.entry("method", new MethodChecker()),
          Map.entry("posembed", new PositionEmbeddingChecker()),
          Map.entry("preprocess", new PreprocessChecker()),
          Map.entry("diversity", new DiversityChecker()),
          Map.entry("inputs", new InputsChecker()));

  private Checkers() {}

  static Optional<Checker> ofKind(String kind) {
    return Optional.ofNullable(BY_KIND.get(kind));
  }
}
