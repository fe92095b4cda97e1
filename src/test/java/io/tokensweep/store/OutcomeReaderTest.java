package io.tokensweep.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomeReaderTest {
  @TempDir Path folder;

  private static PredictionRow row(String trial, int image, int prediction, long macs) {
    return new PredictionRow(
        "run",
        trial,
        "images/%05d.jpg".formatted(image),
        1,
        new int[] {prediction, 5},
        new float[] {2, 1},
        0.5,
        macs,
        10,
        1,
        1);
  }

  private Path file(String name, List<PredictionRow> rows) throws IOException {
    Path file = folder.resolve(name);
    try (TableWriter<PredictionRow> table = new TableWriter<>(Tables.PREDICTIONS, file)) {
      rows.forEach(table::write);
    }
    return file;
  }

  @Test
  void imagesAreInOneOrderWhateverThatOfTheFiles() throws IOException {
    Path late =
        file("late.parquet", List.of(row("a", 2, 1, 7), row("b", 2, 0, 7), row("c", 2, 1, 7)));
    Path early =
        file(
            "early.parquet",
            List.of(row("a", 0, 0, 7), row("a", 1, 1, 7), row("b", 1, 1, 9), row("b", 0, 1, 8)));
    Outcomes.Collector collector = new Outcomes.Collector(List.of("a", "b"));
    OutcomeReader reader = new OutcomeReader(collector);
    reader.read(late, Set.of("a", "b"));
    reader.read(early, Set.of("a", "b"));
    Outcomes outcomes = collector.result();
    assertEquals(
        List.of("images/00000.jpg", "images/00001.jpg", "images/00002.jpg"), outcomes.images());
    assertEquals(Set.of("a", "b"), outcomes.byTrial().keySet());
    assertEquals(bits(1, 2), outcomes.byTrial().get("a").correct());
    assertEquals(bits(0, 1), outcomes.byTrial().get("b").correct());
    assertFalse(outcomes.byTrial().get("a").adapts());
    assertArrayEquals(new long[] {7}, outcomes.byTrial().get("a").macs());
    assertArrayEquals(new long[] {8, 9, 7}, outcomes.byTrial().get("b").macs());
  }

  /** So many names that they are not all in the dictionary of their column. */
  @Test
  void namesWithoutADictionaryAreFoundToo() throws IOException {
    int images = 60_000;
    Path file =
        file(
            "long.parquet",
            IntStream.range(0, 2 * images)
                .mapToObj(i -> row(i < images ? "a" : "b", i % images, i % 3 == 0 ? 1 : 0, 5))
                .toList());
    Outcomes.Collector collector = new Outcomes.Collector(List.of("a", "b"));
    new OutcomeReader(collector).read(file, Set.of("a", "b"));
    Outcomes outcomes = collector.result();
    assertEquals(images, outcomes.images().size());
    for (String trial : List.of("a", "b")) {
      assertEquals(images, outcomes.byTrial().get(trial).present().cardinality());
    }
    BitSet right = outcomes.byTrial().get("a").correct();
    assertTrue(IntStream.range(0, images).allMatch(i -> right.get(i) == (i % 3 == 0)));
  }

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    IntStream.of(set).forEach(bits::set);
    return bits;
  }
}
