package io.tokensweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.analysis.compare.Metric;
import io.tokensweep.analysis.history.Commit;
import io.tokensweep.analysis.history.History;
import io.tokensweep.analysis.history.Point;
import io.tokensweep.analysis.history.Series;
import io.tokensweep.analysis.history.Step;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code history.js} draws.
 *
 * @param series those that change most often first
 * @param leftOut series that are too many for a page
 */
record HistoryData(History history, List<Series> series, int leftOut) {
  /** About forty bytes each. */
  private static final int MOST_POINTS = 300_000;

  private static final MathContext DIGITS = new MathContext(6);

  static HistoryData of(History history) {
    List<Series> sorted =
        history.series().stream()
            .sorted(Comparator.comparingInt((Series one) -> -one.steps().size()))
            .toList();
    List<Series> kept = new ArrayList<>();
    long points = 0;
    for (Series one : sorted) {
      points += one.points().size();
      if (points > MOST_POINTS && !kept.isEmpty()) {
        break;
      }
      kept.add(one);
    }
    return new HistoryData(history, List.copyOf(kept), sorted.size() - kept.size());
  }

  /** JSON that may stand in an HTML script element: it has no {@code <}. */
  String json() {
    HistoryNames names = new HistoryNames(history);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode machines = json.putArray("machines");
    names.machines().forEach(machine -> machines.add(Text.visible(machine)));
    Map<Integer, Commit> commits = new TreeMap<>();
    ArrayNode all = json.putArray("series");
    for (Series one : series) {
      all.add(json(one, names));
      one.points().forEach(point -> commits.put(point.commit().place(), point.commit()));
    }
    ObjectNode byPlace = json.putObject("commits");
    commits.forEach(
        (place, commit) ->
            byPlace
                .putArray(place.toString())
                .add(Text.shortened(commit.hash(), 13).replace("…", ""))
                .add(commit.time().toString())
                .add(commit.merge() ? 1 : 0)
                .add(Text.visible(Text.shortened(commit.subject(), 120))));
    return json.toString().replace("<", "\\u003c");
  }

  private static ObjectNode json(Series series, HistoryNames names) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", names.of(series));
    json.put("id", series.trialId());
    json.put("metric", series.metric().key());
    json.put("setup", series.setup());
    json.put("unit", series.unit());
    json.put("exact", series.exact());
    json.put(
        "wanted",
        switch (series.metric().better()) {
          case HIGHER -> "higher is better";
          case LOWER -> "lower is better";
          case NEITHER -> "";
        });
    ArrayNode points = json.putArray("points");
    for (Point point : series.points()) {
      ArrayNode one = points.addArray().add(point.commit().place());
      one.add(new BigDecimal(point.value()).round(DIGITS));
      one.add(point.runs()).add(point.values()).add(point.dirty() ? 1 : 0);
    }
    ArrayNode steps = json.putArray("steps");
    series.steps().forEach(step -> steps.add(json(series.metric(), step)));
    return json;
  }

  private static ObjectNode json(Metric metric, Step step) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("before", step.before().place())
        .put("after", step.after().place())
        .put("from", step.from())
        .put("to", step.to())
        .put("text", HistoryReport.change(metric, step))
        .put("gap", step.between().size())
        .put("verdict", step.verdict().word());
  }
}
