package io.tokensweep.bench;

import io.tokensweep.InvalidInputException;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.PlanJson;
import io.tokensweep.sweep.PlanText;
import io.tokensweep.sweep.Sweep;
import io.tokensweep.sweep.SweepFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A large sweep is planned: two models, five methods, two resolutions, as many keep rates as it
 * takes.
 */
public final class PlanBench {
  private static final int TRIALS_OF_A_RATE = 20;

  /** What the sweep file allows. */
  private static final int MOST_TRIALS = 1_000_000;

  private PlanBench() {}

  /**
   * @param trials of the sweep, a multiple of {@value #TRIALS_OF_A_RATE}
   * @throws InvalidInputException if it is none
   */
  public static Comparison run(int trials, Rounds rounds) {
    Sweep sweep = sweep(trials);
    Plan plan = plan(sweep);
    if (plan.trials().size() != trials) {
      throw new IllegalStateException("%d of %d trials".formatted(plan.trials().size(), trials));
    }
    return rounds.time(
        "a sweep of %d trials".formatted(trials), "trials/s", contestants(sweep, trials));
  }

  static List<Contestant> contestants(Sweep sweep, int trials) {
    return List.of(
        contestant("plan", () -> plan(sweep), trials),
        contestant("plan, as JSON", () -> printed(PlanJson.of(plan(sweep)).toString()), trials),
        contestant("plan, as text", () -> printed(PlanText.of(plan(sweep))), trials));
  }

  private static Contestant contestant(String name, Runnable work, int trials) {
    return new Contestant(name, Contestant.Work.of(work), trials, Optional.empty());
  }

  private static void printed(String text) {
    if (text.isEmpty()) {
      throw new IllegalStateException("nothing to print");
    }
  }

  private static Plan plan(Sweep sweep) {
    return Plan.of(sweep, OptionalInt.empty(), Set.of());
  }

  static Sweep sweep(int trials) {
    if (trials < TRIALS_OF_A_RATE || trials > MOST_TRIALS || trials % TRIALS_OF_A_RATE != 0) {
      throw new InvalidInputException(
          "bench plan: --trials is %d, allowed: multiples of %d up to %d"
              .formatted(trials, TRIALS_OF_A_RATE, MOST_TRIALS));
    }
    int rates = trials / TRIALS_OF_A_RATE;
    String keepRates =
        IntStream.rangeClosed(1, rates)
            .mapToObj(i -> String.valueOf((double) i / rates))
            .collect(Collectors.joining(", ", "[", "]"));
    return SweepFile.ofOptions(
        "bench plan",
        Map.of(
            "data", "{type: shapes, count: 1000, seed: 0}",
            "models", "[{name: deit_tiny_patch16_224}, {name: deit_small_patch16_224}]",
            "methods", "[{name: evit, fuse: [true, false]}, topk, bat, random]",
            "keep_rates", keepRates,
            "resolutions", "[224, 288]"),
        Map.of());
  }
}
