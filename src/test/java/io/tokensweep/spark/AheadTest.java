package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AheadTest {
  @Test
  void everyItemIsUsedOnceInOrder() {
    List<Integer> used = new ArrayList<>();
    Ahead.forEach(List.of(1, 2, 3, 4), item -> 10 * item, used::add);
    assertEquals(List.of(10, 20, 30, 40), used);
    Ahead.forEach(List.of(), item -> item, item -> used.add(0));
    assertEquals(4, used.size());
  }

  @Test
  void theNextItemLoadsWhileOneIsUsed() {
    CountDownLatch secondLoads = new CountDownLatch(1);
    Ahead.forEach(
        List.of(1, 2),
        item -> {
          if (item == 2) {
            secondLoads.countDown();
          }
          return item;
        },
        item -> {
          if (item == 1) {
            assertTrue(await(secondLoads), "the second was not loaded during use of the first");
          }
        });
  }

  @Test
  void noMoreThanOneItemIsLoadedAhead() {
    AtomicInteger alive = new AtomicInteger();
    Ahead.forEach(
        List.of(1, 2, 3, 4, 5, 6),
        item -> {
          assertTrue(alive.incrementAndGet() <= 2);
          return item;
        },
        item -> alive.decrementAndGet());
  }

  @Test
  void failuresArriveAsTheyWereThrownAndNoThreadIsLeft() {
    IllegalStateException failure = new IllegalStateException("broken");
    assertSame(
        failure,
        assertThrows(
            IllegalStateException.class,
            () ->
                Ahead.forEach(
                    List.of(1, 2, 3),
                    item -> {
                      if (item == 3) {
                        throw failure;
                      }
                      return item;
                    },
                    item -> {})));
    assertSame(
        failure,
        assertThrows(
            IllegalStateException.class,
            () ->
                Ahead.forEach(
                    List.of(1, 2),
                    item -> item,
                    item -> {
                      throw failure;
                    })));
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.isAlive() && thread.getName().equals("load-ahead")));
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
