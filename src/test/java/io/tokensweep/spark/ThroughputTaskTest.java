package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ThroughputTaskTest {
  /** Each trial of two has to be first in about half of the rounds. */
  @Test
  void noTrialHasAPlaceOfItsOwn() {
    Random orders = new Random(0);
    int first = 0;
    for (int round = 0; round < 1000; round++) {
      first += ThroughputTask.shuffled(List.of(0, 1), orders).get(0) == 0 ? 1 : 0;
    }
    assertEquals(500, first, 50);
  }
}
