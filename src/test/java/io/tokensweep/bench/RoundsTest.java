package io.tokensweep.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private final List<String> calls = new ArrayList<>();

  @Test
  void everyRoundHasEveryContestantOnceInAnOrderThatChanges() {
    time(4, 20, contestant("a", 10, 1, 0), contestant("b", 10, 1, 0), contestant("c", 10, 1, 0));
    assertEquals(3 * 24, calls.size());
    Set<List<String>> orders = new HashSet<>();
    for (int round = 0; round < 24; round++) {
      List<String> order = calls.subList(3 * round, 3 * round + 3);
      assertEquals(Set.of("a", "b", "c"), Set.copyOf(order));
      orders.add(List.copyOf(order));
    }
    assertTrue(orders.size() > 3, orders::toString);
  }

  /** A machine that gets slower from round to round does not change what is compared. */
  @Test
  void ratioIsTakenWithinRounds() {
    List<Comparison.Row> rows =
        time(0, 9, contestant("slow", 10, 2, 0.5), contestant("fast", 10, 1, 0.25)).rows();
    assertEquals(new Estimate(1, 1, 1), rows.get(0).ratio());
    assertEquals(new Estimate(2, 2, 2), rows.get(1).ratio());
    assertTrue(rows.get(1).speed().low() < rows.get(1).speed().high());
  }

  @Test
  void speedCountsItemsAndMacsAreComparedWithTheFirst() {
    Contestant whole = new Contestant("whole", () -> 2, 4, Optional.of(300L));
    Contestant half = new Contestant("half", () -> 1, 8, Optional.of(200L));
    List<Comparison.Row> rows = time(0, 6, whole, half).rows();
    assertEquals(2, rows.get(0).speed().median());
    assertEquals(8, rows.get(1).speed().median());
    assertEquals(4, rows.get(1).ratio().median());
    assertEquals(Optional.of(1.5), rows.get(1).macsRatio());
  }

  private Comparison time(int warmup, int rounds, Contestant... contestants) {
    PrintStream log = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new Rounds(warmup, rounds, log).time("test", "items/s", List.of(contestants));
  }

  /** Each call takes longer than the one before by {@code more} seconds. */
  private Contestant contestant(String name, int items, double seconds, double more) {
    double[] next = {seconds};
    return new Contestant(
        name,
        () -> {
          calls.add(name);
          double now = next[0];
          next[0] += more;
          return now;
        },
        items,
        Optional.empty());
  }
}
