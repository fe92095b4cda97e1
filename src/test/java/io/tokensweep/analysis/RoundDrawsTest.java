package io.tokensweep.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.store.TimedRound;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RoundDrawsTest {
  private static List<TimedRound> rounds(String trial, int session, double... seconds) {
    List<TimedRound> rounds = new ArrayList<>();
    for (int i = 0; i < seconds.length; i++) {
      rounds.add(new TimedRound("run", trial, "unit-" + session, session, i, seconds[i]));
    }
    return rounds;
  }

  @Test
  void trialsOfOneRoundAreDrawnTogether() {
    double[] seconds = new Random(0).doubles(15).toArray();
    List<TimedRound> rounds = rounds("a", 0, seconds);
    rounds.addAll(rounds("b", 0, Arrays.stream(seconds).map(s -> 2 * s).toArray()));
    Map<String, double[]> medians = new RoundDraws(200, 0).medians(rounds, TimedRound::seconds);
    assertArrayEquals(
        Arrays.stream(medians.get("a")).map(m -> 2 * m).toArray(), medians.get("b"), 0);
    assertTrue(Arrays.stream(medians.get("a")).distinct().count() > 5);
  }

  @Test
  void sessionsAreDrawnFirst() {
    List<TimedRound> rounds = rounds("a", 0, 1, 1, 1);
    rounds.addAll(rounds("a", 1, 3, 3, 3));
    double[] medians = new RoundDraws(1000, 0).medians(rounds, TimedRound::seconds).get("a");
    // both sessions are the same one in half of the draws; the median of a mixture is 2
    assertEquals(250, Arrays.stream(medians).filter(m -> m == 1).count(), 60);
    assertEquals(500, Arrays.stream(medians).filter(m -> m == 2).count(), 70);
  }

  @Test
  void aMissingRoundIsLeftOut() {
    List<TimedRound> rounds = rounds("a", 0, 1, 1, 1, 1);
    rounds.addAll(rounds("b", 0, 5, 5));
    double[] medians = new RoundDraws(50, 3).medians(rounds, TimedRound::seconds).get("b");
    assertTrue(Arrays.stream(medians).allMatch(m -> m == 5));
  }
}
