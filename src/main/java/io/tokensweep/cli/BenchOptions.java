package io.tokensweep.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.BuildInfo;
import io.tokensweep.bench.Comparison;
import io.tokensweep.bench.Rounds;
import io.tokensweep.spark.MachineClass;
import java.util.List;
import picocli.CommandLine.Option;

/** What every benchmark takes. */
final class BenchOptions {
  @Option(
      names = "--rounds",
      defaultValue = "15",
      description = "Rounds that count, 6 and more; each times everything once.")
  private int rounds;

  @Option(names = "--warmup", defaultValue = "3", description = "Rounds ahead that do not count.")
  private int warmup;

  @Option(names = "--json", description = "Print one JSON object as the last line of stdout.")
  private boolean json;

  Rounds rounds() {
    return new Rounds(warmup, rounds, System.err);
  }

  int print(String bench, List<Comparison> comparisons) {
    if (json) {
      System.out.println(object(bench, comparisons));
    } else {
      comparisons.forEach(comparison -> System.out.println(comparison.text()));
    }
    return ExitCode.DONE;
  }

  private ObjectNode object(String bench, List<Comparison> comparisons) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("bench", bench);
    object.put("machine", MachineClass.hardware());
    object.put("java", System.getProperty("java.vm.version"));
    object.put("commit", BuildInfo.current().commit());
    object.put("warmup", warmup);
    object.put("rounds", rounds);
    comparisons.forEach(
        comparison -> comparison.writeTo(object.withArray("comparisons").addObject()));
    return object;
  }
}
