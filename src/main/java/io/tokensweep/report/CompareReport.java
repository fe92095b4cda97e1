package io.tokensweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.analysis.compare.Change;
import io.tokensweep.analysis.compare.Comparison;
import io.tokensweep.analysis.compare.Comparison.Noise;
import io.tokensweep.analysis.compare.Comparison.Outcome;
import io.tokensweep.analysis.compare.Criteria;
import io.tokensweep.analysis.compare.Metric;
import io.tokensweep.analysis.compare.Side;
import io.tokensweep.analysis.compare.TrialComparison;
import io.tokensweep.analysis.compare.TrialComparison.Flips;
import io.tokensweep.analysis.compare.Verdict;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A comparison as text for a terminal, as Markdown for a pull request and as JSON. */
public final class CompareReport {
  private static final int WIDTH = 132;
  private static final int HASH = 12;

  private CompareReport() {}

  /** What it comes to, in one sentence. */
  public static String summary(Comparison comparison) {
    Outcome outcome = comparison.outcome();
    String verdicts =
        Stream.of(
                Verdict.WORSE,
                Verdict.BETTER,
                Verdict.CHANGED,
                Verdict.UNDECIDED,
                Verdict.SAME,
                Verdict.IDENTICAL)
            .filter(verdict -> comparison.count(verdict) > 0)
            .map(verdict -> comparison.count(verdict) + " " + verdict.word())
            .collect(Collectors.joining(", "));
    String trials = count(comparison.trials().size(), "trial");
    return switch (outcome) {
      case NOTHING -> "nothing could be compared";
      case REGRESSION ->
          "regression: %s compared; %s%s"
              .formatted(
                  trials,
                  verdicts,
                  comparison.broken().isEmpty()
                      ? ""
                      : "; " + count(comparison.broken().size(), "trial") + " broken");
      case FAILED ->
          "no regression found, but %s of the head failed; %s compared: %s"
              .formatted(count(comparison.failing().size(), "trial"), trials, verdicts);
      case CLEAR -> "no regression found: %s compared; %s".formatted(trials, verdicts);
    };
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  /** Sides, a row for each metric that is not plainly the same, notes and the summary. */
  public static String text(Comparison comparison) {
    StringBuilder text = new StringBuilder();
    text.append("base  ").append(side(comparison.base())).append('\n');
    text.append("head  ").append(side(comparison.head())).append("\n\n");
    List<List<String>> rows = rows(comparison, Names.ofComparison(comparison));
    if (rows.size() > 1) {
      text.append(new TextTable(rows, 0, column -> column < 2 || column == 8).text(WIDTH))
          .append('\n');
    }
    notes(comparison).forEach(note -> text.append("! ").append(note).append('\n'));
    return text.append(summary(comparison)).append('\n').toString();
  }

  /** For a comment on a pull request. */
  public static String markdown(Comparison comparison) {
    StringBuilder text = new StringBuilder();
    text.append("### TokenSweep: ").append(escaped(summary(comparison))).append("\n\n");
    text.append("base: ").append(escaped(side(comparison.base()))).append("  \n");
    text.append("head: ").append(escaped(side(comparison.head()))).append("\n\n");
    List<List<String>> rows = rows(comparison, Names.ofComparison(comparison));
    for (int i = 0; i < rows.size() && rows.size() > 1; i++) {
      text.append(
          rows.get(i).stream()
              .map(CompareReport::escaped)
              .collect(Collectors.joining(" | ", "| ", " |\n")));
      if (i == 0) {
        text.append("|---|---|--:|--:|--:|--:|--:|--:|---|\n");
      }
    }
    List<String> notes = notes(comparison);
    if (!notes.isEmpty()) {
      text.append('\n');
      notes.forEach(note -> text.append("- ").append(escaped(note)).append('\n'));
    }
    return text.toString();
  }

  /** Text in which nothing means anything to Markdown or HTML. */
  static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    Text.visible(text)
        .chars()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '\\', '`', '*', '_', '[', ']', '|', '#', '~', '@', '!', '$' ->
                    out.append('\\').append((char) c);
                default -> out.append((char) c);
              }
            });
    return out.toString();
  }

  static String side(Side side) {
    return "%s: commit %s%s, %s"
        .formatted(
            Text.visible(side.name()),
            Text.shortened(side.commit(), HASH),
            side.isDirty() ? " with changes" : "",
            side.runs().size() == 1
                ? "run " + side.runs().get(0).runId()
                : "%d runs, the last is %s"
                    .formatted(
                        side.runs().size(), side.runs().get(side.runs().size() - 1).runId()));
  }

  private static List<List<String>> rows(Comparison comparison, Names names) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of("trial", "metric", "base", "head", "change", "95 %", "p", "p (Holm)", "verdict"));
    for (TrialComparison trial : comparison.trials()) {
      for (Change change : trial.changes()) {
        if (isShown(change)) {
          rows.add(row(names.trial(trial.head()), change, comparison.criteria()));
        }
      }
    }
    return rows;
  }

  /** All but what is counted and equal, and what is proven to be about the same. */
  static boolean isShown(Change change) {
    return change.verdict() != Verdict.IDENTICAL && change.verdict() != Verdict.SAME;
  }

  private static List<String> row(String trial, Change change, Criteria criteria) {
    Metric metric = change.metric();
    String unit = metric.unit().equals("%") ? " %" : "";
    return List.of(
        trial,
        metric.key(),
        value(metric, change.base()),
        value(metric, change.head()),
        signed(change.effect().value()) + unit,
        interval(change.effect()),
        probability(change.p()),
        probability(change.adjusted()),
        verdict(change, criteria));
  }

  static String word(Change change) {
    return switch (change.metric()) {
      case THROUGHPUT ->
          switch (change.verdict()) {
            case BETTER -> "faster";
            case WORSE -> "slower";
            case IDENTICAL, SAME, CHANGED, UNDECIDED -> change.verdict().word();
          };
      case TOP1, TOP5, LOSS, DIVERSITY, MACS, PARAMS, LATENCY, MEMORY -> change.verdict().word();
    };
  }

  /** With what counts as the same, or with the number of sessions that would decide. */
  static String verdict(Change change, Criteria criteria) {
    String word = change.verdict() == Verdict.SAME ? criteria.words(change) : word(change);
    return change
        .repeated()
        .filter(repeated -> repeated.needed().isPresent())
        .map(
            repeated ->
                "%s: %d of %d %s"
                    .formatted(
                        word,
                        repeated.times(),
                        repeated.needed().getAsInt(),
                        repeated.repeats().word()))
        .orElse(word);
  }

  static String value(Metric metric, double value) {
    return switch (metric) {
      case TOP1, TOP5 -> Format.decimals(value, 2);
      case LOSS -> Format.decimals(value, 4);
      case DIVERSITY -> Format.significant(value);
      case MACS -> Format.macs(Math.round(value));
      case PARAMS -> Format.whole(Math.round(value));
      case THROUGHPUT -> Format.rate(value);
      case LATENCY -> Format.significant(value);
      case MEMORY -> Format.mebibytes(Math.round(value)) + " MiB";
    };
  }

  static String signed(double value) {
    String size = String.format(Locale.ROOT, "%.2f", Math.abs(value));
    return (value < 0 ? "−" : "+") + size;
  }

  /** Too few sessions leave a change unbounded: nothing is known of it. */
  static String interval(Interval change) {
    return Double.isFinite(change.high())
        ? signed(change.low()) + " to " + signed(change.high())
        : Format.NOTHING;
  }

  static String probability(OptionalDouble p) {
    if (p.isEmpty()) {
      return Format.NOTHING;
    }
    return p.getAsDouble() < 0.0001
        ? "<0.0001"
        : String.format(Locale.ROOT, "%.4f", p.getAsDouble());
  }

  private static List<String> notes(Comparison comparison) {
    Names names = Names.ofComparison(comparison);
    List<String> notes = new ArrayList<>();
    comparison
        .broken()
        .forEach(
            ended ->
                notes.add(
                    "broken: %s is %s: %s"
                        .formatted(
                            names.trial(ended.head()),
                            ended.head().status().key(),
                            ended.head().error().orElse(""))));
    comparison
        .failing()
        .forEach(
            ended ->
                notes.add(
                    "%s %s: %s: %s"
                        .formatted(
                            ended.head().status().key(),
                            ended.base().isPresent() ? "on both sides" : "and only on the head",
                            names.trial(ended.head()),
                            ended.head().error().orElse(""))));
    comparison
        .mended()
        .forEach(ended -> notes.add("mended: %s".formatted(names.trial(ended.head()))));
    comparison
        .incomparable()
        .forEach(
            one ->
                notes.add("not compared: %s: %s".formatted(names.trial(one.trial()), one.what())));
    list(notes, "only on the head", comparison.appeared(), names);
    list(notes, "no more on the head", comparison.disappeared(), names);
    comparison.noise().map(CompareReport::noise).ifPresent(notes::add);
    notes.addAll(tokens(comparison, names));
    same(comparison).ifPresent(notes::add);
    flips(comparison).ifPresent(notes::add);
    comparison.fronts().forEach(front -> notes.add(FrontText.sentence(front, names)));
    notes.addAll(comparison.warnings());
    return notes.stream().map(Text::visible).toList();
  }

  /** What has no row, as it is surely about the same: within which limits. */
  private static Optional<String> same(Comparison comparison) {
    Map<String, Integer> trials = new LinkedHashMap<>();
    for (TrialComparison trial : comparison.trials()) {
      for (Change change : trial.changes()) {
        if (change.verdict() == Verdict.SAME) {
          trials.merge(
              change.metric().key() + " " + verdict(change, comparison.criteria()),
              1,
              Integer::sum);
        }
      }
    }
    return trials.isEmpty()
        ? Optional.empty()
        : Optional.of(
            trials.entrySet().stream()
                .map(entry -> entry.getKey() + " in " + count(entry.getValue(), "trial"))
                .collect(Collectors.joining("; ")));
  }

  /** A line for each trial of which other numbers of tokens go on. */
  static List<String> tokens(Comparison comparison, Names names) {
    return comparison.trials().stream()
        .flatMap(
            trial ->
                trial.tokens().stream()
                    .map(
                        change ->
                            "tokens of %s: the first block that others leave is %d, %s → %s"
                                .formatted(
                                    names.trial(trial.head()),
                                    change.block(),
                                    mean(change.base()),
                                    mean(change.head()))))
        .toList();
  }

  /** Fine enough to tell a token in one of a million images. */
  private static String mean(double tokens) {
    return Format.number(Math.rint(tokens * 1e6) / 1e6);
  }

  /** The noise that changes of predictions are to be held against. */
  static String noise(Noise noise) {
    return "predictions of one commit: %d of %s changed between its own runs (%s %%)"
        .formatted(noise.changed(), Format.whole(noise.images()), Format.decimals(noise.rate(), 2));
  }

  /** Of how many trials first predictions changed, and how much that is. */
  static Optional<String> flips(Comparison comparison) {
    List<Flips> flips =
        comparison.trials().stream()
            .flatMap(trial -> trial.flips().stream())
            .filter(one -> one.changed() > 0)
            .toList();
    if (flips.isEmpty()) {
      return Optional.empty();
    }
    Interval most =
        flips.stream()
            .map(Flips::rate)
            .max(Comparator.comparingDouble(Interval::value))
            .orElseThrow();
    return Optional.of(
        "first predictions changed in %s, of up to %s %% (%s–%s) of the images"
            .formatted(
                count(flips.size(), "trial"),
                Format.decimals(most.value(), 2),
                Format.decimals(most.low(), 2),
                Format.decimals(most.high(), 2)));
  }

  private static void list(List<String> notes, String what, List<TrialRow> trials, Names names) {
    if (!trials.isEmpty()) {
      notes.add(
          "%s: %s"
              .formatted(
                  what, trials.stream().map(names::trial).collect(Collectors.joining("; "))));
    }
  }

  /** Everything with all digits. */
  public static ObjectNode json(Comparison comparison) {
    Names names = Names.ofComparison(comparison);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("base", json(comparison.base()));
    json.set("head", json(comparison.head()));
    json.put("outcome", comparison.outcome().name().toLowerCase(Locale.ROOT));
    json.put("summary", summary(comparison));
    json.put("alpha", comparison.criteria().alpha());
    ObjectNode verdicts = json.putObject("verdicts");
    for (Verdict verdict : Verdict.values()) {
      verdicts.put(verdict.word(), comparison.count(verdict));
    }
    ArrayNode trials = json.putArray("trials");
    comparison.trials().forEach(trial -> trials.add(json(trial, names)));
    ended(json.putArray("broken"), comparison.broken(), names);
    ended(json.putArray("mended"), comparison.mended(), names);
    ended(json.putArray("failing"), comparison.failing(), names);
    rows(json.putArray("appeared"), comparison.appeared(), names);
    rows(json.putArray("disappeared"), comparison.disappeared(), names);
    ArrayNode incomparable = json.putArray("incomparable");
    comparison
        .incomparable()
        .forEach(one -> trial(incomparable, one.trial(), names).put("reason", one.what()));
    comparison
        .noise()
        .ifPresent(
            noise ->
                json.putObject("noise")
                    .put("pairs", noise.pairs())
                    .put("images", noise.images())
                    .put("changed", noise.changed()));
    ArrayNode fronts = json.putArray("fronts");
    comparison.fronts().forEach(front -> FrontText.json(fronts, front, names));
    ArrayNode warnings = json.putArray("warnings");
    comparison.warnings().forEach(warnings::add);
    return json;
  }

  private static ObjectNode json(Side side) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", side.name()).put("commit", side.commit()).put("dirty", side.isDirty());
    ArrayNode runs = json.putArray("runs");
    side.runs().stream().map(Manifest::runId).forEach(runs::add);
    return json;
  }

  private static ObjectNode trial(ArrayNode array, TrialRow row, Names names) {
    return array.addObject().put("trial_id", row.trialId()).put("name", names.trial(row));
  }

  private static void rows(ArrayNode array, List<TrialRow> rows, Names names) {
    rows.forEach(row -> trial(array, row, names));
  }

  private static void ended(ArrayNode array, List<Comparison.Ended> ended, Names names) {
    ended.forEach(
        one ->
            trial(array, one.head(), names)
                .put("base", one.base().map(row -> row.status().key()).orElse("absent"))
                .put("head", one.head().status().key())
                .put(
                    "error",
                    one.head().error().or(() -> one.base().flatMap(TrialRow::error)).orElse("")));
  }

  private static ObjectNode json(TrialComparison trial, Names names) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("trial_id", trial.head().trialId()).put("name", names.trial(trial.head()));
    json.put("machine_class", trial.machine());
    trial
        .flips()
        .ifPresent(
            flips ->
                json.putObject("predictions")
                    .put("images", flips.images())
                    .put("changed", flips.changed())
                    .put("changed_percent", flips.rate().value())
                    .put("changed_low", flips.rate().low())
                    .put("changed_high", flips.rate().high())
                    .put("lost", flips.top1().lost())
                    .put("gained", flips.top1().gained()));
    trial
        .tokens()
        .ifPresent(
            tokens ->
                json.putObject("tokens")
                    .put("block", tokens.block())
                    .put("base", tokens.base())
                    .put("head", tokens.head()));
    ArrayNode changes = json.putArray("changes");
    for (Change change : trial.changes()) {
      ObjectNode object = changes.addObject();
      object.put("metric", change.metric().key()).put("unit", change.metric().unit());
      object.put("base", change.base()).put("head", change.head());
      object.put("change", change.effect().value());
      finite(object, "low", change.effect().low());
      finite(object, "high", change.effect().high());
      change.p().ifPresent(p -> object.put("p", p));
      change.adjusted().ifPresent(p -> object.put("p_holm", p));
      object.put("verdict", change.verdict().word());
      change
          .repeated()
          .ifPresent(
              repeated -> {
                object.put(repeated.repeats().word(), repeated.times());
                repeated
                    .needed()
                    .ifPresent(needed -> object.put(repeated.repeats().word() + "_needed", needed));
              });
    }
    return json;
  }

  /** JSON has no infinity. */
  private static void finite(ObjectNode json, String name, double value) {
    if (Double.isFinite(value)) {
      json.put(name, value);
    } else {
      json.putNull(name);
    }
  }
}
