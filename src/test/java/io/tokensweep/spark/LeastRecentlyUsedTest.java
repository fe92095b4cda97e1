package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is loaded stays while it fits, and as long as it is used. */
class LeastRecentlyUsedTest {
  private final List<String> made = new ArrayList<>();
  private final List<String> dropped = new ArrayList<>();
  private final LeastRecentlyUsed<String, String> kept =
      new LeastRecentlyUsed<>(value -> 10, dropped::add);

  private LeastRecentlyUsed.Lease<String> lease(String key) {
    return kept.lease(
        key,
        20,
        () -> {
          made.add(key);
          return key;
        });
  }

  @Test
  void theOneUnusedLongestGoes() {
    lease("a").close();
    lease("b").close();
    lease("a").close();
    lease("c").close();
    assertEquals(List.of("b"), dropped);
    lease("a").close();
    assertEquals(List.of("a", "b", "c"), made);
    lease("b").close();
    assertEquals(List.of("a", "b", "c", "b"), made);
  }

  @Test
  void whatIsInUseStaysHoweverLarge() {
    try (LeastRecentlyUsed.Lease<String> a = lease("a");
        LeastRecentlyUsed.Lease<String> b = lease("b");
        LeastRecentlyUsed.Lease<String> c = lease("c")) {
      assertEquals(List.of(), dropped);
      assertEquals("abc", a.value() + b.value() + c.value());
    }
    assertEquals(1, dropped.size());
  }

  @Test
  void aFailureLeavesNothing() {
    assertThrows(
        IllegalStateException.class,
        () ->
            kept.lease(
                "a",
                20,
                () -> {
                  throw new IllegalStateException("no weights");
                }));
    lease("a").close();
    assertEquals(List.of("a"), made);
  }

  @Test
  void tasksThatWantTheSameWaitForOne() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(threads.submit(() -> kept.lease("same", 20, () -> "x" + loads.incrementAndGet())));
    }
    for (Future<?> one : all) {
      one.get();
    }
    threads.shutdown();
    assertEquals(1, loads.get());
  }
}
