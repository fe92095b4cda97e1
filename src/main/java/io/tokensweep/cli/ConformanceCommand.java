package io.tokensweep.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.InvalidInputException;
import io.tokensweep.eval.conformance.CaseResult;
import io.tokensweep.eval.conformance.CaseResult.Status;
import io.tokensweep.eval.conformance.Conformance;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs golden cases and prints how near each one came. */
@Command(
    name = "conformance",
    mixinStandardHelpOptions = true,
    description = "Run golden cases: recorded outputs of official implementations.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:no case failed",
      "1:a case failed, or with --strict is not supported",
      "2:the folder is missing or empty, or a case.json cannot be read",
      "4:the folder holds no case"
    })
public final class ConformanceCommand implements Callable<Integer> {
  private static final int CASE_FAILED = 1;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DIR",
      description = "a golden case, or a folder whose sub-folders are golden cases")
  private Path directory;

  @Option(names = "--strict", description = "count cases that are not supported as failed")
  private boolean strict;

  @Option(
      names = "--json",
      description = "end stdout with one JSON object; the table goes to stderr")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    List<CaseResult> results;
    try {
      results = Conformance.run(directory);
    } catch (InvalidInputException e) {
      err.println("tokensweep: " + e.getMessage());
      return ExitCode.BAD_INPUT;
    }
    printTable(results, json ? err : out);
    if (json) {
      out.println(toJson(results));
    }
    if (results.isEmpty()) {
      err.println("tokensweep: %s: no sub-folder holds a case.json".formatted(directory));
      return ExitCode.NOTHING_MEASURED;
    }
    boolean failed =
        count(results, Status.FAIL) > 0 || (strict && count(results, Status.UNSUPPORTED) > 0);
    return failed ? CASE_FAILED : ExitCode.DONE;
  }

  private static void printTable(List<CaseResult> results, PrintWriter to) {
    int name = results.stream().mapToInt(result -> result.name().length()).max().orElse(0);
    int kind = results.stream().mapToInt(result -> result.kind().length()).max().orElse(0);
    for (CaseResult result : results) {
      to.printf(
          Locale.ROOT,
          "%-11s  %-" + Math.max(4, name) + "s  %-" + Math.max(4, kind) + "s  %8s  %8s  %s%n",
          word(result.status()),
          result.name(),
          result.kind(),
          shortForm(result.maxAbsDiff()),
          shortForm(result.tolerance()),
          result.detail());
    }
    to.printf(
        Locale.ROOT,
        "%d passed, %d failed, %d not supported%n",
        count(results, Status.PASS),
        count(results, Status.FAIL),
        count(results, Status.UNSUPPORTED));
    to.flush();
  }

  private static String toJson(List<CaseResult> results) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("pass", count(results, Status.PASS));
    root.put("fail", count(results, Status.FAIL));
    root.put("unsupported", count(results, Status.UNSUPPORTED));
    var cases = root.putArray("cases");
    for (CaseResult result : results) {
      ObjectNode node = cases.addObject();
      node.put("name", result.name());
      node.put("kind", result.kind());
      node.put("status", word(result.status()));
      putFinite(node, "max_abs_diff", result.maxAbsDiff());
      putFinite(node, "tolerance", result.tolerance());
      node.put("detail", result.detail());
    }
    return root.toString();
  }

  /** JSON has no infinity: a difference that is none, or beyond all bounds, is null. */
  private static void putFinite(ObjectNode node, String field, OptionalDouble value) {
    if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
      node.put(field, value.getAsDouble());
    } else {
      node.putNull(field);
    }
  }

  private static String word(Status status) {
    return switch (status) {
      case PASS -> "pass";
      case FAIL -> "fail";
      case UNSUPPORTED -> "unsupported";
    };
  }

  private static String shortForm(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.1e", value.getAsDouble()) : "-";
  }

  private static long count(List<CaseResult> results, Status status) {
    return results.stream().filter(result -> result.status() == status).count();
  }
}
