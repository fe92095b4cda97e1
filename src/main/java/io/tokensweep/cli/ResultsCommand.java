package io.tokensweep.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.InvalidInputException;
import io.tokensweep.spark.ResultQuery;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.Summary;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code results --sql QUERY}: SQL over the store; {@code --compact} merges its small files. */
@Command(
    name = "results",
    description =
        "Queries the results with Spark SQL; views: runs, trials, predictions, layers,"
            + " sources, timings, latencies, images. Or merges the files of finished runs.",
    mixinStandardHelpOptions = true)
final class ResultsCommand implements Callable<Integer> {
  /** What readers like: large enough for few files, small enough for many readers at once. */
  private static final long MOST_BYTES = 512L << 20;

  @Option(names = "--sql", paramLabel = "QUERY", description = "Spark SQL.")
  private Optional<String> sql;

  @Option(
      names = "--compact",
      description = "Merge the small files of finished runs; rows stay as they are.")
  private boolean compact;

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
    if (compact == sql.isPresent()) {
      throw new InvalidInputException(
          "results: found %s, allowed: one of --sql and --compact"
              .formatted(compact ? "both" : "neither"));
    }
    ResultStore results = ResultStore.existing(store.results());
    if (compact) {
      compact(results);
    } else {
      query(results, sql.orElseThrow());
    }
    return ExitCode.DONE;
  }

  private void compact(ResultStore results) {
    ResultStore.Compacted compacted = results.compact(MOST_BYTES);
    Summary.heads(results);
    if (store.json()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("runs", compacted.runs());
      json.put("files_before", compacted.filesBefore());
      json.put("files_after", compacted.filesAfter());
      System.out.println(json);
    } else {
      System.out.printf(
          "%d runs merged: %d files before, %d now%n",
          compacted.runs(), compacted.filesBefore(), compacted.filesAfter());
    }
  }

  private void query(ResultStore results, String sql) {
    try (ResultQuery query = ResultQuery.open(results)) {
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
  }
}
