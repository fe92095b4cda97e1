package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopKTest {
  private static final Architecture DEIT_SMALL =
      new Architecture("deit_small_patch16_224", 224, 16, 384, 12, 6, 1536, 1000, Design.VIT);

  private static String counts(String method, double keepRate, Map<String, Object> given) {
    List<String> counts = new ArrayList<>();
    TokenCount count = TokenCount.exactly(196);
    for (Reduction reduction :
        MethodCalls.sites(method, DEIT_SMALL, keepRate, List.of(3, 6, 9), given).values()) {
      count = reduction.after(count);
      counts.add(String.valueOf(count.most()));
    }
    return String.join(" ", counts);
  }

  /** methods.md, table 8.5, last column. */
  @ParameterizedTest
  @CsvSource({
    "0.9, 176 158 142, 177 159 143",
    "0.8, 156 125 100, 157 126 101",
    "0.7, 137 96 67, 138 97 68",
    "0.6, 117 70 42, 118 71 43",
    "0.5, 98 49 24, 99 50 25",
    "0.4, 78 31 12, 79 32 13",
    "0.3, 58 17 5, 59 18 6",
    "0.2, 39 7 1, 40 8 2"
  })
  void countsAreThoseOfTokenReduction(double keepRate, String dropping, String fusing) {
    assertEquals(dropping, counts("topk", keepRate, Map.of()));
    assertEquals(fusing, counts("evit", keepRate, Map.of("counts", "floor_absolute")));
  }

  @Test
  void atLeastOnePatchIsKept() {
    assertEquals("19 1 1", counts("topk", 0.1, Map.of()));
  }

  @Test
  void withEvitsCountsItIsEvitWithoutFusing() {
    assertEquals(
        MethodCalls.sites("evit", DEIT_SMALL, 0.7, List.of(3, 6), Map.of("fuse", false)),
        MethodCalls.sites(
            "topk", DEIT_SMALL, 0.7, List.of(3, 6), Map.of("counts", "ceil_current")));
  }
}
