package io.tokensweep.report;

import static java.util.stream.Collectors.joining;

import io.tokensweep.report.ChartData.Charted;
import io.tokensweep.report.Provenance.Detail;
import io.tokensweep.report.ReportData.Part;
import io.tokensweep.store.TrialRow.Configuration;
import io.tokensweep.store.TrialRow.Quality;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** One HTML file that needs nothing else: no network, no server, no other file. */
public final class HtmlReport {
  private static final String ECHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private HtmlReport() {}

  /**
   * Replaces the file as a whole: a reader sees the old report or the new one.
   *
   * @throws IOException if the folder cannot be made or written
   */
  public static void write(ReportData data, Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path draft = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      Files.writeString(draft, render(data));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** The report as HTML text. */
  public static String render(ReportData data) {
    List<Section> sections = Section.of(data.trials(), data.evidence());
    List<Charted> charted = charted(sections);
    return fill(
        "report.html",
        Map.of(
            "title", Text.html(data.title()),
            "facts", definitions(facts(data, sections)),
            "warnings", warnings(Warnings.of(data, sections)),
            "sections",
                IntStream.range(0, sections.size())
                    .mapToObj(index -> section(charted.get(index), index, sections.size()))
                    .collect(joining("\n")),
            "parts", data.parts().stream().map(Part::html).collect(joining("\n")),
            "provenance", definitions(provenance(data.provenance())),
            "style", resource("report.css") + styles(data),
            "data", ChartData.json(charted),
            "echarts", charts(),
            "script", resource("report.js")));
  }

  /** The library that draws. */
  static String charts() {
    return resource(ECHARTS);
  }

  private static List<Charted> charted(List<Section> sections) {
    List<String> methods = Looks.methods(sections);
    return sections.stream()
        .map(section -> new Charted(section, Figures.ofPage(section, new Looks(section, methods))))
        .toList();
  }

  private static String styles(ReportData data) {
    return data.parts().stream().map(Part::style).distinct().collect(joining("\n", "\n", ""));
  }

  private static List<Detail> facts(ReportData data, List<Section> sections) {
    Provenance provenance = data.provenance();
    return List.of(
        new Detail("Model", distinct(data, Configuration::model)),
        new Detail("Data", provenance.data()),
        new Detail("Images", images(sections)),
        new Detail(
            "Resolution", distinct(data, configuration -> configuration.resolution() + " px")),
        new Detail("Run", TIME.format(provenance.started())),
        new Detail(
            "Commit",
            provenance.commit().map(commit -> Text.shortened(commit, 11)).orElse("unknown")
                + (provenance.dirty() ? " + local changes" : "")));
  }

  private static String distinct(ReportData data, Function<Configuration, String> value) {
    String values =
        data.trials().stream()
            .map(trial -> value.apply(trial.configuration()))
            .distinct()
            .collect(joining(", "));
    return values.isEmpty() ? Format.NOTHING : values;
  }

  private static String images(List<Section> sections) {
    String counts =
        sections.stream()
            .flatMap(section -> section.measured().stream())
            .map(entry -> entry.quality().map(Quality::images).orElse(0L))
            .distinct()
            .map(Format::whole)
            .collect(joining(" or "));
    return counts.isEmpty() ? Format.NOTHING : counts;
  }

  private static List<Detail> provenance(Provenance provenance) {
    List<Detail> details = new ArrayList<>();
    details.add(new Detail("data", provenance.data()));
    details.add(new Detail("started", provenance.started().toString()));
    details.add(new Detail("commit", provenance.commit().orElse("unknown")));
    details.add(new Detail("local changes", provenance.dirty() ? "yes" : "no"));
    details.addAll(provenance.details());
    return details;
  }

  /** Names and values. */
  static String definitions(List<Detail> details) {
    return details.stream()
        .map(
            detail ->
                "<div><dt>%s</dt><dd>%s</dd></div>"
                    .formatted(Text.html(detail.name()), lines(detail.value())))
        .collect(joining("\n"));
  }

  /** Keeps line breaks: the text of a sweep file is a value, too. */
  private static String lines(String value) {
    return value.lines().map(Text::html).collect(joining("\n"));
  }

  /** Each on a line of its own, ahead of everything; nothing if there are none. */
  static String warnings(List<String> warnings) {
    return warnings.isEmpty()
        ? ""
        : """
          <aside class="warnings" role="alert">
          <h2>Before you trust this</h2>
          <ul>
          %s
          </ul>
          </aside>"""
            .formatted(items(warnings));
  }

  private static String items(List<String> lines) {
    return lines.stream().map(line -> "<li>" + Text.html(line) + "</li>").collect(joining("\n"));
  }

  private static String section(Charted charted, int index, int sections) {
    Section section = charted.section();
    String common = TrialsHtml.common(section);
    return fill(
        "section.html",
        Map.of(
            "index", Integer.toString(index),
            "heading",
                sections == 1
                    ? ""
                    : "<h2>Data " + Text.html(Text.shortened(section.data(), 13)) + "</h2>",
            "summary", items(Summary.sentences(section)),
            "costs", figures(charted, key -> key.startsWith("accuracy-"), "wide alternative"),
            "figures",
                figures(
                    charted, key -> !key.startsWith("accuracy-") && !key.startsWith("layers-"), ""),
            "methods", MethodsHtml.table(section),
            "layers", layers(charted, index),
            "common", common.isEmpty() ? "" : "<p class=\"soft\">All: " + common + "</p>",
            "table", TrialsHtml.table(section)));
  }

  private static String layers(Charted charted, int index) {
    String figures = figures(charted, key -> key.startsWith("layers-"), "");
    return figures.isEmpty()
        ? ""
        : fill("layers.html", Map.of("index", Integer.toString(index), "figures", figures));
  }

  private static String figures(Charted charted, Predicate<String> wanted, String kind) {
    return charted.figures().stream()
        .filter(figure -> wanted.test(figure.key()))
        .map(
            figure ->
                """
                <figure class="%s" data-figure="%s">
                <h3>%s</h3>
                <div class="chart" role="img" aria-label="%s"></div>
                <figcaption>%s</figcaption>
                </figure>"""
                    .formatted(
                        kind,
                        figure.key(),
                        Text.html(figure.title()),
                        Text.html(figure.title()),
                        Text.html(figure.caption())))
        .collect(joining("\n"));
  }

  /** Fills the placeholders in one pass: what is filled in is not searched again. */
  static String fill(String template, Map<String, String> values) {
    Function<MatchResult, String> value =
        match -> Matcher.quoteReplacement(values.get(match.group(1)));
    return PLACEHOLDER.matcher(resource(template)).replaceAll(value);
  }

  /** A file beside this class. */
  static String resource(String name) {
    try (InputStream stream = HtmlReport.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(name + " is missing from the classpath");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
