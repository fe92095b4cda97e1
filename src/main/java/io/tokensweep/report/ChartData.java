package io.tokensweep.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import java.util.List;
import java.util.TreeSet;

/** What {@code report.js} draws, as JSON; every number that it shows as text is formatted here. */
final class ChartData {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ChartData() {}

  /** JSON that may stand in an HTML script element: it has no {@code <}. */
  static String json(List<Section> sections) {
    List<String> methods =
        new TreeSet<>(
                sections.stream()
                    .flatMap(section -> section.entries().stream())
                    .map(entry -> entry.trial().configuration().method())
                    .filter(method -> !method.equals(Entry.BASELINE))
                    .toList())
            .stream().toList();
    ArrayNode array = JSON.createArrayNode();
    sections.forEach(section -> array.add(section(section, methods)));
    return array.toString().replace("<", "\\u003c");
  }

  private static ObjectNode section(Section section, List<String> methods) {
    List<Entry> entries = section.entries();
    List<String> series = entries.stream().map(Entry::series).distinct().toList();
    ObjectNode node = JSON.createObjectNode();
    ArrayNode seriesNodes = node.putArray("series");
    for (String name : series) {
      Entry first = entries.stream().filter(e -> e.series().equals(name)).findFirst().orElseThrow();
      seriesNodes.add(series(section, first, methods));
    }
    ArrayNode trials = node.putArray("trials");
    for (Entry entry : entries) {
      trials.add(trial(section, entry, series.indexOf(entry.series())));
    }
    return node;
  }

  /** The colour tells the method, the dash its parameters, the symbol the network. */
  private static ObjectNode series(Section section, Entry entry, List<String> methods) {
    String method = entry.trial().configuration().method();
    List<String> variants =
        section.entries().stream()
            .map(Entry::trial)
            .filter(trial -> trial.configuration().method().equals(method))
            .map(Names::method)
            .distinct()
            .toList();
    List<String> networks =
        section.entries().stream()
            .map(each -> section.names().network(each.trial()))
            .distinct()
            .toList();
    int variant = variants.indexOf(Names.method(entry.trial()));
    int network = networks.indexOf(section.names().network(entry.trial()));
    return JSON.createObjectNode()
        .put("name", entry.series())
        .put("baseline", entry.isBaseline())
        .put("colour", methods.indexOf(method))
        .put("dash", variant)
        .put("symbol", networks.size() > 1 ? network : variant);
  }

  private static ObjectNode trial(Section section, Entry entry, int series) {
    ObjectNode node = JSON.createObjectNode();
    node.put("series", series);
    node.put("front", entry.onFront());
    node.put("name", entry.name());
    node.put("label", label(entry));
    entry.trial().configuration().keepRate().ifPresent(keepRate -> put(node, "keepRate", keepRate));
    entry
        .quality()
        .ifPresent(
            quality -> {
              put(node, "gigamacs", quality.macs() / 1e9);
              interval(node, "top1", quality.top1());
              put(node, "diversityNorm", quality.diversity().medoidNorm());
              put(node, "diversity", quality.diversity().medoid());
            });
    entry
        .throughput()
        .ifPresent(
            throughput ->
                interval(
                    node,
                    "throughput",
                    throughput
                        .timing()
                        .map(TrialRow.Timing::imagesPerSecond)
                        .orElse(throughput.imagesPerSecond())));
    ArrayNode facts = node.putArray("facts");
    Facts.of(section, entry)
        .forEach(
            fact ->
                facts.addArray().add(Text.visible(fact.name())).add(Text.visible(fact.value())));
    return node;
  }

  private static String label(Entry entry) {
    TrialRow.Configuration configuration = entry.trial().configuration();
    return configuration.keepRate().isPresent()
        ? Format.keepRate(configuration.keepRate())
        : Text.shortened(Text.visible(configuration.method()), 16);
  }

  private static void interval(ObjectNode node, String name, Interval interval) {
    ArrayNode bounds = JsonNodeFactory.instance.arrayNode();
    for (double bound : new double[] {interval.value(), interval.low(), interval.high()}) {
      bounds.add(Double.isFinite(bound) ? bound : interval.value());
    }
    node.set(name, bounds);
  }

  private static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    }
  }
}
