package io.tokensweep.cli;

import io.tokensweep.spark.ResultQuery;
import io.tokensweep.store.ResultStore;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code results --sql QUERY}: SQL over the store. */
@Command(
    name = "results",
    description =
        "Queries the results with Spark SQL; views: runs, trials, predictions, layers,"
            + " sources, timings, images.",
    mixinStandardHelpOptions = true)
final class ResultsCommand implements Callable<Integer> {
  @Option(names = "--sql", required = true, paramLabel = "QUERY", description = "Spark SQL.")
  private String sql;

  @Option(
      names = "--format",
      paramLabel = "csv|json",
      defaultValue = "csv",
      description = "CSV with a header, or a JSON array of objects (default: ${DEFAULT-VALUE}).")
  private Format format;

  @Mixin private StoreOptions store;

  private enum Format {
    CSV,
    JSON
  }

  @Override
  public Integer call() {
    try (ResultQuery query = ResultQuery.open(ResultStore.existing(store.results()))) {
      ResultQuery.Answer answer = query.run(sql);
      if (store.json()) {
        System.out.println(answer.jsonObject());
      } else {
        switch (format) {
          case CSV -> System.out.print(answer.csv());
          case JSON -> System.out.println(answer.jsonArray());
        }
      }
    }
    return ExitCode.DONE;
  }
}
