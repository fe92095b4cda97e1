package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Bundles take about as long as a task should, on slow devices and on fast ones. */
class UnitQueueTest {
  private static Piece<Integer> piece(int index, double macs, String network) {
    return new Piece<>("unit" + index, macs, 1, network, Optional.empty(), "", index);
  }

  private static List<Piece<Integer>> pieces(int count, double macs) {
    return IntStream.range(0, count).mapToObj(i -> piece(i, macs, "network")).toList();
  }

  private static List<List<Integer>> all(UnitQueue<Integer> queue, int slots) {
    List<List<Integer>> bundles = new ArrayList<>();
    for (List<Piece<Integer>> next = queue.next(slots); !next.isEmpty(); next = queue.next(slots)) {
      bundles.add(next.stream().map(Piece::work).toList());
    }
    return bundles;
  }

  @Test
  void unitsOfHalfAMinuteGoAloneOnACore() {
    assertTrue(all(new UnitQueue<>(pieces(40, 1e12), 64), 2).stream().allMatch(b -> b.size() == 1));
  }

  @Test
  void aFastDeviceGetsManyAtOnce() {
    UnitQueue<Integer> queue = new UnitQueue<>(pieces(4000, 1e12), 64);
    Piece<Integer> first = queue.next(2).get(0);
    queue.measured(first, 0.5); // 2 T MACs a second: 20 s are 40 units
    assertEquals(40, queue.next(2).size());
  }

  @Test
  void bundlesBecomeSmallTowardsTheEnd() {
    List<List<Integer>> bundles = all(new UnitQueue<>(pieces(400, 1e9), 64), 4);
    assertEquals(25, bundles.get(0).size()); // a quarter of a slot's share
    assertEquals(1, bundles.get(bundles.size() - 1).size());
    assertEquals(
        IntStream.range(0, 400).boxed().toList(), bundles.stream().flatMap(List::stream).toList());
  }

  @Test
  void aBundleHasOneNetwork() {
    List<Piece<Integer>> pieces =
        IntStream.range(0, 40).mapToObj(i -> piece(i, 1, i < 3 ? "a" : "b")).toList();
    assertEquals(List.of(0, 1, 2), all(new UnitQueue<>(pieces, 64), 1).get(0));
  }

  @Test
  void whatFailedComesBackFirstAndAlone() {
    UnitQueue<Integer> queue = new UnitQueue<>(pieces(400, 1e9), 64);
    List<Piece<Integer>> lost = queue.next(1);
    assertTrue(lost.size() > 1);
    lost.forEach(piece -> assertEquals(1, queue.failed(piece)));
    lost.forEach(queue::again);
    for (int i = lost.size() - 1; i >= 0; i--) {
      assertEquals(List.of(lost.get(i)), queue.next(1));
    }
    assertEquals(2, queue.failed(lost.get(0)));
  }
}
