package io.tokensweep.cli;

import io.tokensweep.InvalidInputException;
import io.tokensweep.spark.SweepRun;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.PlanJson;
import io.tokensweep.sweep.PlanText;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code plan SWEEP}: what a sweep would do. */
@Command(
    name = "plan",
    description = "Prints what a sweep would do; needs neither weights nor a run.",
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  @Mixin private SweepOptions options;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "For N units at a time, one on each GPU or core; with more slots than units, trials of a"
              + " group are cut into several (default: ${DEFAULT-VALUE}).")
  private int slots;

  @Override
  public Integer call() {
    if (slots < 1) {
      throw new InvalidInputException(
          "--slots: found %d, allowed are whole numbers from 1".formatted(slots));
    }
    Plan plan =
        SweepRun.plan(options.sweep(), options.limit(), options.results(), options.fresh(), slots);
    if (options.json()) {
      System.out.println(PlanJson.of(plan));
    } else {
      System.out.println(PlanText.of(plan));
    }
    return ExitCode.DONE;
  }
}
