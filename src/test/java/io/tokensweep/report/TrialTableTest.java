package io.tokensweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TrialTableTest {
  @Test
  void columnsAlignTheFrontIsMarkedAndFailuresSayWhy() {
    List<TrialRow> all = Trials.sweep("deit_small", 224, "ab", 500);
    TrialRow failed =
        Trials.trial("deit_small", 224, "ab", "evit", "{\"fuse\":true}", OptionalDouble.of(0.05))
            .failed(Status.FAILED, "too few tokens");
    String text = TrialTable.text(List.of(all.get(0), all.get(13), all.get(15), failed));
    assertEquals(
        """
           trial   keep    top-1 %% (95 %%)    MACs  of none  images/s  trial id
        *  none       –  79.8 (76.1–83.1)  4.60 G  100.0 %%       943  %s
        *  evit     0.7  79.2 (75.4–82.5)  3.02 G   65.7 %%     1,360  %s
        *  random   0.7  75.2 (71.2–78.8)  3.00 G   65.2 %%     1,415  %s
           evit    0.05            failed       –        –         –  %s
        failed %s: too few tokens
        * on the front of accuracy against MACs; accuracy over 500 images
        """
            .formatted(
                all.get(0).trialId(),
                all.get(13).trialId(),
                all.get(15).trialId(),
                failed.trialId(),
                failed.trialId()),
        text);
  }

  @Test
  void timingsHaveATableOfTheirOwn() {
    TrialRow none =
        Trials.trial("deit_small", 224, "ab", "none", "{}", OptionalDouble.empty())
            .timed(943, 1, Optional.empty());
    TrialRow evit =
        Trials.trial("deit_small", 224, "ab", "evit", "{\"fuse\":true}", OptionalDouble.of(0.7))
            .timed(1360, 1.44, Optional.of("near the limit; times were not stable"));
    TrialRow random =
        Trials.trial("deit_small", 224, "ab", "random", "{}", OptionalDouble.of(0.7))
            .timed(1360, 1.44, Optional.of("times were not stable"));
    String text = TrialTable.text(List.of(none, evit, random));
    assertEquals(
        """
           trial   keep      images/s (95 %)     × none (95 %)  p50 ms   p90   p99   MiB
           none       –        943 (934–962)  1.00 (0.99–1.02)    4.25  5.00  7.50  96.0
        !  evit     0.7  1,360 (1,346–1,387)  1.44 (1.43–1.46)    4.25  5.00  7.50  96.0
        !  random   0.7  1,360 (1,346–1,387)  1.44 (1.43–1.46)    4.25  5.00  7.50  96.0
        p50, p90, p99: time of one image alone; MiB: memory of a forward pass
        ! 1 trial: near the limit
        ! 2 trials: times were not stable
        """,
        text.substring(text.indexOf("\n\n") + 2));
  }

  @Test
  void noLineIsWiderThanATerminalNorHoldsControlCharacters() {
    String hostile = "\u001B[31m\u202E<b>" + "long".repeat(50);
    List<TrialRow> trials = new ArrayList<>(Trials.sweep("a".repeat(80), 224, "ab", 50_000));
    trials.addAll(Trials.sweep("b".repeat(80), 288, "ab", 50_000));
    trials.add(
        Trials.trial(hostile, 224, "ab", hostile, hostile, OptionalDouble.of(0.123456789))
            .failed(Status.INVALID, hostile));
    String text = TrialTable.text(trials);
    assertTrue(text.lines().allMatch(line -> line.length() <= 110));
    assertTrue(text.chars().noneMatch(c -> c == 0x1B || c == 0x202E));
  }
}
