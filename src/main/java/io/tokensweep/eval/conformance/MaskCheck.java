package io.tokensweep.eval.conformance;

import io.tokensweep.model.Architecture;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Compares fixed patterns with a run that masks patches instead of removing them: the patches
 * inside the mask of every block, and the final tokens of those that are left. Token counts are not
 * compared, since masked patches still count there.
 */
final class MaskCheck {
  private final Comparison comparison;
  private final Outputs outputs;
  private final Recorder recorder;
  private final Architecture architecture;
  private final int patches;

  MaskCheck(GoldenCase golden, Comparison comparison, Outputs outputs, Recorder recorder) {
    this.comparison = comparison;
    this.outputs = outputs;
    this.recorder = recorder;
    this.architecture = NetworkCase.architecture(golden);
    this.patches = architecture.patches(golden.whole("/config/img_size"));
  }

  void check() {
    for (int block = 0; block < architecture.depth(); block++) {
      String name = "site" + block + ".kept_abs";
      if (recorder.siteIfAny(block).isPresent()) {
        outputs.integers(name, present(recorder.site(block).sourcesAfter()));
      } else {
        comparison.require(name, !outputs.has(name), "is recorded, but no patch is removed");
      }
    }
    finalTokens();
  }

  /** Patches of each image that are there, ascending. */
  private int[] present(int[] sources) {
    return IntStream.range(0, sources.length)
        .filter(i -> sources[i] >= 0)
        .map(i -> i % patches)
        .toArray();
  }

  private void finalTokens() {
    String name = "tokens_final";
    if (!outputs.has(name)) {
      return;
    }
    int width = architecture.width();
    int specials = architecture.specials();
    int batch = recorder.batch();
    double[] recorded = outputs.expected(name);
    float[] ours = recorder.tokensFinal();
    int[] sources = recorder.sourcesFinal();
    int left = ours.length / width / batch;
    double[] expected = new double[ours.length];
    if (recorded.length != batch * (specials + patches) * width) {
      comparison.require(name, false, "has other numbers of tokens");
      return;
    }
    for (int image = 0; image < batch; image++) {
      int[] rows =
          IntStream.concat(
                  IntStream.range(0, specials),
                  Arrays.stream(
                          present(
                              Arrays.copyOfRange(sources, image * patches, (image + 1) * patches)))
                      .map(patch -> specials + patch))
              .toArray();
      for (int i = 0; i < left; i++) {
        System.arraycopy(
            recorded,
            (image * (specials + patches) + rows[i]) * width,
            expected,
            (image * left + i) * width,
            width);
      }
    }
    outputs.floats(name, ours, expected);
  }
}
