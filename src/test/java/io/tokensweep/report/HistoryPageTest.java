package io.tokensweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tokensweep.analysis.compare.Metric;
import io.tokensweep.analysis.compare.Verdict;
import io.tokensweep.analysis.history.Commit;
import io.tokensweep.analysis.history.CommitLine;
import io.tokensweep.analysis.history.CommitLine.Order;
import io.tokensweep.analysis.history.Detection;
import io.tokensweep.analysis.history.History;
import io.tokensweep.analysis.history.Point;
import io.tokensweep.analysis.history.Series;
import io.tokensweep.analysis.history.Step;
import io.tokensweep.analysis.history.Symmetry;
import io.tokensweep.store.TrialRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a history in a real browser. */
class HistoryPageTest {
  private static final String HOSTILE = "</script><img src=x onerror=document.title='owned'>`${1}";
  private static final int COMMITS = 30;
  private static final int STEP = 12;

  @TempDir Path folder;

  private static Commit commit(int place) {
    return new Commit(
        "%040x".formatted(place + 1000), place, Instant.EPOCH, place == 20, HOSTILE + place);
  }

  private static Series series(String trial, Metric metric, boolean steps) {
    List<Point> points = new ArrayList<>();
    for (int place = 0; place < COMMITS; place++) {
      points.add(new Point(commit(place), steps && place >= STEP ? 1.1 : 1.2, 1, 5, place == 25));
    }
    return new Series(
        trial,
        "machine",
        metric,
        "batch 1",
        "times " + HOSTILE,
        false,
        points,
        steps
            ? List.of(
                new Step(
                    commit(STEP - 1),
                    commit(STEP),
                    List.of(),
                    1.2,
                    1.1,
                    -8.3,
                    OptionalDouble.of(0.005),
                    Verdict.WORSE))
            : List.of());
  }

  private static History history() {
    List<Commit> commits = new ArrayList<>();
    for (int place = 0; place < COMMITS; place++) {
      commits.add(commit(place));
    }
    TrialRow trial =
        Trials.trial(HOSTILE, 224, "d".repeat(64), HOSTILE, HOSTILE, OptionalDouble.of(0.5))
            .measured(10, 50, 1, 1, 1);
    List<Series> all = new ArrayList<>();
    for (Metric metric : Metric.values()) {
      all.add(series(trial.trialId(), metric, metric == Metric.THROUGHPUT));
    }
    return new History(
        new CommitLine(Order.FIRST_PARENTS, HOSTILE, commits, List.of()),
        Detection.USUAL,
        Map.of(trial.trialId(), trial.configuration()),
        all,
        COMMITS,
        List.of(),
        0,
        new Symmetry(1, 1, 1, 0, 1, false, ""),
        List.of(HOSTILE));
  }

  private static int count(Chromium browser, String selector) throws Exception {
    int found =
        browser.evaluate("document.querySelectorAll('%s').length".formatted(selector)).asInt();
    browser.settle();
    return found;
  }

  @Test
  void chartsAndChoicesWorkWithoutErrorsOrRequests() throws Exception {
    Optional<Path> program = Chromium.installed();
    assumeTrue(program.isPresent(), "no chromium is installed");
    Path page = folder.resolve("history.html");
    Files.writeString(page, HistoryHtml.render(history()));
    try (Chromium browser = new Chromium(program.get(), folder.resolve("profile"))) {
      browser.size(1280, 900, false);
      browser.open(page);
      assertEquals(1, count(browser, "table.steps tbody tr"));
      assertEquals(1, count(browser, "#charts figure"), "those with a step");
      browser.evaluate("document.querySelector('#charts figure').scrollIntoView()");
      browser.settle();
      // the clean points, the one of changed code, and a line for each of two levels
      assertEquals(
          "[29,1,2,2]",
          browser
              .evaluate(
                  "JSON.stringify(echarts.getInstanceByDom(document.querySelector('#charts .chart')).getOption().series.map(s => s.data.length))")
              .asText());
      browser.evaluate(
          "[...document.querySelectorAll('.controls button')].find(b => b.textContent === 'with steps only').click()");
      browser.settle();
      assertEquals(Metric.values().length, count(browser, "#charts figure"));
      browser.evaluate(
          "{ const box = document.querySelector('.tools input'); box.value = 'latency'; box.dispatchEvent(new Event('input')); }");
      browser.settle();
      assertEquals(1, count(browser, "#charts figure"));
      browser.dark(true);
      browser.settle();
      assertTrue(browser.evaluate("document.title").asText().startsWith("History of </script>"));
      assertEquals(0, count(browser, "img"));
      assertEquals(List.of(), browser.complaints());
      assertEquals(List.of(), browser.requests());
    }
  }
}
