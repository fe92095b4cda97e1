package io.tokensweep.report;

import io.tokensweep.InvalidInputException;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.SweepFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** The networks of the papers: their names here, and the work of a configuration on them. */
final class PaperModels {
  /** At which the papers measure unless they say otherwise, in pixels. */
  static final int RESOLUTION = 224;

  private static final Map<String, String> NAMES =
      Map.of(
          "DeiT-T", "deit_tiny_patch16_224",
          "DeiT-S", "deit_small_patch16_224",
          "DeiT-B", "deit_base_patch16_224",
          "DeiT-Base/16", "deit_base_patch16_224",
          "ViT-Base/16", "vit_base_patch16_224",
          "LV-ViT-S", "lvvit_s");

  private PaperModels() {}

  /** The name here of what a paper calls a network; empty if there is no such backbone. */
  static Optional<String> name(String model) {
    return Optional.ofNullable(NAMES.get(model));
  }

  /**
   * Multiply-accumulates of one image in a line's configuration on the paper's own network. Neither
   * weights nor images are needed.
   *
   * @return empty if the configuration has no exact count, or none here
   */
  static OptionalLong macs(PaperLine line) {
    Optional<String> model = line.published().flatMap(row -> name(row.model()));
    boolean open = line.parameters().containsValue("*");
    if (model.isEmpty() || line.method().isEmpty() || open) {
      return OptionalLong.empty();
    }
    String parameters =
        line.parameters().entrySet().stream()
            .map(entry -> ", %s: %s".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining());
    Map<String, String> sections = new LinkedHashMap<>();
    sections.put("data", "{type: shapes, count: 1, seed: 0}");
    sections.put("models", "[{name: %s}]".formatted(model.get()));
    sections.put("methods", "[{name: %s%s}]".formatted(line.method(), parameters));
    sections.put("resolutions", "[%d]".formatted(line.resolution()));
    line.keepRate().ifPresent(rate -> sections.put("keep_rates", "[%s]".formatted(rate)));
    try {
      Plan plan =
          Plan.of(SweepFile.ofOptions("view", sections, Map.of()), OptionalInt.empty(), Set.of());
      return plan.trials().get(0).flow().isExact()
          ? OptionalLong.of(plan.trials().get(0).flow().macs())
          : OptionalLong.empty();
    } catch (InvalidInputException e) {
      return OptionalLong.empty(); // such as a method that needs a keep rate that is not printed
    }
  }
}
