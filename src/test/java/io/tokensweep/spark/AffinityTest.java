package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Units go where their network is, while it is only somewhere. */
class AffinityTest {
  private static final List<String> EXECUTORS = List.of("executor_h_0", "executor_h_1");

  @Test
  void executorsThatHaveTheNetworkArePreferred() {
    Affinity affinity = new Affinity();
    assertEquals(List.of(), affinity.of("deit", Optional.empty(), EXECUTORS));
    affinity.note("deit", "executor_h_1");
    assertEquals(List.of("executor_h_1"), affinity.of("deit", Optional.empty(), EXECUTORS));
    assertEquals(List.of(), affinity.of("vit", Optional.empty(), EXECUTORS));
    affinity.note("deit", "executor_h_0");
    assertEquals(List.of(), affinity.of("deit", Optional.empty(), EXECUTORS)); // all alike
  }

  @Test
  void thoseThatLeftAreForgotten() {
    Affinity affinity = new Affinity();
    affinity.note("deit", "executor_h_0");
    assertEquals(
        List.of(), affinity.of("deit", Optional.empty(), List.of("executor_h_1", "executor_h_2")));
  }

  @Test
  void amongThemTheHostOfThePixelsIs() {
    List<String> executors = List.of("executor_a_0", "executor_a_1", "executor_b_2");
    Affinity affinity = new Affinity();
    assertEquals(
        List.of("executor_a_0", "executor_a_1"), affinity.of("deit", Optional.of("a"), executors));
    assertEquals(List.of(), affinity.of("deit", Optional.of("c"), executors));
    affinity.note("deit", "executor_a_1");
    affinity.note("deit", "executor_b_2");
    assertEquals(List.of("executor_a_1"), affinity.of("deit", Optional.of("a"), executors));
    affinity.note("vit", "executor_b_2");
    assertEquals(List.of("executor_b_2"), affinity.of("vit", Optional.of("a"), executors));
  }
}
