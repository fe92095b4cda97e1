package io.tokensweep.eval.conformance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.reduction.DensityPeaks;
import io.tokensweep.reduction.Reduction;
import java.util.Map;
import java.util.SortedMap;

/** DPC-KNN; a cluster's centre is recorded, though the cluster goes on as a weighted mean. */
record DpcKnnMethod() implements TokenReductionMethod {
  @Override
  public SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    return CaseMethod.sites(
        golden,
        "dpcknn",
        TokenReductionConfig.placementOfCounts(golden),
        Map.of(
            "neighbours",
            (long) neighbours(golden),
            "equal_weight",
            golden.flag("/config/equal_weight", false)));
  }

  private static int neighbours(GoldenCase golden) {
    return golden.whole("/config/k_neighbors", 5);
  }

  @Override
  public void compare(
      GoldenCase golden, Comparison comparison, Outputs outputs, Recorder recorder) {
    outputs.network(recorder);
    ClusterCheck.Centres centres =
        (site, image) -> centres(site, image, recorder.batch(), neighbours(golden));
    new ClusterCheck(golden, comparison, outputs, recorder, centres)
        .check(TokenReductionConfig.sites(golden));
  }

  private static int[] centres(SiteRecord site, int image, int batch, int neighbours) {
    long width = site.entering().length / batch / site.tokensBefore();
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray all = manager.create(site.entering(), new Shape(batch, site.tokensBefore(), width));
      return DensityPeaks.of(
              all.get(image).expandDims(0),
              neighbours,
              site.tokensAfter(),
              DensityPeaks.Reading.DPC_KNN)
          .get(0)
          .centres();
    }
  }
}
