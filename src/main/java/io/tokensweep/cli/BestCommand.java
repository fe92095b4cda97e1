package io.tokensweep.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.Best;
import io.tokensweep.analysis.Cost;
import io.tokensweep.report.BestTable;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code best [RUN]}: which trial to take within limits, and how sure that is. */
@Command(
    name = "best",
    description =
        "The best trial of a run within limits: the most accurate one, or, where only accuracy is"
            + " limited, the cheapest. Says how often it is the best if images and timed rounds are"
            + " drawn again. Exit code 1 if no trial is within the limits.",
    mixinStandardHelpOptions = true)
final class BestCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "RUN",
      description = "Run id (default: the last run).")
  private Optional<String> runId;

  @Option(names = "--macs", paramLabel = "N", description = "At most, for an image: 3.0e9.")
  private Optional<Double> macs;

  @Option(names = "--min-top1", paramLabel = "PERCENT", description = "At least.")
  private Optional<Double> minTop1;

  @Option(
      names = "--min-throughput",
      paramLabel = "N",
      description = "Images per second, at least.")
  private Optional<Double> minThroughput;

  @Option(
      names = "--max-latency",
      paramLabel = "MS",
      description = "Median milliseconds of one image alone, at most.")
  private Optional<Double> maxLatency;

  @Option(names = "--max-memory", paramLabel = "MIB", description = "MiB of a pass, at most.")
  private Optional<Double> maxMemory;

  @Option(
      names = "--by",
      paramLabel = "COST",
      defaultValue = "macs",
      description =
          "What is made least where only accuracy is limited: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}).")
  private Cost by;

  @Mixin private StoreOptions options;

  @Override
  public Integer call() {
    Best.Limits limits = limits();
    ResultStore store = ResultStore.existing(options.results());
    Manifest manifest = runId.map(store::manifest).orElseGet(store::lastManifest);
    List<TrialRow> trials = store.trialsWithReused(manifest);
    List<Best> answers = Best.of(store, manifest, trials, limits);
    if (options.json()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode().put("run_id", manifest.runId());
      json.set("sets", BestTable.json(answers));
      System.out.println(json);
    } else if (!answers.isEmpty()) {
      System.out.print(BestTable.text(answers, trials));
    }
    if (answers.isEmpty()) {
      System.err.println("tokensweep: no trial has all the figures that the limits are about");
      return ExitCode.NOTHING_MEASURED;
    }
    return answers.stream().allMatch(answer -> answer.choices().isEmpty())
        ? ExitCode.NOT_MET
        : ExitCode.DONE;
  }

  private Best.Limits limits() {
    Map<Cost, Double> costs = new EnumMap<>(Cost.class);
    macs.ifPresent(most -> costs.put(Cost.MACS, above0("--macs", most)));
    minThroughput.ifPresent(
        least -> costs.put(Cost.THROUGHPUT, 1000 / above0("--min-throughput", least)));
    maxLatency.ifPresent(most -> costs.put(Cost.LATENCY, above0("--max-latency", most)));
    maxMemory.ifPresent(most -> costs.put(Cost.MEMORY, above0("--max-memory", most) * (1 << 20)));
    minTop1
        .filter(least -> !(least >= 0 && least <= 100))
        .ifPresent(
            least -> {
              throw new InvalidInputException(
                  "--min-top1: found %s, allowed are 0 to 100".formatted(least));
            });
    if (costs.isEmpty() && minTop1.isEmpty()) {
      throw new InvalidInputException(
          "best: found no limit, allowed are --macs, --min-top1, --min-throughput, --max-latency and --max-memory");
    }
    return new Best.Limits(
        costs, minTop1.map(OptionalDouble::of).orElse(OptionalDouble.empty()), by);
  }

  private static double above0(String option, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new InvalidInputException(
          "%s: found %s, allowed are numbers above 0".formatted(option, value));
    }
    return value;
  }
}
