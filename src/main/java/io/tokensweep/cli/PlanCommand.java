package io.tokensweep.cli;

import io.tokensweep.spark.SweepRun;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.PlanJson;
import io.tokensweep.sweep.PlanText;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code plan SWEEP}: what a sweep would do. */
@Command(
    name = "plan",
    description = "Prints what a sweep would do; needs neither weights nor a run.",
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  @Mixin private SweepOptions options;

  @Override
  public Integer call() {
    Plan plan = SweepRun.plan(options.sweep(), options.limit(), options.results(), options.fresh());
    if (options.json()) {
      System.out.println(PlanJson.of(plan));
    } else {
      System.out.println(PlanText.of(plan));
    }
    return ExitCode.DONE;
  }
}
