package io.tokensweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.Fronts;
import io.tokensweep.spark.SourceRecording;
import io.tokensweep.store.LayerMeans;
import io.tokensweep.store.TrialRow;
import io.tokensweep.sweep.SweepFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Figures and tables of the papers. */
class PaperViewTest {
  private static final Path SWEEPS = Path.of("sweeps/paper");

  @Test
  void everyViewHasItsSweepAndItsLines() throws IOException {
    Set<String> views =
        Stream.of(PaperView.values()).map(PaperView::key).collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(SWEEPS)) {
      assertEquals(
          new TreeSet<>(views),
          files
              .map(file -> file.getFileName().toString().replace(".yaml", ""))
              .collect(Collectors.toCollection(TreeSet::new)));
    }
    assertEquals(new TreeSet<>(views), new TreeSet<>(PaperLine.views()));
  }

  /** Of a sweep as it stands: what the program can measure without trained weights is there. */
  @ParameterizedTest
  @EnumSource
  void theSweepMeasuresEveryLineThatItCan(PaperView view) {
    List<TrialRow> trials = planned(view);
    PaperTable table = PaperTable.of(view, Section.of(trials));
    for (PaperTable.Row row : table.rows()) {
      boolean cannot = row.line().method().isEmpty() || row.line().note().contains("needs");
      assertEquals(cannot, row.entry().isEmpty(), row.line()::toString);
    }
    assertTrue(table.standIn().orElseThrow().contains("vit_custom"));
  }

  private static List<TrialRow> planned(PaperView view) {
    Path file = SWEEPS.resolve(view.key() + ".yaml");
    return new SourceRecording(SweepFile.read(file, List.of(), Map.of()), OptionalInt.of(1))
        .trials();
  }

  @Test
  void aSweepOfAPaperIsNamedAsItsView() throws IOException {
    for (PaperView view : PaperView.values()) {
      Path file = SWEEPS.resolve(view.key() + ".yaml");
      assertEquals(view.key(), SweepFile.read(file, List.of(), Map.of()).name());
      String text = Files.readString(file);
      assertTrue(text.contains("/data/imagenet/val"), file + " says how to run it on ImageNet");
    }
  }

  @Test
  void viewsAreFoundByName() {
    assertEquals(PaperView.BAT_TABLE_3, PaperView.named("bat-table-3"));
    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> PaperView.named("bat-table-9"));
    assertTrue(refused.getMessage().contains("bat-table-9"));
    assertTrue(refused.getMessage().contains("ppt-figure-4"));
  }

  private static TrialRow trial(String method, String parameters, OptionalDouble keepRate) {
    String model = "deit_small_patch16_224";
    return method.equals("none")
        ? Trials.trial(model, 224, "d", method, parameters, keepRate)
            .measured(1000, 80, 4.6, 100, 1)
        : Trials.trial(model, 224, "d", method, parameters, keepRate)
            .measured(1000, 77.5, 2.3, 180, 0.5);
  }

  /** Printed: 79.8, 78.4 and 2.3 G, 2923 and 5325 images/s, of the EViT poster. */
  @Test
  void printedAndMeasuredStandSideBySide() {
    List<TrialRow> trials =
        List.of(
            trial("none", "{}", OptionalDouble.empty()),
            trial("evit", "{\"fuse\":false}", OptionalDouble.of(0.5)),
            trial("evit", "{\"fuse\":true}", OptionalDouble.of(0.5)));
    PaperTable table = PaperTable.of(PaperView.EVIT_KEEP_RATES, Section.of(trials));
    assertTrue(table.standIn().isEmpty());
    PaperTable.Row row =
        table.rows().stream()
            .filter(r -> r.keepRate().isPresent() && r.keepRate().getAsDouble() == 0.5)
            .findFirst()
            .orElseThrow();
    assertEquals(trials.get(1).trialId(), row.entry().orElseThrow().trial().trialId());
    assertEquals(-1.4, row.printedChange().getAsDouble(), 1e-9);
    assertEquals(-2.5, row.measuredChange().getAsDouble(), 1e-9);
    assertEquals(50, row.printedShare().getAsDouble(), 1e-9);
    assertEquals(50, row.measuredShare().getAsDouble(), 1e-9);
    assertEquals(5325 / 2923.0, row.printedSpeedUp().getAsDouble(), 1e-12);
    assertEquals(2.3, row.counted().getAsLong() / 1e9, 0.05, "DeiT-S at 0.5 in giga");
    List<String> cells = PaperCells.of(row);
    assertEquals(PaperCells.COLUMNS.size(), cells.size());
    assertTrue(
        cells.containsAll(List.of("78.4", "77.5 (74.8–80.0)", "−1.4", "−2.5", "2.3", "50.0")),
        cells::toString);
    String html = PaperSection.html(table, Evidence.NONE);
    assertTrue(html.contains("<td class=\"number printed\">78.4</td>"), html);
    assertTrue(html.contains("<td class=\"number measured\">77.5 (74.8–80.0)</td>"), html);
    assertTrue(html.contains("<svg class=\"paper-chart\""), html);
    String text = PaperSection.text(table);
    assertTrue(text.contains("78.4") && text.contains("77.5"), text);
    assertTrue(text.lines().anyMatch(line -> line.contains("0.9")), "what is lacking is listed");
  }

  @Test
  void otherParametersAreNoCounterpart() {
    List<TrialRow> trials = List.of(trial("evit", "{\"fuse\":true}", OptionalDouble.of(0.5)));
    PaperTable table = PaperTable.of(PaperView.EVIT_KEEP_RATES, Section.of(trials));
    assertTrue(table.rows().stream().allMatch(row -> row.entry().isEmpty()));
  }

  @Test
  void valuesOfBlocksAreDrawn() {
    TrialRow none = trial("none", "{}", OptionalDouble.empty());
    PaperTable table = PaperTable.of(PaperView.PPT_FIGURE_3, Section.of(List.of(none)));
    List<LayerMeans> layers =
        IntStream.range(0, 3)
            .mapToObj(
                block ->
                    new LayerMeans(
                        block,
                        197,
                        1e8,
                        OptionalDouble.of(1e-5 * (1 << block)),
                        OptionalDouble.empty(),
                        Map.of()))
            .toList();
    String html =
        PaperSection.html(table, new Evidence(Fronts.NONE, Map.of(none.trialId(), layers)));
    assertTrue(html.contains("block 2: 4.0e-05"), html);
    assertFalse(PaperSection.html(table, Evidence.NONE).contains("paper-chart"));
  }

  @Test
  void ticksAreRoundNumbersOfTheRange() {
    assertEquals(
        List.of(0.0, 20.0, 40.0, 60.0, 80.0, 100.0), PaperChart.ticks(new double[] {-3, 105}));
    List<Double> small = PaperChart.ticks(new double[] {0.5, 0.9});
    assertEquals(0.5, small.get(0), 1e-12);
    assertTrue(small.size() >= 4 && small.size() <= 8, small::toString);
  }
}
