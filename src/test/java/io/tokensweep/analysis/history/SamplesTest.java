package io.tokensweep.analysis.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tokensweep.analysis.history.Samples.AtCommit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {
  private static List<AtCommit> commits(Samples samples) {
    List<AtCommit> commits = new ArrayList<>();
    samples.forEachCommit(commits::add);
    return commits;
  }

  @Test
  void commitsComeAlongTheLineAndValuesInTheOrderOfRuns() {
    Samples samples = new Samples();
    samples.add(7, 3, 0, 30);
    samples.add(2, 1, 0, 11);
    samples.add(7, 2, 0, 20);
    samples.add(2, 1, 0, 12);
    samples.add(7, 4, 0, Double.NaN);
    List<AtCommit> commits = commits(samples);
    assertEquals(2, commits.get(0).place());
    assertArrayEquals(new double[] {11, 12}, commits.get(0).values());
    assertEquals(1, commits.get(0).runs());
    assertEquals(7, commits.get(1).place());
    assertArrayEquals(new double[] {20, 30}, commits.get(1).values());
    assertEquals(2, commits.get(1).runs());
  }

  @Test
  void ofACommitOnlyWhatWasTimedTogetherWithMostTrialsCounts() {
    Samples samples = new Samples();
    samples.add(1, 1, 9, 10);
    samples.add(1, 2, 2, 20);
    samples.add(1, 3, 9, 30);
    samples.add(2, 4, 2, 40);
    List<AtCommit> commits = commits(samples);
    assertArrayEquals(new double[] {10, 30}, commits.get(0).values());
    assertEquals(2, commits.get(0).runs());
    assertArrayEquals(new double[] {40}, commits.get(1).values(), "fewer are all that there is");
  }
}
