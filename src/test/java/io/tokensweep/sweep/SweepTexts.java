package io.tokensweep.sweep;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Sweep files for tests. */
final class SweepTexts {
  /** A network of one second, two methods, no weights. */
  static final String SMALL =
      """
      name: small
      data: {type: shapes, count: 1000, seed: 7}
      models:
        - {name: vit_custom, image_size: 64, patch: 8, width: 96, depth: 12, heads: 3, hidden: 384, classes: 10}
      methods:
        - {name: none}
        - {name: evit, fuse: [true, false]}
      keep_rates: [0.5, 0.7]
      resolutions: [64]
      sites: [3, 6, 9]
      measure: {quality: {batch_size: 50}}
      """;

  private SweepTexts() {}

  static Sweep parse(String text, String... overrides) {
    return SweepFile.parse("s.yaml", text, List.of(overrides), Map.of("HOME_OF", "here"));
  }

  static Plan plan(String text, String... overrides) {
    return Plan.of(parse(text, overrides), OptionalInt.empty(), Set.of());
  }

  /** One model of the papers, one method, on pictures that need no files. */
  static Plan plan(String model, String method, double keepRate, int resolution) {
    return plan(
        """
        name: one
        data: {type: shapes, count: 4, seed: 1}
        models: [{name: %s}]
        methods: [%s]
        keep_rates: [%s]
        resolutions: [%d]
        measure: {quality: {}}
        """
            .formatted(model, method, keepRate, resolution));
  }
}
