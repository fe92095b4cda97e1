package io.tokensweep.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.BuildInfo;
import io.tokensweep.bench.HistoryBench;
import io.tokensweep.spark.MachineClass;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench history}: a store that has grown. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description =
        "Writes a store of many runs with made-up figures, and times what compare and history do"
            + " with it, once each.")
final class BenchHistoryCommand implements Callable<Integer> {
  @Option(
      names = "--runs",
      defaultValue = "1000",
      description = "Each of a commit (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--trials",
      defaultValue = "100",
      description = "Of each run (default: ${DEFAULT-VALUE}).")
  private int trials;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Write the store here and leave it; goes on with what an earlier call left.")
  private Optional<Path> keep;

  @Option(names = "--json", description = "Print one JSON object as the last line of stdout.")
  private boolean json;

  @Override
  public Integer call() {
    HistoryBench.Result result = HistoryBench.run(runs, trials, keep, System.err);
    System.out.println(json ? object(result) : text(result));
    return ExitCode.DONE;
  }

  private static String text(HistoryBench.Result result) {
    return String.format(
        Locale.ROOT,
        "%,d runs of %,d trials: written in %.1f s%n"
            + "summed up for the first time in %.1f s, %,d bytes; one more run in %.2f s%n"
            + "two commits found in %.2f s and compared in %.2f s%n"
            + "history of %,d series, %,d steps, in %.1f s",
        result.runs(),
        result.trials(),
        result.written(),
        result.firstSummary(),
        result.summaryBytes(),
        result.oneMore(),
        result.found(),
        result.compared(),
        result.series(),
        result.steps(),
        result.history());
  }

  private static ObjectNode object(HistoryBench.Result result) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("bench", "history");
    object.put("machine", MachineClass.hardware());
    object.put("java", System.getProperty("java.vm.version"));
    object.put("commit", BuildInfo.current().commit());
    object.put("runs", result.runs());
    object.put("trials", result.trials());
    object.put("written_seconds", result.written());
    object.put("first_summary_seconds", result.firstSummary());
    object.put("one_more_seconds", result.oneMore());
    object.put("found_seconds", result.found());
    object.put("compared_seconds", result.compared());
    object.put("history_seconds", result.history());
    object.put("series", result.series());
    object.put("steps", result.steps());
    object.put("summary_bytes", result.summaryBytes());
    return object;
  }
}
