package io.tokensweep.eval.conformance;

import io.tokensweep.reduction.Reduction;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** K-medoids; the medoids go on as they are, so they are found among the tokens that came. */
record KMedoidsMethod() implements TokenReductionMethod {
  @Override
  public Optional<String> unsupported(GoldenCase golden) {
    return golden.flag("/config/equal_weight", false)
        ? Optional.of("config.equal_weight true begins with a random medoid of the official code")
        : Optional.empty();
  }

  @Override
  public SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    return CaseMethod.sites(
        golden,
        "kmedoids",
        TokenReductionConfig.placementOfCounts(golden),
        Map.of("iterations", (long) golden.whole("/config/cluster_iters", 3)));
  }

  @Override
  public void compare(
      GoldenCase golden, Comparison comparison, Outputs outputs, Recorder recorder) {
    outputs.network(recorder);
    new ClusterCheck(
            golden,
            comparison,
            outputs,
            recorder,
            (site, image) -> medoids(site, image, recorder.batch()))
        .check(TokenReductionConfig.sites(golden));
  }

  private static int[] medoids(SiteRecord site, int image, int batch) {
    int width = site.entering().length / batch / site.tokensBefore();
    int leaving = site.leaving().length / width / batch;
    int[] medoids = new int[site.tokensAfter()];
    for (int c = 0; c < medoids.length; c++) {
      int at = (image * leaving + leaving - medoids.length + c) * width;
      float[] features = Arrays.copyOfRange(site.leaving(), at, at + width);
      medoids[c] = -1;
      for (int token = site.tokensBefore() - 1; token >= 0; token--) {
        int from = (image * site.tokensBefore() + token) * width;
        if (Arrays.equals(site.entering(), from, from + width, features, 0, width)) {
          medoids[c] = token;
        }
      }
    }
    return medoids;
  }
}
