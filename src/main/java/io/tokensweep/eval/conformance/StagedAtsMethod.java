package io.tokensweep.eval.conformance;

import io.tokensweep.reduction.Placement;
import io.tokensweep.reduction.Reduction;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * ATS as TokenReduction has it. Images keep different numbers of tokens; what the recorded run
 * computed in its padding is not compared.
 */
record StagedAtsMethod() implements TokenReductionMethod {
  @Override
  public SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    return CaseMethod.sites(golden, "ats_staged", placement(golden), Map.of());
  }

  /** One rate counts by its powers; several numbers are the samples, one more than the tokens. */
  private static Placement placement(GoldenCase golden) {
    Placement samples = TokenReductionConfig.placementOfCounts(golden);
    if (samples.counts().contains(1)) {
      throw golden.unusable("/config/keep_rate", "one rate, or at least 2 samples for each site");
    }
    return new Placement(
        samples.architecture(),
        samples.resolution(),
        samples.sites(),
        samples.keepRate(),
        samples.counts().stream().map(count -> count - 1).toList());
  }

  @Override
  public void compare(
      GoldenCase golden, Comparison comparison, Outputs outputs, Recorder recorder) {
    outputs.network(recorder);
    List<Integer> sites = TokenReductionConfig.sites(golden);
    for (int block : sites) {
      outputs.integers("site" + block + ".kept", kept(recorder, block));
    }
    finalTokens(outputs, recorder, NetworkCase.architecture(golden).specials());
  }

  /** Tokens of each image among those that came, -1 for padding. */
  private static int[] kept(Recorder recorder, int block) {
    SiteRecord site = recorder.site(block);
    int batch = recorder.batch();
    int[] kept = new int[batch * site.tokensAfter()];
    Arrays.fill(kept, -1);
    for (int image = 0; image < batch; image++) {
      int count = count(site.sourcesAfter(), image, batch);
      System.arraycopy(site.kept(image, batch, count), 0, kept, image * site.tokensAfter(), count);
    }
    return kept;
  }

  /** Patch tokens of an image that are no padding. */
  private static int count(int[] sources, int image, int batch) {
    int patches = sources.length / batch;
    return 1 + Arrays.stream(sources, image * patches, (image + 1) * patches).max().orElseThrow();
  }

  private static void finalTokens(Outputs outputs, Recorder recorder, int specials) {
    String name = "tokens_final";
    if (outputs.has(name)) {
      float[] actual = recorder.tokensFinal();
      double[] expected = outputs.expected(name);
      int batch = recorder.batch();
      int rows = recorder.counts()[recorder.counts().length - 1];
      int width = actual.length / batch / rows;
      for (int image = 0; image < batch && expected.length == actual.length; image++) {
        int real = specials + count(recorder.sourcesFinal(), image, batch);
        int end = (image + 1) * rows * width;
        for (int i = (image * rows + real) * width; i < end; i++) {
          expected[i] = actual[i];
        }
      }
      outputs.floats(name, actual, expected);
    }
  }
}
