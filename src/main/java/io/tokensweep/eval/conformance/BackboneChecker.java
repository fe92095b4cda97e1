package io.tokensweep.eval.conformance;

import java.util.Collections;
import java.util.Optional;
import java.util.TreeMap;

/** Plain and distilled backbones and LV-ViT, at the resolution they were trained at or another. */
final class BackboneChecker implements Checker {
  @Override
  public Optional<String> unsupported(GoldenCase golden) {
    return NetworkCase.unsupported(golden);
  }

  @Override
  public CaseResult check(GoldenCase golden) {
    return NetworkCase.check(
        golden,
        (run, comparison, outputs) -> {
          Recorder recorder = Recorder.run(run, Collections.unmodifiableSortedMap(new TreeMap<>()));
          outputs.network(recorder);
          outputs.floats("tokens_final", recorder.tokensFinal());
          outputs.floats("patch_embed_out", stem(run));
        });
  }

  /** What the stem makes of the pixels, (B, D, R / P, R / P). */
  private static float[] stem(NetworkCase run) {
    return run.network().patches(run.pixels()).transpose(0, 2, 1).toFloatArray();
  }
}
