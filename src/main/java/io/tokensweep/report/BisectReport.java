package io.tokensweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.analysis.gate.Bisect;
import io.tokensweep.analysis.gate.Bisect.Culprit;
import io.tokensweep.analysis.gate.Bisect.Result;
import io.tokensweep.store.TrialRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which commits made what worse, for a terminal and as JSON. */
public final class BisectReport {
  private static final int HASH = 12;

  private BisectReport() {}

  /**
   * @param subjects first line of the message of a commit
   */
  public static String text(Result result, Function<String, String> subjects) {
    StringBuilder text = new StringBuilder();
    Map<List<String>, List<Culprit>> byCommits =
        result.culprits().stream()
            .collect(
                Collectors.groupingBy(
                    Bisect.Culprit::commits, LinkedHashMap::new, Collectors.toList()));
    byCommits.forEach(
        (commits, culprits) -> {
          text.append(
              commits.size() == 1 ? "first bad commit: " : "one of these commits is bad:\n");
          commits.forEach(
              commit ->
                  text.append(commits.size() == 1 ? "" : "  ")
                      .append(Text.visible(named(commit, subjects)))
                      .append('\n'));
          culprits.forEach(culprit -> text.append("  ").append(line(culprit, result)).append('\n'));
        });
    result
        .skipped()
        .forEach(
            (commit, why) ->
                text.append("! skipped ")
                    .append(Text.visible(named(commit, subjects) + ": " + why))
                    .append('\n'));
    return text.append(
            byCommits.isEmpty()
                ? "nothing is worse at the end of %d commits\n".formatted(result.commits().size())
                : "%d commits, %d measured now\n"
                    .formatted(result.commits().size(), result.measured()))
        .toString();
  }

  private static String named(String commit, Function<String, String> subjects) {
    return "%s %s".formatted(Text.shortened(commit, HASH), subjects.apply(commit)).strip();
  }

  private static String line(Culprit culprit, Result result) {
    Function<TrialRow, String> names = GateReport.names(result.comparison());
    return Text.visible(
        "%s: %s"
            .formatted(names.apply(culprit.finding().trial()), GateReport.what(culprit.finding())));
  }

  /** On one line. */
  public static ObjectNode json(Result result) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("good", result.commits().get(0));
    json.put("bad", result.commits().get(result.commits().size() - 1));
    json.put("commits", result.commits().size());
    json.put("measured", result.measured());
    ArrayNode found = json.putArray("found");
    for (Culprit culprit : result.culprits()) {
      ObjectNode object = GateReport.json(culprit.finding(), GateReport.names(result.comparison()));
      object.remove(List.of("state", "reason"));
      ArrayNode commits = object.putArray("commits");
      culprit.commits().forEach(commits::add);
      found.add(object);
    }
    ArrayNode skipped = json.putArray("skipped");
    result
        .skipped()
        .forEach((commit, why) -> skipped.addObject().put("commit", commit).put("reason", why));
    return json;
  }
}
