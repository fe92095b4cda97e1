package io.tokensweep.report;

import static java.util.stream.Collectors.joining;

import io.tokensweep.analysis.FrontChange;
import io.tokensweep.analysis.compare.Change;
import io.tokensweep.analysis.compare.Comparison;
import io.tokensweep.analysis.compare.Comparison.Ended;
import io.tokensweep.analysis.compare.Metric;
import io.tokensweep.analysis.compare.TrialComparison;
import io.tokensweep.analysis.compare.Verdict;
import io.tokensweep.store.TrialRow;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A comparison as one HTML file that needs nothing else: no network, no script, no other file. */
public final class CompareHtml {
  private final Comparison comparison;
  private final Names names;
  private final Map<Metric, ChangeBar> bars = new EnumMap<>(Metric.class);

  private CompareHtml(Comparison comparison) {
    this.comparison = comparison;
    this.names = Names.ofComparison(comparison);
    for (Metric metric : Metric.values()) {
      bars.put(metric, new ChangeBar(reach(metric)));
    }
  }

  /** The page. */
  public static String page(Comparison comparison) {
    return new CompareHtml(comparison).page();
  }

  /** One scale for each metric, so that its bars may be compared. */
  private double reach(Metric metric) {
    return comparison.trials().stream()
        .flatMap(trial -> trial.changes().stream())
        .filter(change -> change.metric() == metric)
        .mapToDouble(change -> ChangeBar.reach(change, comparison.criteria().sameWithin(metric)))
        .filter(Double::isFinite)
        .max()
        .orElse(0);
  }

  private String page() {
    return HtmlReport.fill(
        "compare.html",
        Map.of(
            "title",
            Text.html(comparison.base().name() + " → " + comparison.head().name()),
            "outcome",
            comparison.outcome().name().toLowerCase(Locale.ROOT),
            "summary",
            Text.html(CompareReport.summary(comparison)),
            "base",
            Text.html(CompareReport.side(comparison.base())),
            "head",
            Text.html(CompareReport.side(comparison.head())),
            "alpha",
            Text.html(Format.significant(100 * comparison.criteria().alpha())),
            "style",
            HtmlReport.resource("report.css") + HtmlReport.resource("compare.css"),
            "parts",
            Stream.of(warnings(), changes(), fronts(), endings(), rest()).collect(joining("\n"))));
  }

  private String warnings() {
    List<String> lines = new ArrayList<>(comparison.warnings());
    lines.addAll(CompareReport.tokens(comparison, names));
    CompareReport.flips(comparison).ifPresent(lines::add);
    comparison.noise().map(CompareReport::noise).ifPresent(lines::add);
    return lines.isEmpty()
        ? ""
        : "<section class=\"warnings\"><h2>To know</h2><ul>%s</ul></section>"
            .formatted(
                lines.stream().map(line -> "<li>" + Text.html(line) + "</li>").collect(joining()));
  }

  /** What changed or is not decided; all else can be unfolded. */
  private String changes() {
    if (comparison.trials().isEmpty()) {
      return "";
    }
    Predicate<Change> shown = CompareReport::isShown;
    String told = rows(shown);
    String untold = rows(shown.negate());
    return "<section><h2>Changes</h2>%s%s</section>"
        .formatted(
            told.isEmpty() ? "<p>Nothing but what is the same.</p>" : table(told),
            untold.isEmpty()
                ? ""
                : "<details><summary>%s metrics are identical or surely about the same</summary>%s</details>"
                    .formatted(
                        comparison.count(Verdict.IDENTICAL) + comparison.count(Verdict.SAME),
                        table(untold)));
  }

  private static String table(String rows) {
    return """
        <div class="scroll"><table class="changes">
        <thead><tr><th scope="col">Trial</th><th scope="col">Metric</th><th scope="col">Verdict</th>\
        <th scope="col" class="number">Base</th><th scope="col" class="number">Head</th>\
        <th scope="col">Change<small>95 %% interval; shaded: the same</small></th>\
        <th scope="col" class="number">p<small>adjusted</small></th></tr></thead>
        <tbody>
        %s
        </tbody></table></div>"""
        .formatted(rows);
  }

  private String rows(Predicate<Change> which) {
    StringBuilder rows = new StringBuilder();
    for (TrialComparison trial : comparison.trials()) {
      trial.changes().stream()
          .filter(which)
          .forEach(change -> rows.append(row(names.trial(trial.head()), change)));
    }
    return rows.toString();
  }

  private String row(String trial, Change change) {
    Metric metric = change.metric();
    double margin = comparison.criteria().sameWithin(metric);
    String unit = metric.unit().equals("%") ? " %" : " " + metric.unit();
    return """
        <tr><td data-name="Trial">%s</td><td data-name="Metric">%s</td>\
        <td data-name="Verdict"><span class="verdict %s">%s</span></td>\
        <td data-name="Base" class="number">%s</td><td data-name="Head" class="number">%s</td>\
        <td data-name="Change" class="change">%s<span>%s%s</span> <small>%s</small></td>\
        <td data-name="p" class="number">%s<small>%s</small></td></tr>
        """
        .formatted(
            Text.html(trial),
            metric.key(),
            change.verdict().word(),
            Text.html(CompareReport.verdict(change, comparison.criteria())),
            CompareReport.value(metric, change.base()),
            CompareReport.value(metric, change.head()),
            margin > 0 || change.effect().value() != 0
                ? bars.get(metric).svg(change.effect(), margin, change.verdict())
                : "",
            CompareReport.signed(change.effect().value()),
            unit,
            CompareReport.interval(change.effect()),
            CompareReport.probability(change.p()).replace("<", "&lt;"),
            CompareReport.probability(change.adjusted()).replace("<", "&lt;"));
  }

  private String fronts() {
    return comparison.fronts().stream().map(this::front).collect(joining("\n"));
  }

  private String front(FrontChange front) {
    return """
        <section><h2>Front of accuracy against MACs</h2>
        <p>%d trials at %s, on %s images that both sides share. Hypervolume %s.</p>
        <div class="columns">%s%s</div>
        </section>"""
        .formatted(
            front.trials(),
            Text.html(front.precision()),
            Format.whole(front.images()),
            FrontText.hypervolume(front),
            moved("Joined", front.joined()),
            moved("Left", front.left()));
  }

  private String moved(String what, List<FrontChange.Moved> moved) {
    return list(
        what,
        moved.isEmpty()
            ? List.of("none")
            : moved.stream()
                .map(one -> names.trial(one.trial()) + ": on it " + FrontText.chances(one))
                .toList());
  }

  private String endings() {
    return sections(
        ended("Broken: ended well on the base only", comparison.broken()),
        ended("Failed on both sides", failing(true)),
        ended("Failed, and only on the head", failing(false)),
        ended("Mended", comparison.mended()));
  }

  private List<Ended> failing(boolean onBoth) {
    return comparison.failing().stream().filter(one -> one.base().isPresent() == onBoth).toList();
  }

  private String rest() {
    return sections(
        list(
            "Not compared",
            comparison.incomparable().stream()
                .map(one -> names.trial(one.trial()) + ": " + one.what())
                .toList()),
        named("Only on the head", comparison.appeared()),
        named("No more on the head", comparison.disappeared()));
  }

  private static String sections(String... lists) {
    String columns = String.join("", lists);
    return columns.isEmpty() ? "" : "<section class=\"columns\">" + columns + "</section>";
  }

  private String ended(String title, List<Ended> ended) {
    return list(
        title,
        ended.stream()
            .map(
                one ->
                    "%s: %s%s"
                        .formatted(
                            names.trial(one.head()),
                            one.head().status().key(),
                            one.head().error().map(error -> ": " + error).orElse("")))
            .toList());
  }

  private String named(String title, List<TrialRow> trials) {
    return list(title, trials.stream().map(names::trial).toList());
  }

  private static String list(String title, List<String> lines) {
    return lines.isEmpty()
        ? ""
        : "<div><h3>%s</h3><ul>%s</ul></div>"
            .formatted(
                Text.html(title),
                lines.stream().map(line -> "<li>" + Text.html(line) + "</li>").collect(joining()));
  }
}
