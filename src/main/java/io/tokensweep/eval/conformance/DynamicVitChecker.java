package io.tokensweep.eval.conformance;

import io.tokensweep.model.Architecture;
import io.tokensweep.reduction.Placement;
import io.tokensweep.reduction.Reduction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * DynamicViT: the backbone's outputs, and at each site the scores and which tokens are kept. Tokens
 * whose scores are equal but for rounding noise may be in another order.
 */
final class DynamicVitChecker implements Checker {
  private static final String OFFICIAL = "raoyongming/DynamicViT";
  private static final String RATIOS = "/config/token_ratio";

  @Override
  public Optional<String> unsupported(GoldenCase golden) {
    return NetworkCase.unsupported(golden, "DynamicViT", OFFICIAL);
  }

  @Override
  public CaseResult check(GoldenCase golden) {
    return NetworkCase.check(
        golden,
        (run, comparison, outputs) -> {
          Recorder recorder = Recorder.run(run, reductions(golden));
          outputs.network(recorder);
          new SelectionCheck(golden, comparison, outputs, recorder, false).check(sites(golden));
        });
  }

  private static SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    Architecture architecture = NetworkCase.architecture(golden);
    int resolution = golden.whole("/config/img_size");
    List<Integer> sites = sites(golden);
    Placement placement =
        golden.json().at(RATIOS).isMissingNode()
            ? new Placement(
                architecture,
                resolution,
                sites,
                OptionalDouble.of(golden.number("/config/base_rate")))
            : new Placement(
                architecture,
                resolution,
                sites,
                OptionalDouble.empty(),
                counts(golden, architecture.patches(resolution), sites.size()));
    return CaseMethod.sites(golden, "dynamicvit", placement, Map.of());
  }

  /** Each site keeps its share of the image's tokens. */
  private static List<Integer> counts(GoldenCase golden, int patches, int sites) {
    if (golden.items(RATIOS).size() != sites) {
      throw golden.unusable(RATIOS, "a ratio for each of the %d sites".formatted(sites));
    }
    return IntStream.range(0, sites)
        .mapToObj(site -> Math.max(1, (int) (golden.number(RATIOS + "/" + site) * patches)))
        .toList();
  }

  private static List<Integer> sites(GoldenCase golden) {
    return golden.wholes("/config/pruning_loc").stream().sorted().toList();
  }
}
