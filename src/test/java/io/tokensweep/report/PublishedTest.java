package io.tokensweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.report.Published.Paper;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PublishedTest {
  @Test
  void rowsAreReadWithTheDigitsThatArePrinted() {
    Published row = Published.all().get(76 - 1);
    assertEquals("keep rates of DeiT-S", row.table());
    assertEquals("DeiT-S", row.model());
    assertEquals("EViT", row.method());
    assertEquals("without inattentive token fusion", row.strategy());
    assertEquals(OptionalDouble.of(0.6), row.keepRate());
    assertEquals(OptionalInt.empty(), row.resolution());
    assertEquals(Optional.of(new BigDecimal("79.1")), row.top1());
    assertEquals(Optional.of(new BigDecimal("-0.7")), row.top1Delta());
    assertEquals(Optional.of(new BigDecimal("94.5")), row.top5());
    assertEquals(Optional.of(new BigDecimal("2.6")), row.macs());
    assertEquals(Optional.of(new BigDecimal("4967")), row.throughput());
    assertEquals(Optional.empty(), row.params());
  }

  @Test
  void rowsAreNumberedByTheirPlace() {
    List<Published> all = Published.all();
    assertEquals(111, all.size());
    assertEquals(
        IntStream.rangeClosed(1, all.size()).boxed().toList(),
        all.stream().map(Published::row).toList());
  }

  @Test
  void tablesOfAPaperAreComplete() {
    assertEquals(23, Published.of(Paper.BAT, "Table 1").size());
    assertEquals(22, Published.of(Paper.BAT, "Table 2").size());
    assertEquals(9, Published.of(Paper.BAT, "Table 3").size());
    assertEquals(8, Published.of(Paper.BAT, "Table 4").size());
    assertEquals(6, Published.of(Paper.EVIT, "off the shelf").size());
    assertEquals(11, Published.of(Paper.EVIT, "keep rates of DeiT-S").size());
    assertEquals(3, Published.of(Paper.EVIT, "keep rates of LV-ViT-S").size());
    assertEquals(7, Published.of(Paper.EVIT, "resolutions of DeiT-S").size());
    assertEquals(8, Published.of(Paper.EVIT, "resolutions of LV-ViT-S").size());
    assertTrue(Published.of(Paper.BAT, "Table 4").stream().allMatch(row -> row.top1().isPresent()));
  }
}
