package io.tokensweep.report;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.analysis.Agreement;
import io.tokensweep.analysis.Patterns;
import io.tokensweep.store.TrialRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Compared patterns as text for a terminal, as JSON and as CSV. */
public final class PatternReport {
  private static final int NAME = 40;

  private PatternReport() {}

  /** Two trials, point by point. */
  public static String pairText(Patterns patterns) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("after block", "images", "kept A", "kept B", "IoU", "at random", "AMI"));
    for (Patterns.Line line : patterns.lines()) {
      Agreement agreement = line.agreement().orElseThrow();
      rows.add(
          List.of(
              line.block().isPresent() ? String.valueOf(line.block().getAsInt()) : "end",
              Format.whole(agreement.images()),
              Format.percent(100 * agreement.keptFirst()),
              Format.percent(100 * agreement.keptSecond()),
              Format.decimals(agreement.iou(), 3),
              Format.decimals(agreement.iouRandom(), 3),
              Format.decimals(agreement.ami(), 3)));
    }
    Names names = new Names(patterns.trials());
    return "A  %s  %s\nB  %s  %s\n"
            .formatted(
                patterns.trials().get(0).trialId(),
                names.trial(patterns.trials().get(0)),
                patterns.trials().get(1).trialId(),
                names.trial(patterns.trials().get(1)))
        + aligned(rows, 0);
  }

  /** All trials against all: overlap above the diagonal, information below it. */
  public static String matrixText(Patterns patterns) {
    Names names = new Names(patterns.trials());
    int size = patterns.trials().size();
    String[][] cells = new String[size][size];
    for (int i = 0; i < size; i++) {
      cells[i][i] = "";
    }
    for (Patterns.Line line : patterns.lines()) {
      int i = patterns.trials().indexOf(line.first());
      int j = patterns.trials().indexOf(line.second());
      cells[i][j] = cell(line.agreement().map(Agreement::iou));
      cells[j][i] = cell(line.agreement().map(Agreement::ami));
    }
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("", "trial id", "trial"));
    patterns.trials().forEach(trial -> header.add(String.valueOf(header.size() - 2)));
    rows.add(header);
    for (int i = 0; i < size; i++) {
      TrialRow trial = patterns.trials().get(i);
      rows.add(
          Stream.concat(
                  Stream.of(
                      String.valueOf(i + 1),
                      trial.trialId(),
                      Text.elided(names.trial(trial), NAME)),
                  Stream.of(cells[i]))
              .toList());
    }
    return aligned(rows, 2)
        + "above the diagonal: intersection over union of the kept patches after the last site;"
        + " below: adjusted mutual information\n";
  }

  private static String cell(Optional<Double> value) {
    return value.map(number -> Format.decimals(number, 2)).orElse(Format.NOTHING);
  }

  /**
   * @param lastLeft last column that is aligned to the left
   */
  private static String aligned(List<List<String>> rows, int lastLeft) {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int at = column;
        int width = rows.stream().mapToInt(other -> length(other.get(at))).max().orElse(0);
        String gap = " ".repeat(width - length(row.get(column)));
        line.append(column <= lastLeft ? row.get(column) + gap : gap + row.get(column));
        line.append("  ");
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** {@code comparisons} has one object for each line; what is not comparable is null. */
  public static ObjectNode json(String runId, Patterns patterns) {
    Names names = new Names(patterns.trials());
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("run_id", runId);
    ArrayNode trials = json.putArray("trials");
    patterns
        .trials()
        .forEach(
            trial ->
                trials
                    .addObject()
                    .put("trial_id", trial.trialId())
                    .put("name", names.trial(trial)));
    ArrayNode comparisons = json.putArray("comparisons");
    for (Patterns.Line line : patterns.lines()) {
      ObjectNode object = comparisons.addObject();
      object.put("trial_a", line.first().trialId()).put("trial_b", line.second().trialId());
      line.block().ifPresentOrElse(b -> object.put("block", b), () -> object.putNull("block"));
      Column.stream(line)
          .forEach(
              column ->
                  column.value.ifPresentOrElse(
                      value -> object.put(column.name, value), () -> object.putNull(column.name)));
    }
    return json;
  }

  /** A header, then one line for each comparison; an empty block is the end. */
  public static String csv(Patterns patterns) {
    StringBuilder csv =
        new StringBuilder("trial_a,trial_b,block,images,kept_a,kept_b,iou,iou_random,ami\n");
    for (Patterns.Line line : patterns.lines()) {
      String block = line.block().isPresent() ? String.valueOf(line.block().getAsInt()) : "";
      String values =
          Column.stream(line)
              .map(column -> column.value.map(Format::number).orElse(""))
              .collect(joining(","));
      csv.append(
          "%s,%s,%s,%s\n"
              .formatted(line.first().trialId(), line.second().trialId(), block, values));
    }
    return csv.toString();
  }

  private record Column(String name, Optional<Double> value) {
    static Stream<Column> stream(Patterns.Line line) {
      Optional<Agreement> agreement = line.agreement();
      return Stream.of(
          new Column("images", agreement.map(a -> (double) a.images())),
          new Column("kept_a", agreement.map(Agreement::keptFirst)),
          new Column("kept_b", agreement.map(Agreement::keptSecond)),
          new Column("iou", agreement.map(Agreement::iou)),
          new Column("iou_random", agreement.map(Agreement::iouRandom)),
          new Column("ami", agreement.map(Agreement::ami)));
    }
  }
}
