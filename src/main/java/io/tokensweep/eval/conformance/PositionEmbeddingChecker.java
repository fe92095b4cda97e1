package io.tokensweep.eval.conformance;

import io.tokensweep.model.HostTensor;
import io.tokensweep.model.PositionInterpolation;
import io.tokensweep.model.checkpoint.TypedTensors;
import java.util.List;
import java.util.Map;

/**
 * Position embeddings resized from one grid to another: {@code K.in} holds the trained one, the
 * other tensors of {@code K} the resized ones.
 */
final class PositionEmbeddingChecker implements Checker {
  private static final Map<String, PositionInterpolation> VARIANTS =
      Map.of(
          "noaa", PositionInterpolation.DEIT,
          "bilinear", PositionInterpolation.TIMM_0_4,
          "aa", PositionInterpolation.TIMM_0_8);

  @Override
  public CaseResult check(GoldenCase golden) {
    Comparison comparison = new Comparison(golden);
    try (TypedTensors tensors = golden.tensors()) {
      for (int i = 0; i < golden.items("/grids").size(); i++) {
        String grid = "/grids/" + i;
        check(
            golden,
            comparison,
            tensors,
            "g%dto%d".formatted(golden.whole(grid + "/old"), golden.whole(grid + "/new")),
            golden.whole(grid + "/prefix_tokens"),
            golden.whole(grid + "/new"));
      }
    }
    return comparison.result();
  }

  private static void check(
      GoldenCase golden,
      Comparison comparison,
      TypedTensors tensors,
      String key,
      int specials,
      int grid) {
    List<Long> shape = tensors.tensors().get(requireTensor(golden, tensors, key + ".in")).shape();
    HostTensor trained =
        new HostTensor(
            shape.stream().mapToLong(Long::longValue).toArray(), tensors.floats(key + ".in"));
    tensors.tensors().keySet().stream()
        .filter(name -> name.startsWith(key + ".") && !name.equals(key + ".in"))
        .forEach(
            name -> {
              PositionInterpolation variant = VARIANTS.get(name.substring(key.length() + 1));
              if (variant == null) {
                comparison.leaveOut(name);
                return;
              }
              double[] expected = Comparison.widen(tensors.floats(name));
              comparison.numbers(
                  name,
                  Comparison.widen(variant.resize(trained, specials, grid).data()),
                  expected,
                  tolerance(golden, name, key, expected));
            });
  }

  /** Bilinear has no recorded noise; its weights are smaller than bicubic's, whose noise serves. */
  private static double tolerance(GoldenCase golden, String name, String key, double[] expected) {
    return golden.perTensor(Tolerance.RECORDED, name).isPresent()
        ? Tolerance.of(golden, name, expected)
        : Tolerance.of(golden, key + ".noaa", expected);
  }

  private static String requireTensor(GoldenCase golden, TypedTensors tensors, String name) {
    if (!tensors.tensors().containsKey(name)) {
      throw golden.unusable("/grids", "grids whose tensors are recorded; there is no " + name);
    }
    return name;
  }
}
