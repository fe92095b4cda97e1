package io.tokensweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.analysis.compare.Metric;
import io.tokensweep.analysis.compare.Verdict;
import io.tokensweep.analysis.history.Break;
import io.tokensweep.analysis.history.Commit;
import io.tokensweep.analysis.history.CommitLine.Order;
import io.tokensweep.analysis.history.History;
import io.tokensweep.analysis.history.Point;
import io.tokensweep.analysis.history.Series;
import io.tokensweep.analysis.history.Step;
import io.tokensweep.analysis.history.Symmetry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A history as text for a terminal, as JSON and as CSV. */
public final class HistoryReport {
  private static final int WIDTH = 132;
  private static final int MOST_ROWS = 200;

  private HistoryReport() {}

  /** A step and the series that it is of. */
  record Stepped(Series series, Step step) {}

  /** All steps along the line; those of a commit together. */
  static List<Stepped> steps(History history) {
    return history.series().stream()
        .flatMap(series -> series.steps().stream().map(step -> new Stepped(series, step)))
        .sorted(
            Comparator.comparingInt((Stepped one) -> one.step().after().place())
                .thenComparing(one -> one.series().metric()))
        .toList();
  }

  /** The steps, then notes and what it comes to. */
  public static String text(History history) {
    HistoryNames names = new HistoryNames(history);
    StringBuilder text = new StringBuilder();
    List<Stepped> steps = steps(history);
    int left = Math.max(0, steps.size() - MOST_ROWS);
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of("trial", "metric", "last before", "first after", "gap", "change", "p", "verdict"));
    steps.stream().skip(left).forEach(one -> rows.add(row(one, names)));
    if (rows.size() > 1) {
      if (left > 0) {
        text.append("%d earlier steps are not shown; --csv and --json have all%n".formatted(left));
      }
      text.append(new TextTable(rows, 0, column -> column < 4 || column == 7).text(WIDTH))
          .append('\n');
    }
    notes(history).forEach(note -> text.append("! ").append(note).append('\n'));
    return text.append(summary(history)).append('\n').toString();
  }

  private static List<String> row(Stepped one, HistoryNames names) {
    Step step = one.step();
    return List.of(
        names.of(one.series()),
        one.series().metric().key(),
        shortened(step.before()),
        shortened(step.after()),
        step.between().isEmpty() ? "" : Integer.toString(step.between().size()),
        change(one.series().metric(), step),
        step.p().isPresent() ? Format.decimals(step.p().getAsDouble(), 4) : "exact",
        verdict(one.series().metric(), step));
  }

  /** Ten digits, and whether it is a merge. */
  static String shortened(Commit commit) {
    return Text.shortened(commit.hash(), 11).replace("…", "") + (commit.merge() ? " merge" : "");
  }

  static String change(Metric metric, Step step) {
    String sign = step.change() < 0 ? "−" : "+";
    String size =
        switch (metric) {
          case LOSS -> String.format(Locale.ROOT, "%.4f", Math.abs(step.change()));
          case TOP1, TOP5, DIVERSITY, MACS, PARAMS, THROUGHPUT, LATENCY, MEMORY ->
              String.format(Locale.ROOT, "%.2f", Math.abs(step.change()));
        };
    return sign + size + (metric.unit().equals("%") ? " %" : "");
  }

  static String verdict(Metric metric, Step step) {
    return metric == Metric.THROUGHPUT
        ? step.verdict() == Verdict.BETTER ? "faster" : "slower"
        : step.verdict().word();
  }

  /** What else there is to know, one line each. */
  static List<String> notes(History history) {
    HistoryNames names = new HistoryNames(history);
    List<String> notes = new ArrayList<>();
    for (Break one : history.breaks()) {
      notes.add(
          "%s: %s from %s on; it %s at %s"
              .formatted(
                  one.mended() ? "mended" : "broken",
                  names.of(one.trialId(), one.machine()),
                  shortened(one.after()),
                  one.mended() ? "failed" : "was well",
                  shortened(one.before())));
    }
    if (history.tooShort() > 0) {
      notes.add(
          "%d tested series have too few commits to show any step at alpha %s"
              .formatted(history.tooShort(), Format.number(history.detection().alpha())));
    }
    Symmetry symmetry = history.symmetry();
    if (symmetry.suspect()) {
      notes.add("suspect: " + symmetry.why());
    }
    notes.addAll(history.warnings());
    return notes.stream().map(Text::visible).toList();
  }

  /** What it comes to, in one sentence. */
  public static String summary(History history) {
    if (history.series().isEmpty()) {
      return "nothing was measured along these commits";
    }
    long exact = steps(history).stream().filter(one -> one.step().p().isEmpty()).count();
    return "%d of %d commits %s measured: %d series, %d steps, %d of them exact; of %d tested series about %s would show one by chance"
        .formatted(
            history.measured(),
            history.line().commits().size(),
            history.line().order() == Order.FIRST_PARENTS
                ? "on the first parents of " + Text.visible(history.line().tip())
                : "by time",
            history.series().size(),
            history.steps(),
            exact,
            history.tested(),
            Format.significant(history.tested() * history.detection().alpha()));
  }

  /** Everything but the single points. */
  public static ObjectNode json(History history) {
    HistoryNames names = new HistoryNames(history);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("order", history.line().order().name().toLowerCase(Locale.ROOT));
    json.put("tip", history.line().tip());
    json.put("commits", history.line().commits().size());
    json.put("measured", history.measured());
    json.put("alpha", history.detection().alpha());
    json.put("permutations", history.detection().permutations());
    json.put("min_segment", history.detection().least());
    json.put("seed", history.detection().seed());
    json.put("series", history.series().size());
    json.put("tested", history.tested());
    json.put("too_short", history.tooShort());
    ArrayNode steps = json.putArray("steps");
    steps(history).forEach(one -> steps.add(json(one, names)));
    ArrayNode breaks = json.putArray("breaks");
    for (Break one : history.breaks()) {
      breaks
          .addObject()
          .put("trial_id", one.trialId())
          .put("trial", names.of(one.trialId(), one.machine()))
          .put("machine_class", one.machine())
          .put("before", one.before().hash())
          .put("after", one.after().hash())
          .put("mended", one.mended());
    }
    ArrayNode strays = json.putArray("left_out");
    history
        .line()
        .strays()
        .forEach(
            stray ->
                strays
                    .addObject()
                    .put("commit", stray.commit())
                    .put("runs", stray.runs())
                    .put("why", stray.why()));
    Symmetry symmetry = history.symmetry();
    json.putObject("symmetry")
        .put("forward", symmetry.forward())
        .put("backward", symmetry.backward())
        .put("both", symmetry.both())
        .put("better", symmetry.better())
        .put("worse", symmetry.worse())
        .put("suspect", symmetry.suspect())
        .put("why", symmetry.why());
    ArrayNode notes = json.putArray("notes");
    notes(history).forEach(notes::add);
    return json;
  }

  private static ObjectNode json(Stepped one, HistoryNames names) {
    Series series = one.series();
    Step step = one.step();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("trial_id", series.trialId());
    json.put("trial", names.of(series));
    json.put("machine_class", series.machine());
    json.put("metric", series.metric().key());
    json.put("setup", series.setup());
    json.put("before", step.before().hash());
    json.put("after", step.after().hash());
    ArrayNode between = json.putArray("between");
    step.between().forEach(commit -> between.add(commit.hash()));
    json.put("from", step.from()).put("to", step.to()).put("series_unit", series.unit());
    json.put("change", step.change()).put("unit", series.metric().unit());
    step.p().ifPresent(p -> json.put("p", p));
    json.put("exact", step.p().isEmpty());
    json.put("verdict", step.verdict().word());
    return json;
  }

  /** Every point of every series, with the step that begins at it. */
  public static String csv(History history) {
    HistoryNames names = new HistoryNames(history);
    StringBuilder text = new StringBuilder();
    text.append(
        Csv.line(
            "trial_id",
            "trial",
            "machine_class",
            "metric",
            "setup",
            "unit",
            "commit",
            "place",
            "time",
            "merge",
            "dirty",
            "runs",
            "values",
            "value",
            "step",
            "change",
            "p"));
    for (Series series : history.series()) {
      String name = names.of(series);
      Map<String, Step> begun = new HashMap<>();
      series.steps().forEach(step -> begun.put(step.after().hash(), step));
      for (Point point : series.points()) {
        Step step = point.dirty() ? null : begun.get(point.commit().hash());
        text.append(
            Csv.line(
                series.trialId(),
                Csv.text(name),
                Csv.text(series.machine()),
                series.metric().key(),
                series.setup(),
                series.unit(),
                point.commit().hash(),
                Integer.toString(point.commit().place()),
                point.commit().time().toString(),
                Boolean.toString(point.commit().merge()),
                Boolean.toString(point.dirty()),
                Integer.toString(point.runs()),
                Integer.toString(point.values()),
                Csv.number(point.value()),
                step == null ? "" : step.verdict().word(),
                step == null ? "" : Csv.number(step.change()),
                step == null || step.p().isEmpty() ? "" : Csv.number(step.p().getAsDouble())));
      }
    }
    return text.toString();
  }
}
