package io.tokensweep.eval.conformance;

import io.tokensweep.eval.Forward;
import io.tokensweep.reduction.HaltingGate;
import io.tokensweep.reduction.Reduction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * A-ViT: outputs, halting scores, which token ran in which block, and the ponder cost. The recorded
 * run masks tokens where we remove them, so its {@code n_tokens_after_block} is not ours; {@code
 * alive_mask} says the same and more. What it recorded of tokens that had halted comes from biases
 * alone and is multiplied by 0 ahead of every use: halting scores and class tokens are compared as
 * long as their token runs.
 */
final class AvitChecker implements Checker {
  private static final String OFFICIAL = "NVlabs/A-ViT";
  private static final int TOKEN_MODE = 4;

  @Override
  public Optional<String> unsupported(GoldenCase golden) {
    if (!golden.comesFrom(OFFICIAL)) {
      return Optional.of("A-ViT is compared with %s only".formatted(OFFICIAL));
    }
    int mode = golden.whole("/config/act_mode", TOKEN_MODE);
    return mode == TOKEN_MODE
        ? NetworkCase.unsupported(golden)
        : Optional.of("config.act_mode %d is not supported".formatted(mode));
  }

  @Override
  public CaseResult check(GoldenCase golden) {
    return NetworkCase.check(
        golden,
        (run, comparison, outputs) -> {
          HaltingRecorder recorder =
              new HaltingRecorder(
                  run,
                  new HaltingGate(
                      (float) golden.number("/config/gate_scale"),
                      (float) golden.number("/config/gate_center")));
          float[] logits =
              new Forward(run.network(), reductions(golden), recorder)
                  .logits(run.pixels(), run.imageKeys())
                  .toFloatArray();
          outputs.logits(logits);
          outputs.integers("alive_mask", recorder.alive());
          outputs.integers("counter", recorder.blocksUsed());
          outputs.floats("rho", recorder.ponderCost());
          whileRunning(outputs, "halting_score", recorder.scores(), recorder.alive());
          whileRunning(outputs, "cls_layers", recorder.classTokens(), recorder.classAlive());
        });
  }

  /**
   * @param alive 0 where the recorded values mean nothing, one mark for several values in a row
   */
  private static void whileRunning(Outputs outputs, String name, float[] actual, int[] alive) {
    if (outputs.has(name)) {
      double[] expected = outputs.expected(name);
      if (expected.length == actual.length) {
        int values = actual.length / alive.length;
        for (int i = 0; i < actual.length; i++) {
          expected[i] = alive[i / values] == 0 ? actual[i] : expected[i];
        }
      }
      outputs.floats(name, actual, expected);
    }
  }

  private static SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    return CaseMethod.sites(
        golden,
        "avit",
        List.of(),
        OptionalDouble.empty(),
        Map.of(
            "gate_scale",
            golden.number("/config/gate_scale"),
            "gate_center",
            golden.number("/config/gate_center"),
            "epsilon",
            golden.number("/config/eps", 0.01)));
  }
}
