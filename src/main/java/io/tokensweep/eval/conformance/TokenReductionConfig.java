package io.tokensweep.eval.conformance;

import io.tokensweep.model.Architecture;
import io.tokensweep.reduction.Placement;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Where the configuration of a TokenReduction case puts its method, and how many tokens it keeps.
 */
final class TokenReductionConfig {
  private static final String RATES = "/config/keep_rate";

  private TokenReductionConfig() {}

  /** Blocks, ascending. */
  static List<Integer> sites(GoldenCase golden) {
    return golden.wholes("/config/reduction_loc").stream().sorted().toList();
  }

  /** One rate counts by its powers; several are the share of the initial tokens at each site. */
  static Placement placementOfShares(GoldenCase golden) {
    int patches = patches(golden);
    return placement(golden, rate -> Math.max(1, (int) (rate * patches)));
  }

  /** One rate counts by its powers; several are the numbers of tokens themselves. */
  static Placement placementOfCounts(GoldenCase golden) {
    return placement(
        golden,
        count -> {
          if (count < 1 || count != Math.rint(count)) {
            throw golden.unusable(RATES, "one rate, or a number of tokens for each site");
          }
          return (int) count.doubleValue();
        });
  }

  private static Placement placement(GoldenCase golden, ToIntFunction<Double> count) {
    List<Double> rates = rates(golden);
    List<Integer> sites = sites(golden);
    if (rates.size() != 1 && rates.size() != sites.size()) {
      throw golden.unusable(RATES, "one number, or one for each site");
    }
    return new Placement(
        NetworkCase.architecture(golden),
        golden.whole("/config/img_size"),
        sites,
        rates.size() == 1 ? OptionalDouble.of(rates.get(0)) : OptionalDouble.empty(),
        rates.size() == 1 ? List.of() : rates.stream().map(count::applyAsInt).toList());
  }

  private static int patches(GoldenCase golden) {
    Architecture architecture = NetworkCase.architecture(golden);
    return architecture.patches(golden.whole("/config/img_size"));
  }

  static List<Double> rates(GoldenCase golden) {
    if (!golden.json().at(RATES).isArray()) {
      return List.of(golden.number(RATES));
    }
    int count = golden.items(RATES).size();
    return IntStream.range(0, count).mapToObj(i -> golden.number(RATES + "/" + i)).toList();
  }
}
