package io.tokensweep.train;

import io.tokensweep.data.ShapesSource;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.checkpoint.TensorType;
import java.nio.file.Path;
import java.util.List;

/** Trainings that take a second. */
final class Recipes {
  private Recipes() {}

  static Recipe tiny(int steps, int warmup, long seed) {
    Architecture architecture =
        new Architecture(
            "vit_custom", 16, 8, 24, 2, 2, 48, ShapesSource.classNames().size(), Design.VIT);
    return new Recipe(architecture, steps, 8, 3e-3, warmup, 0.05, 0.1, seed);
  }

  static Training into(Path out, boolean fresh) {
    return new Training(out, TensorType.F32, 50, 1000, 3, fresh, List.of("--out", "x"));
  }
}
