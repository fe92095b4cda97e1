package io.tokensweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Status;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
  private static final String DATA = "ab12".repeat(16);
  private static final String HOSTILE =
      "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;{{echarts}}$1\\ "
          + "x".repeat(3000);

  /** The page without its scripts and its style must be well-formed XML. */
  private static Document parse(String html) throws Exception {
    String markup =
        Pattern.compile("<(script|style)[^>]*>.*?</\\1>", Pattern.DOTALL)
            .matcher(html)
            .replaceAll("")
            .replace("<!DOCTYPE html>", "");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(markup)));
  }

  private static JsonNode chartData(String html) throws IOException {
    String start = "<script type=\"application/json\" id=\"report-data\">";
    int from = html.indexOf(start) + start.length();
    return new ObjectMapper().readTree(html.substring(from, html.indexOf("</script>", from)));
  }

  private static List<Element> elements(Document page, String name) {
    NodeList nodes = page.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static List<TrialRow> sweep() {
    List<TrialRow> trials = new ArrayList<>(Trials.sweep("deit_small", 224, DATA, 5000));
    trials.add(
        Trials.trial("deit_small", 224, DATA, "evit", "{\"fuse\":true}", OptionalDouble.of(0.05))
            .failed(Status.FAILED, "too few tokens"));
    return trials;
  }

  @Test
  void everyTrialIsInTheTableAndInTheCharts() throws Exception {
    List<TrialRow> trials = sweep();
    String html = HtmlReport.render(Trials.report(trials));
    String table = elements(parse(html), "tbody").get(0).getTextContent();
    JsonNode charted = chartData(html).get(0).get("trials");
    assertEquals(trials.size(), charted.size());
    for (int i = 0; i < trials.size(); i++) {
      assertTrue(table.contains(trials.get(i).trialId()));
      assertEquals(trials.get(i).trialId(), charted.get(i).get("id").asText());
    }
    assertTrue(table.contains("failed: too few tokens"));
  }

  @Test
  void hostileStringsStayText() throws Exception {
    List<TrialRow> trials = new ArrayList<>(Trials.sweep(HOSTILE, 224, HOSTILE, 100));
    trials.add(
        Trials.trial(HOSTILE, 224, HOSTILE, HOSTILE, HOSTILE, OptionalDouble.empty())
            .measured(100, 50, 3, 900, 0.5));
    trials.add(
        Trials.trial(HOSTILE, 224, HOSTILE, "evit", HOSTILE, OptionalDouble.of(0.5))
            .failed(Status.INVALID, HOSTILE));
    String html =
        HtmlReport.render(
            new ReportData(
                HOSTILE,
                trials,
                new Provenance(
                    HOSTILE,
                    Instant.EPOCH,
                    Optional.of(HOSTILE),
                    true,
                    List.of(new Provenance.Detail(HOSTILE, HOSTILE))),
                List.of(HOSTILE)));
    Document page = parse(html);
    assertEquals(List.of(), elements(page, "img"));
    assertEquals(HOSTILE, elements(page, "h1").get(0).getTextContent());
    assertTrue(elements(page, "li").get(0).getTextContent().equals(HOSTILE));
    assertEquals(3, Pattern.compile("<script").matcher(html).results().count());
    assertEquals(3, Pattern.compile("</script").matcher(html).results().count());
    assertEquals(trials.size(), chartData(html).get(0).get("trials").size());
  }

  @Test
  void charactersThatCannotBeSeenAreSpelledOut() throws Exception {
    String hidden = "evil\u202Ecod\u200F\u001B[31m\u2028\uD800 עברית\nend";
    ReportData data = Trials.report(sweep());
    String html =
        HtmlReport.render(new ReportData(hidden, data.trials(), data.provenance(), List.of()));
    assertEquals(
        "evil\\u202ecod\\u200f\\u001b[31m\\u2028\\ud800 עברית end",
        elements(parse(html), "h1").get(0).getTextContent());
  }

  @Test
  void theSweepFileKeepsItsLines() throws Exception {
    Provenance provenance =
        new Provenance(
            "shapes",
            Instant.EPOCH,
            Optional.empty(),
            false,
            List.of(
                new Provenance.Detail("sweep file", "name: a\nmethods:\n  - {name: <none>}\n")));
    String html = HtmlReport.render(new ReportData("a", sweep(), provenance, List.of()));
    List<Element> values = elements(parse(html), "dd");
    assertEquals(
        "name: a\nmethods:\n  - {name: <none>}", values.get(values.size() - 1).getTextContent());
  }

  @Test
  void nothingIsLoadedFromAnywhere() throws Exception {
    String html = HtmlReport.render(Trials.report(sweep()));
    Document page = parse(html);
    for (Element element : elements(page, "*")) {
      assertFalse(element.hasAttribute("src"));
      assertTrue(!element.hasAttribute("href") || element.getAttribute("href").startsWith("#"));
    }
    assertEquals(
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:",
        elements(page, "meta").get(1).getAttribute("content"));
    String library =
        html.substring(html.indexOf("id=\"report-data\""), html.lastIndexOf("<script>"));
    assertFalse(
        html.replace(library, "").replace("http://www.w3.org/2000/svg", "").contains("://"));
    assertFalse(html.contains("@import") || html.contains("url(http"));
  }

  @Test
  void theFrontIsMarkedInTheTableAndInTheCharts() throws Exception {
    String html = HtmlReport.render(Trials.report(sweep()));
    long rows =
        elements(parse(html), "tr").stream()
            .filter(row -> row.getAttribute("class").equals("front"))
            .count();
    long charted = 0;
    for (JsonNode trial : chartData(html).get(0).get("trials")) {
      charted += trial.get("front").asBoolean() ? 1 : 0;
    }
    assertEquals(13, rows);
    assertEquals(13, charted);
  }

  @Test
  void theSummaryNamesTheCheapestTrialWithinOnePoint() throws Exception {
    List<String> lines =
        elements(parse(HtmlReport.render(Trials.report(sweep()))), "li").stream()
            .map(Element::getTextContent)
            .toList();
    assertEquals(
        List.of(
            "1 of 23 trials failed. evit at keep rate 0.05: too few tokens",
            "The accuracies are uncertain: 95 % intervals of up to ±1.4 points. Differences between"
                + " trials are surer than that, as all see the same images; each is printed with an"
                + " interval of its own.",
            "13 of 22 measured trials are on the front of accuracy against MACs; 1 has no accuracy.",
            "Cheapest within 1 point of none: evit (no fuse) at keep rate 0.7 keeps 98.9 % of the"
                + " top-1 accuracy, 78.9 % against 79.8 % (−0.9 points), with 34.8 % fewer MACs, at"
                + " 1.49 × the throughput; the 95 % intervals overlap."),
        lines);
  }

  @Test
  void timingsComeWithIntervalsAndDoubts() throws Exception {
    String doubt = "near the limit; times were not stable";
    TrialRow evit =
        Trials.trial("deit_small", 224, DATA, "evit", "{\"fuse\":true}", OptionalDouble.of(0.7))
            .timed(1360, 1.44, Optional.of(doubt));
    TrialRow random =
        Trials.trial("deit_small", 224, DATA, "random", "{}", OptionalDouble.of(0.7))
            .timed(1360, 1.44, Optional.of("times were not stable"));
    String html = HtmlReport.render(Trials.report(List.of(evit, random)));
    String row = elements(parse(html), "tbody").get(0).getTextContent();
    for (String expected : List.of("1,360", "1,346–1,387", "1.44", "1.43–1.46", "4.25", "96.0")) {
      assertTrue(row.contains(expected), expected + " in " + row);
    }
    String warnings = elements(parse(html), "aside").get(0).getTextContent();
    for (String expected : List.of("1 trial is doubtful: near", "2 trials is doubtful: times")) {
      assertTrue(warnings.contains(expected), expected + " in " + warnings);
    }
    JsonNode series =
        chartData(html).get(0).get("figures").get("accuracy-throughput").get("series").get(0);
    assertEquals(1360, series.get("x").get(0).asDouble(), 1e-9);
  }

  @Test
  void trialsOnOtherDataAreNotComparedAndDoubtsAreRaised() throws Exception {
    List<TrialRow> trials = new ArrayList<>(Trials.sweep("deit_small", 224, DATA, 5000));
    trials.addAll(Trials.sweep("deit_small", 224, "cd34".repeat(16), 480));
    trials.add(
        Trials.trial("deit_small", 224, DATA, "ppt", "{\"r\":50}", OptionalDouble.empty())
            .measured(4000, 79, 3, 900, 0.5));
    ReportData clean = Trials.report(trials);
    Provenance dirty =
        new Provenance("two", Instant.EPOCH, clean.provenance().commit(), true, List.of());
    String html = HtmlReport.render(new ReportData("two", trials, dirty, List.of("watch out")));
    assertEquals(2, chartData(html).size());
    String warnings = elements(parse(html), "aside").get(0).getTextContent();
    for (String expected :
        List.of("watch out", "working tree differed", "2 data sets", "5,000; 4,000")) {
      assertTrue(warnings.contains(expected), expected);
    }
  }

  @Test
  void aSweepWithoutTrialsStillHasAReport() throws Exception {
    String html = HtmlReport.render(Trials.report(List.of()));
    assertEquals(0, chartData(html).size());
    assertEquals("There are no trials.", elements(parse(html), "li").get(0).getTextContent());
  }

  @Test
  void writingReplacesTheFileAndLeavesNothingElse(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("new/report.html");
    HtmlReport.write(Trials.report(List.of()), file);
    HtmlReport.write(Trials.report(sweep()), file);
    assertEquals(HtmlReport.render(Trials.report(sweep())), Files.readString(file));
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(List.of(file), files.toList());
    }
  }
}
