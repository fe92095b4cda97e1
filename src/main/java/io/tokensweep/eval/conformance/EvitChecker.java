package io.tokensweep.eval.conformance;

import io.tokensweep.reduction.Reduction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * EViT with and without fusing: the backbone's outputs, and at each site the class attention, which
 * tokens are kept and which patches they are. Tokens whose class attention is equal but for
 * rounding noise may be in another order.
 */
final class EvitChecker implements Checker {
  private static final String OFFICIAL = "youweiliang/evit";

  @Override
  public Optional<String> unsupported(GoldenCase golden) {
    return NetworkCase.unsupported(golden, "EViT", OFFICIAL);
  }

  @Override
  public CaseResult check(GoldenCase golden) {
    return NetworkCase.check(
        golden,
        (run, comparison, outputs) -> {
          Recorder recorder = Recorder.run(run, reductions(golden));
          outputs.network(recorder);
          new SelectionCheck(golden, comparison, outputs, recorder, fuses(golden))
              .check(sites(golden));
        });
  }

  private static SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    return CaseMethod.sites(
        golden,
        "evit",
        sites(golden),
        OptionalDouble.of(golden.number("/config/keep_rate")),
        Map.of("fuse", fuses(golden)));
  }

  private static List<Integer> sites(GoldenCase golden) {
    return golden.wholes("/config/drop_loc").stream().sorted().toList();
  }

  private static boolean fuses(GoldenCase golden) {
    return golden.flag("/config/fuse_token", false);
  }
}
