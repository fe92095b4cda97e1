package io.tokensweep.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AgreementTest {
  @Test
  void meansOverImagesThatBothHave() {
    Map<String, int[]> first =
        Map.of(
            "a", new int[] {0, 1, -1, -1},
            "b", new int[] {0, 0, 1, 1},
            "c", new int[] {0, 1, 2, 3});
    Map<String, int[]> second = Map.of("a", new int[] {-1, 0, 1, -1}, "b", new int[] {1, 1, 0, 0});
    Agreement agreement = Agreement.of(first, second);
    assertEquals(2, agreement.images());
    assertEquals(0.75, agreement.keptFirst(), 1e-12);
    assertEquals(0.75, agreement.keptSecond(), 1e-12);
    assertEquals((1 / 3.0 + 1) / 2, agreement.iou(), 1e-12);
    // two of four: 1/6 equal, 4/6 share one, 1/6 share none; four of four: always equal
    assertEquals((1 / 6.0 + 4 / 6.0 / 3 + 1) / 2, agreement.iouRandom(), 1e-12);
    double ami = new MutualInformation(4).adjusted(first.get("a"), second.get("a"));
    assertEquals((ami + 1) / 2, agreement.ami(), 1e-12);
    assertEquals(0, Agreement.of(Map.of(), second).images());
  }

  @Test
  void expectedOverlapIsTheMeanOverAllPairsOfSets() {
    int all = 7;
    List<Integer> sets = IntStream.range(0, 1 << all).boxed().toList();
    for (int a = 0; a <= all; a++) {
      for (int b = 0; b <= all; b++) {
        int sizeA = a;
        int sizeB = b;
        int fixed = (1 << a) - 1;
        double mean =
            sets.stream()
                .filter(set -> Integer.bitCount(set) == sizeB)
                .mapToDouble(set -> SetOverlap.iou(sizeA, sizeB, Integer.bitCount(set & fixed)))
                .average()
                .orElseThrow();
        assertEquals(mean, new SetOverlap(all).expected(a, b), 1e-12);
      }
    }
  }

  @Test
  void unchangedTrialsKeepAll() {
    PatchRecord none = new PatchRecord(9, true);
    PatchRecord half = new PatchRecord(2, true);
    half.add(3, "a", new int[] {0, 1, 2, -1});
    half.add(6, "a", new int[] {0, 1, -1, -1});
    half.add(3, "b", new int[] {0, 1, 2, 3});
    half.add(6, "b", new int[] {0, 0, 1, 1});
    assertEquals(new Agreement(9, 1, 1, 1, 1, 1), Agreement.ofEnds(none, none));
    Agreement agreement = Agreement.ofEnds(none, half);
    assertEquals(2, agreement.images());
    assertEquals(1, agreement.keptFirst());
    assertEquals(0.75, agreement.keptSecond());
    assertEquals(0.75, agreement.iou(), 1e-12);
    assertEquals(0.75, agreement.iouRandom(), 1e-12);
    assertTrue(agreement.ami() < 1e-9, agreement::toString);
  }
}
