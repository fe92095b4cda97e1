package io.tokensweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.analysis.compare.Comparison;
import io.tokensweep.analysis.gate.Finding;
import io.tokensweep.analysis.gate.Finding.State;
import io.tokensweep.analysis.gate.GateResult;
import io.tokensweep.store.TrialRow;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a gate says, as text for a terminal, as Markdown for a pull request and as JSON. */
public final class GateReport {
  private GateReport() {}

  /** What the trials of a comparison are called. */
  public static Function<TrialRow, String> names(Comparison comparison) {
    return Names.ofComparison(comparison)::trial;
  }

  /** In one sentence. */
  public static String summary(GateResult result) {
    String findings =
        Arrays.stream(State.values())
            .filter(state -> !result.findings(state).isEmpty())
            .map(state -> "%d %s".formatted(result.findings(state).size(), state.word()))
            .collect(Collectors.joining(", "));
    String found = findings.isEmpty() ? "nothing is worse" : findings;
    return switch (result.outcome()) {
      case REGRESSION -> "gate closed: " + found;
      case NOTHING ->
          result.findings(State.UNMEASURED).isEmpty()
              ? "gate closed: nothing could be compared"
              : "gate closed: what was timed could not be confirmed: " + found;
      case FAILED -> "gate closed: trials of the head failed; " + found;
      case CLEAR -> "gate open: " + found;
    };
  }

  /** The comparison, what is worse and what becomes of it, notes and the summary. */
  public static String text(GateResult result) {
    StringBuilder text = new StringBuilder(CompareReport.text(result.comparison()));
    text.append('\n');
    result.findings().forEach(each -> text.append(line(each, result)).append('\n'));
    result.notes().forEach(note -> text.append("! ").append(Text.visible(note)).append('\n'));
    return text.append(summary(result)).append('\n').toString();
  }

  private static String line(Finding finding, GateResult result) {
    return Text.visible(
        "%s: %s: %s%s"
            .formatted(
                finding.state().word(),
                names(result.comparison()).apply(finding.trial()),
                what(finding),
                finding.note().isEmpty() ? "" : "; " + finding.note()));
  }

  static String what(Finding finding) {
    return finding.change().map(JunitReport::sentence).orElse("does not end well any more");
  }

  /**
   * @param todo what confirms what is unconfirmed; empty if nothing is
   */
  public static String markdown(GateResult result, Optional<String> todo) {
    StringBuilder text = new StringBuilder();
    text.append("### TokenSweep ").append(CompareReport.escaped(summary(result))).append("\n\n");
    if (!result.findings().isEmpty()) {
      text.append("| | trial | what | why |\n|---|---|---|---|\n");
      for (Finding finding : result.findings()) {
        text.append(
            List.of(
                    finding.state().word(),
                    names(result.comparison()).apply(finding.trial()),
                    what(finding),
                    finding.note())
                .stream()
                .map(CompareReport::escaped)
                .collect(Collectors.joining(" | ", "| ", " |\n")));
      }
      text.append('\n');
    }
    result
        .notes()
        .forEach(note -> text.append("- ").append(CompareReport.escaped(note)).append('\n'));
    todo.ifPresent(
        command ->
            text.append("- to confirm: ").append(CompareReport.escaped(command)).append('\n'));
    return text.append('\n')
        .append(CompareReport.markdown(result.comparison()).replaceFirst("^###", "####"))
        .toString();
  }

  /** Everything, the comparison among it. */
  public static ObjectNode json(GateResult result) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("outcome", result.outcome().name().toLowerCase(Locale.ROOT));
    json.put("summary", summary(result));
    ArrayNode findings = json.putArray("findings");
    for (Finding finding : result.findings()) {
      findings.add(json(finding, names(result.comparison())));
    }
    ArrayNode notes = json.putArray("notes");
    result.notes().forEach(notes::add);
    json.set("comparison", CompareReport.json(result.comparison()));
    return json;
  }

  static ObjectNode json(Finding finding, Function<TrialRow, String> names) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("trial_id", finding.trial().trialId());
    json.put("name", names.apply(finding.trial()));
    json.put("metric", finding.metric());
    json.put("state", finding.state().word());
    json.put("what", what(finding));
    json.put("reason", finding.note());
    finding.change().ifPresent(change -> json.put("change", change.effect().value()));
    return json;
  }
}
