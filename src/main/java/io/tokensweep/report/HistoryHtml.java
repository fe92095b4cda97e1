package io.tokensweep.report;

import static java.util.stream.Collectors.joining;

import io.tokensweep.analysis.history.Commit;
import io.tokensweep.analysis.history.CommitLine.Order;
import io.tokensweep.analysis.history.History;
import io.tokensweep.analysis.history.Series;
import io.tokensweep.analysis.history.Step;
import io.tokensweep.report.HistoryReport.Stepped;
import io.tokensweep.report.Provenance.Detail;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A history as one HTML file that needs nothing else. The steps are there without scripts too. */
public final class HistoryHtml {
  private static final int MOST_ROWS = 1000;

  private HistoryHtml() {}

  /** The page. */
  public static String render(History history) {
    HistoryData data = HistoryData.of(history);
    List<String> notes = new ArrayList<>(HistoryReport.notes(history));
    if (data.leftOut() > 0) {
      notes.add(
          "%d series without a step have no chart here, as the page would be too large; --trial, --metric and --since choose, --csv has all"
              .formatted(data.leftOut()));
    }
    return HtmlReport.fill(
        "history.html",
        Map.of(
            "title", Text.html(title(history)),
            "facts", HtmlReport.definitions(facts(history)),
            "warnings", HtmlReport.warnings(notes),
            "summary", Text.html(HistoryReport.summary(history)),
            "steps", steps(history),
            "style", HtmlReport.resource("report.css") + "\n" + HtmlReport.resource("history.css"),
            "data", data.json(),
            "echarts", HtmlReport.charts(),
            "script", HtmlReport.resource("history.js")));
  }

  private static String title(History history) {
    return history.line().order() == Order.FIRST_PARENTS
        ? "History of " + history.line().tip()
        : "History by time";
  }

  private static List<Detail> facts(History history) {
    List<Commit> commits = history.line().commits();
    return List.of(
        new Detail(
            "Commits",
            "%s, %s measured"
                .formatted(Format.whole(commits.size()), Format.whole(history.measured()))),
        new Detail(
            "From", commits.isEmpty() ? Format.NOTHING : HistoryReport.shortened(commits.get(0))),
        new Detail(
            "To",
            commits.isEmpty()
                ? Format.NOTHING
                : HistoryReport.shortened(commits.get(commits.size() - 1))),
        new Detail("Trials", Format.whole(history.trials().size())),
        new Detail("Series", Format.whole(history.series().size())),
        new Detail("Steps", Format.whole(history.steps())),
        new Detail("Alpha", Format.number(history.detection().alpha())));
  }

  /** The newest first. */
  private static String steps(History history) {
    List<Stepped> steps = new ArrayList<>(HistoryReport.steps(history));
    Collections.reverse(steps);
    if (steps.isEmpty()) {
      return "<p class=\"soft\">No step was found.</p>";
    }
    HistoryNames names = new HistoryNames(history);
    String more =
        steps.size() > MOST_ROWS
            ? "<p class=\"soft\">The newest %d of %d steps.</p>".formatted(MOST_ROWS, steps.size())
            : "";
    return """
        %s<div class="scroll" tabindex="0" role="region" aria-label="Steps">
        <table class="steps">
        <thead><tr><th>Trial</th><th>Metric</th><th class="number">Change</th><th>Verdict</th><th class="number">From</th><th class="number">To</th><th class="number">p</th><th>Last before</th><th class="number" title="commits between that were not measured">Gap</th><th>First after</th></tr></thead>
        <tbody>
        %s
        </tbody>
        </table>
        </div>"""
        .formatted(
            more,
            steps.stream().limit(MOST_ROWS).map(one -> row(one, names)).collect(joining("\n")));
  }

  private static String row(Stepped one, HistoryNames names) {
    Step step = one.step();
    Series series = one.series();
    return "<tr class=\"%s\"><td><div>%s</div></td><td>%s<div><small>%s</small></div></td><td class=\"number\">%s</td><td><span class=\"verdict\">%s</span></td><td class=\"number\">%s</td><td class=\"number\">%s</td><td class=\"number\">%s</td><td>%s</td><td class=\"number\">%s</td><td>%s</td></tr>"
        .formatted(
            step.verdict().word(),
            Text.html(names.of(series)),
            series.metric().key(),
            Text.html(series.setup()),
            HistoryReport.change(series.metric(), step),
            HistoryReport.verdict(series.metric(), step),
            Format.significant(step.from()),
            Format.significant(step.to()),
            step.p().isPresent() ? Format.decimals(step.p().getAsDouble(), 3) : "exact",
            commit(step.before()),
            step.between().isEmpty() ? "" : Format.whole(step.between().size()),
            commit(step.after()));
  }

  private static String commit(Commit commit) {
    return "<code>%s</code><div><small>%s</small></div>"
        .formatted(
            Text.html(HistoryReport.shortened(commit)),
            Text.html(Text.shortened(commit.subject(), 60)));
  }
}
