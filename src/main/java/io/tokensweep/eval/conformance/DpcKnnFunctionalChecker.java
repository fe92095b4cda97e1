package io.tokensweep.eval.conformance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Tokens;
import io.tokensweep.reduction.DensityPeaks;
import io.tokensweep.reduction.DpcKnn;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Clustering and merging of DPC-KNN on token matrices, without a network. */
final class DpcKnnFunctionalChecker implements Checker {
  private static final String OFFICIAL = "JoakimHaurum/TokenReduction";

  @Override
  public Optional<String> unsupported(GoldenCase golden) {
    return golden.comesFrom(OFFICIAL)
        ? Optional.empty()
        : Optional.of("only %s has cases of this kind".formatted(OFFICIAL));
  }

  @Override
  public CaseResult check(GoldenCase golden) {
    Comparison comparison = new Comparison(golden);
    try (Outputs outputs = new Outputs(golden, comparison)) {
      for (int i = 0; i < golden.items("/specs").size(); i++) {
        String spec = "/specs/" + i + "/";
        try (NDManager manager = NDManager.newBaseManager()) {
          Shape shape =
              new Shape(
                  golden.whole(spec + "B"), golden.whole(spec + "N"), golden.whole(spec + "C"));
          check(
              outputs,
              "s" + i + ".",
              shape,
              golden.whole(spec + "k"),
              golden.whole(spec + "clusters"),
              manager);
        }
      }
      outputs.leaveOutOthers();
    }
    return comparison.result();
  }

  private static void check(
      Outputs outputs, String name, Shape shape, int neighbours, int clusters, NDManager manager) {
    NDArray x = manager.create(outputs.given(name + "x"), shape);
    List<DensityPeaks> peaks =
        DensityPeaks.of(x, neighbours, clusters, DensityPeaks.Reading.DPC_KNN);
    outputs.integers(
        name + "centers",
        peaks.stream().flatMapToInt(image -> Arrays.stream(image.centres())).toArray());
    outputs.integers(
        name + "cluster",
        peaks.stream().flatMapToInt(image -> Arrays.stream(image.cluster())).toArray());
    float[] logWeights = outputs.given(name + "token_weight");
    outputs.floats(
        name + "merged_equal", merged(x, new float[logWeights.length], neighbours, clusters));
    for (int j = 0; j < logWeights.length; j++) {
      logWeights[j] = (float) Math.log(logWeights[j]);
    }
    outputs.floats(name + "merged_weighted", merged(x, logWeights, neighbours, clusters));
  }

  private static float[] merged(NDArray x, float[] logWeights, int neighbours, int clusters) {
    return DpcKnn.merge(Tokens.embedded(x, 0), logWeights, neighbours, clusters).x().toFloatArray();
  }
}
