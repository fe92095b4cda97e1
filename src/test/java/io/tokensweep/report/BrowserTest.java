package io.tokensweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.analysis.Fronts;
import io.tokensweep.report.ReportData.Part;
import io.tokensweep.store.LayerMeans;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report in a real browser. */
class BrowserTest {
  private static final String DATA = "ab12".repeat(16);
  private static final String HOSTILE =
      "</script><img src=x onerror=document.title='owned'>\u202E\"'`${1}=1+1" + "long".repeat(2500);

  @TempDir static Path folder;
  private static Optional<Chromium> browser = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> program = Chromium.installed();
    assumeTrue(program.isPresent(), "no chromium is installed");
    browser = Optional.of(new Chromium(program.get(), folder.resolve("profile")));
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser.isPresent()) {
      browser.get().close();
    }
  }

  private static Chromium chromium() {
    return browser.orElseThrow();
  }

  private static List<TrialRow> sweep() {
    List<TrialRow> trials = new ArrayList<>(Trials.sweep("deit_small", 224, DATA, 5000));
    trials.addAll(Trials.sweep("deit_small", 288, DATA, 5000));
    trials.add(
        Trials.trial(HOSTILE, 224, DATA, HOSTILE, HOSTILE, OptionalDouble.of(0.5))
            .measured(5000, 50, 3, 900, 0.5));
    trials.add(
        Trials.trial("deit_small", 224, DATA, "evit", "{}", OptionalDouble.of(0.05))
            .failed(Status.FAILED, HOSTILE));
    return trials;
  }

  private static Evidence evidence(List<TrialRow> trials) {
    Map<String, List<LayerMeans>> layers = new HashMap<>();
    for (TrialRow trial : trials) {
      trial
          .quality()
          .ifPresent(
              quality -> {
                List<LayerMeans> blocks = new ArrayList<>();
                for (int block = 0; block < quality.tokens().size(); block++) {
                  blocks.add(
                      new LayerMeans(
                          block,
                          quality.tokens().get(block),
                          quality.macs() / 12.0,
                          OptionalDouble.of(1e-5 * (block + 1)),
                          OptionalDouble.empty(),
                          Map.of("prune", 0.5, "pool", 0.5)));
                }
                layers.put(trial.trialId(), blocks);
              });
    }
    return new Evidence(Fronts.NONE, layers);
  }

  private static Path report(List<TrialRow> trials, String maps) throws Exception {
    ReportData data = Trials.report(trials);
    Path file = folder.resolve("report-%d.html".formatted(trials.hashCode()));
    HtmlReport.write(
        new ReportData(
            HOSTILE,
            trials,
            data.provenance(),
            List.of(HOSTILE),
            evidence(trials),
            List.of(new Part("<section id=\"maps-%s\">maps</section>".formatted(maps), ""))),
        file);
    return file;
  }

  private static JsonNode js(String expression) throws Exception {
    JsonNode value = chromium().evaluate(expression);
    chromium().settle();
    return value;
  }

  /** Points that a chart of the first section shows. */
  private static int points(String figure, String kind) throws Exception {
    js("document.querySelector('[data-figure=\"%s\"]').scrollIntoView()".formatted(figure));
    return js("echarts.getInstanceByDom(document.querySelector('[data-figure=\"%s\"] .chart')).getOption().series.filter(s => s.type === '%s').reduce((n, s) => n + s.data.length, 0)"
            .formatted(figure, kind))
        .asInt();
  }

  private static void press(String label) throws Exception {
    js(
        "[...document.querySelectorAll('button')].find(b => b.textContent === '%s').click()"
            .formatted(label));
  }

  @Test
  void togglesSortingFilterAndLinksWorkWithoutErrorsOrRequests() throws Exception {
    List<TrialRow> trials = sweep();
    String mapped = trials.get(13).trialId();
    chromium().size(1280, 900, false);
    chromium().dark(false);
    chromium().open(report(trials, mapped));
    int measured = trials.size() - 1;
    assertEquals(measured, points("accuracy-macs", "scatter"));

    press("Front only");
    int front = js("document.querySelectorAll('tr.front').length").asInt();
    assertEquals(front, points("accuracy-macs", "scatter"));
    assertEquals(
        front,
        js("[...document.querySelectorAll('.trials tbody tr')].filter(r => r.offsetParent).length")
            .asInt());
    press("Front only");

    press("288 px");
    assertEquals(measured - 22, points("accuracy-macs", "scatter"));
    press("288 px");
    js("document.querySelector('.legend button').click()");
    assertTrue(points("accuracy-macs", "scatter") < measured);
    js("document.querySelector('.legend button').click()");

    press("Papers\u0027 figures".replace("'", "\\'"));
    assertTrue(points("accuracy-macs", "scatter") > measured + 50);
    assertTrue(js("document.querySelector('.papers-note').offsetParent !== null").asBoolean());
    press("Papers\u0027 figures".replace("'", "\\'"));
    assertEquals(measured, points("accuracy-macs", "scatter"));

    press("throughput");
    assertTrue(js("document.querySelector('[data-figure=\"accuracy-macs\"]').hidden").asBoolean());
    assertEquals(measured, points("accuracy-throughput", "scatter"));
    press("MACs");

    sorted();
    filtered();
    followed(mapped);
    assertEquals(List.of(), chromium().complaints());
    assertEquals(List.of(), chromium().requests());
    assertTrue(js("document.title").asText().startsWith("</script>"));
  }

  private static void sorted() throws Exception {
    String column =
        "[...document.querySelectorAll('.trials thead th')].findIndex(h => h.textContent.startsWith('Top-1'))";
    String keys =
        "[...document.querySelectorAll('.trials tbody tr')].map(r => r.cells[%s]).map(c => c.dataset.key ?? '').filter(Boolean).map(Number)"
            .formatted(column);
    for (int direction : new int[] {1, -1}) {
      js("document.querySelectorAll('.trials thead th button')[%s].click()".formatted(column));
      JsonNode values = js(keys);
      assertTrue(values.size() > 40);
      for (int i = 1; i < values.size(); i++) {
        assertTrue(direction * (values.get(i).asDouble() - values.get(i - 1).asDouble()) >= 0);
      }
    }
  }

  private static void filtered() throws Exception {
    js(
        "{ const box = document.querySelector('.tools input'); box.value = 'random 288'; box.dispatchEvent(new Event('input')); }");
    assertEquals(
        7,
        js("[...document.querySelectorAll('.trials tbody tr')].filter(r => !r.hidden).length")
            .asInt());
    js(
        "{ const box = document.querySelector('.tools input'); box.value = ''; box.dispatchEvent(new Event('input')); }");
  }

  /** Presses the mouse on a point and follows the links from there. */
  private static void followed(String trial) throws Exception {
    js("document.querySelector('[data-figure=\"accuracy-macs\"]').scrollIntoView()");
    JsonNode at =
        js(
            """
            (() => {
              const node = document.querySelector('[data-figure="accuracy-macs"] .chart');
              const chart = echarts.getInstanceByDom(node);
              const data = chart.getOption().series.flatMap((s, i) => s.type === 'scatter' ? s.data.map(d => [i, d]) : []);
              const trials = JSON.parse(document.getElementById('report-data').textContent)[0].trials;
              const [index, point] = data.find(([, d]) => trials[d.point.trial].id === '%s');
              const pixel = chart.convertToPixel({ seriesIndex: index }, point.value);
              const box = node.getBoundingClientRect();
              return [box.x + pixel[0], box.y + pixel[1]];
            })()"""
                .formatted(trial));
    chromium().click(at.get(0).asDouble(), at.get(1).asDouble());
    assertFalse(js("document.querySelector('.chosen').hidden").asBoolean());
    assertEquals("trial-" + trial, js("document.querySelector('tr.chosen-row').id").asText());
    assertEquals(
        List.of("#trial-" + trial, "#layers-0", "#maps-" + trial),
        List.of(
            js("document.querySelectorAll('.chosen a')[0].hash").asText(),
            js("document.querySelectorAll('.chosen a')[1].hash").asText(),
            js("document.querySelectorAll('.chosen a')[2].hash").asText()));
    js("document.querySelectorAll('.chosen a')[1].click()");
    assertTrue(points("layers-tokens", "line") > 0);
    js("document.querySelectorAll('.chosen a')[2].click()");
    assertEquals("#maps-" + trial, js("location.hash").asText());
    assertTrue(
        js("document.getElementById('maps-%s').getBoundingClientRect().top < innerHeight"
                .formatted(trial))
            .asBoolean());
    js("document.querySelector('.chosen button').click()");
    assertTrue(js("document.querySelector('.chosen').hidden").asBoolean());
  }

  @Test
  void csvOfTheTableHasAllRowsAndNoFormulas() throws Exception {
    chromium().size(1280, 900, false);
    chromium().open(report(sweep(), "0"));
    JsonNode csv =
        js(
            """
            new Promise((done) => {
              URL.createObjectURL = (blob) => { blob.text().then(done); return 'blob:nothing'; };
              [...document.querySelectorAll('button')].find(b => b.textContent === 'Save as CSV').click();
            })""");
    List<String> lines = csv.asText().lines().toList();
    assertEquals(sweep().size() + 1, lines.size());
    assertTrue(lines.stream().noneMatch(line -> line.matches("^\"?[=+@-].*")));
  }

  @Test
  void aPhoneDoesNotScrollSideways() throws Exception {
    chromium().size(390, 844, true);
    chromium().open(report(sweep(), "0"));
    assertTrue(js("document.documentElement.scrollWidth <= innerWidth").asBoolean());
    assertEquals(List.of(), chromium().complaints());
  }

  private static List<TrialRow> twoThousand() {
    List<TrialRow> trials = new ArrayList<>();
    for (int resolution = 128; trials.size() < 2000; resolution += 16) {
      trials.addAll(Trials.sweep("deit_small", resolution, DATA, 50_000));
    }
    return trials.subList(0, 2000);
  }

  @Test
  void aReportOf2000TrialsIsSmall() throws Exception {
    assertTrue(Files.size(report(twoThousand(), "0")) < 8_000_000);
  }

  /** Prints how long a browser takes to show it. */
  @Test
  @Tag("slow")
  void aReportOf2000TrialsIsPainted() throws Exception {
    Path file = report(twoThousand(), "0");
    chromium().size(1280, 900, false);
    for (int round = 0; round < 5; round++) {
      chromium().open(file);
      System.out.printf(
          "2000 trials: %.2f MB, first contentful paint %.0f ms, loaded %.0f ms, sorted in %.0f ms%n",
          Files.size(file) / 1e6,
          js("performance.getEntriesByName('first-contentful-paint')[0].startTime").asDouble(),
          js("performance.timing.loadEventEnd - performance.timing.navigationStart").asDouble(),
          js("(() => { const start = performance.now(); document.querySelectorAll('.trials thead th button')[5].click(); document.body.offsetHeight; return performance.now() - start; })()")
              .asDouble());
    }
    assertEquals(List.of(), chromium().complaints());
  }

  @Test
  void printingShowsEveryChartInInk() throws Exception {
    chromium().size(1280, 900, false);
    chromium().dark(true);
    chromium().open(report(sweep(), "0"));
    String dark = js("getComputedStyle(document.body).backgroundColor").asText();
    assertEquals("rgb(16, 19, 24)", dark);
    js("dispatchEvent(new Event('beforeprint'))");
    assertEquals(
        0,
        js("[...document.querySelectorAll('figure:not([hidden]) .chart')].filter(c => !c.querySelector('svg, canvas')).length")
            .asInt());
    js("dispatchEvent(new Event('afterprint'))");
    assertTrue(Files.size(Files.write(folder.resolve("print.pdf"), chromium().pdf())) > 20_000);
    chromium().dark(false);
    assertEquals(List.of(), chromium().complaints());
  }
}
