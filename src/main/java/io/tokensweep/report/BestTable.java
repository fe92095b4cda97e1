package io.tokensweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.analysis.Best;
import io.tokensweep.analysis.Cost;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Quality;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The best trials within limits, for a terminal and as JSON. */
public final class BestTable {
  private static final int WIDTH = 110;
  private static final int MOST_ROWS = 10;
  private static final List<String> HEADER =
      List.of(
          "",
          "trial",
          "top-1 % (95 %)",
          "MACs",
          "images/s",
          "ms",
          "MiB",
          "within",
          "best",
          "trial id");

  private BestTable() {}

  /** A table for each set of trials that may be compared, each line ended. */
  public static String text(List<Best> answers, List<TrialRow> trials) {
    Names names = new Names(trials);
    StringBuilder out = new StringBuilder();
    for (Best answer : answers) {
      out.append(
          "%s: %d of %d trials are within the limits%n"
              .formatted(
                  Text.visible(CostFigures.conditions(answer.peers())),
                  answer.choices().size(),
                  answer.candidates()));
      if (!answer.choices().isEmpty()) {
        List<List<String>> rows = new ArrayList<>(List.of(HEADER));
        answer.choices().stream()
            .limit(MOST_ROWS)
            .forEach(choice -> rows.add(row(choice, names, rows.size() == 1)));
        int last = HEADER.size() - 1;
        out.append(new TextTable(rows, 1, column -> column <= 1 || column == last).text(WIDTH));
        if (answer.choices().size() > MOST_ROWS) {
          out.append("   and %d more%n".formatted(answer.choices().size() - MOST_ROWS));
        }
      }
      out.append('\n');
    }
    return out
        + "within, best: %% of redrawn images and rounds in which the trial is within the limits, and the best%n"
            .formatted();
  }

  private static List<String> row(Best.Choice choice, Names names, boolean first) {
    TrialRow trial = choice.trial();
    Quality quality = trial.quality().orElseThrow();
    return List.of(
        first ? "*" : "",
        names.trial(trial),
        "%s (%s)"
            .formatted(Format.decimals(quality.top1().value(), 1), Format.bounds(quality.top1())),
        Format.macs(quality.macs()),
        cost(Cost.THROUGHPUT, trial),
        cost(Cost.LATENCY, trial),
        cost(Cost.MEMORY, trial),
        Format.chance(choice.within()),
        Format.chance(choice.best()),
        trial.trialId());
  }

  private static String cost(Cost cost, TrialRow trial) {
    OptionalDouble value = cost.of(trial);
    return value.isPresent()
        ? Format.rate(CostFigures.shown(cost, value.getAsDouble()))
        : Format.NOTHING;
  }

  /** For each set of trials its choices, the best first; probabilities are 0 to 1. */
  public static ArrayNode json(List<Best> answers) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Best answer : answers) {
      ObjectNode set = array.addObject();
      set.put("data", answer.peers().data())
          .put("precision", answer.peers().precision())
          .put("machine", answer.peers().machine())
          .put("candidates", answer.candidates());
      ArrayNode choices = set.putArray("choices");
      for (Best.Choice choice : answer.choices()) {
        Quality quality = choice.trial().quality().orElseThrow();
        ObjectNode node =
            choices
                .addObject()
                .put("trial_id", choice.trial().trialId())
                .put("name", Text.visible(Names.method(choice.trial())));
        choice.trial().configuration().keepRate().ifPresent(rate -> node.put("keep_rate", rate));
        node.put("top1", quality.top1().value())
            .put("top1_low", quality.top1().low())
            .put("top1_high", quality.top1().high())
            .put("macs", quality.macs());
        choice
            .trial()
            .throughput()
            .ifPresent(timed -> node.put("throughput", timed.imagesPerSecond().value()));
        Cost.LATENCY.of(choice.trial()).ifPresent(value -> node.put("latency", value));
        Cost.MEMORY.of(choice.trial()).ifPresent(value -> node.put("memory", (long) value));
        node.put("within", choice.within()).put("best", choice.best());
      }
    }
    return array;
  }
}
