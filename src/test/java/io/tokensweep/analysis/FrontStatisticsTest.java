package io.tokensweep.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.analysis.Front.Standing;
import io.tokensweep.analysis.FrontStatistics.Place;
import io.tokensweep.store.TrialRow.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;

class FrontStatisticsTest {
  private static FrontStatistics statistics(
      int images, int replicates, double[] costs, BitSet... correct) {
    List<long[]> macs = Arrays.stream(costs).mapToObj(cost -> new long[] {(long) cost}).toList();
    List<ImageDraws.Drawn> drawn =
        new ImageDraws(images, replicates, 0).draw(List.of(correct), macs);
    int[][] counts = new int[correct.length][replicates];
    double[][] drawnCosts = new double[correct.length][];
    for (int trial = 0; trial < correct.length; trial++) {
      drawnCosts[trial] = new double[] {costs[trial]};
      for (int b = 0; b < replicates; b++) {
        counts[trial][b] = drawn.get(b).correct()[trial];
      }
    }
    return new FrontStatistics(
        images,
        Arrays.stream(correct).mapToDouble(BitSet::cardinality).toArray(),
        costs,
        counts,
        drawnCosts);
  }

  private static BitSet range(int from, int to) {
    BitSet bits = new BitSet();
    bits.set(from, to);
    return bits;
  }

  @Test
  void countsOfDrawnImagesAreThoseOfAddingThemUp() {
    int images = 1000;
    Random random = new Random(1);
    List<BitSet> correct = new ArrayList<>();
    List<long[]> macs = new ArrayList<>();
    for (int trial = 0; trial < 5; trial++) {
      BitSet bits = new BitSet();
      random.ints(600, 0, images).forEach(bits::set);
      correct.add(bits);
      macs.add(random.longs(images, 0, 1_000_000_000L).toArray());
    }
    // one trial for each image tells how often it was drawn
    List<BitSet> single = IntStream.range(0, images).mapToObj(i -> range(i, i + 1)).toList();
    List<long[]> none = IntStream.range(0, images).mapToObj(i -> new long[1]).toList();
    List<ImageDraws.Drawn> weights = new ImageDraws(images, 20, 7).draw(single, none);
    List<ImageDraws.Drawn> drawn = new ImageDraws(images, 20, 7).draw(correct, macs);
    for (int b = 0; b < 20; b++) {
      int[] weight = weights.get(b).correct();
      assertEquals(images, Arrays.stream(weight).sum());
      for (int trial = 0; trial < 5; trial++) {
        assertEquals(
            correct.get(trial).stream().map(i -> weight[i]).sum(), drawn.get(b).correct()[trial]);
        double sum = 0;
        for (int i = 0; i < images; i++) {
          sum += (double) weight[i] * macs.get(trial)[i];
        }
        assertEquals(sum / images, drawn.get(b).macs()[trial], 1e-3); // of 5e8: rounding of fp64
      }
    }
  }

  @Test
  void aTrialThatIsRightWhereverAnotherIsDominatesItForSure() {
    List<Place> places =
        statistics(100, 500, new double[] {2, 1}, range(0, 60), range(0, 60)).places();
    assertEquals(0, places.get(0).probability());
    assertEquals(Standing.DOMINATED, places.get(0).standing());
    assertEquals(OptionalInt.of(1), places.get(0).rival());
    assertEquals(1, places.get(0).dominated());
    assertEquals(1, places.get(1).probability());
    assertTrue(places.get(1).rival().isEmpty());
  }

  @Test
  void equalTrialsAreOnTheFrontTogetherInEveryReplicate() {
    List<Place> places =
        statistics(100, 500, new double[] {1, 1}, range(0, 60), range(0, 60)).places();
    places.forEach(place -> assertEquals(1, place.probability()));
    places.forEach(place -> assertEquals(Standing.FRONT, place.standing()));
  }

  /**
   * The costlier trial is on the front where it is better. They differ on k images of which it wins
   * w: of the images drawn the number D that differ is binomial(n, k/n), and its wins are
   * binomial(D, w/k); it is better if it wins more than half of D.
   */
  @Test
  void theProbabilityOfBeingOnTheFrontIsThatOfTheBootstrap() {
    int images = 200;
    int differing = 20;
    int wins = 12;
    BitSet cheap = range(0, 120);
    BitSet dear = range(0, 120);
    cheap.set(180, 180 + differing - wins);
    dear.set(140, 140 + wins);
    BinomialDistribution drawn =
        new BinomialDistribution(null, images, (double) differing / images);
    double exact = 0;
    for (int d = 1; d <= images; d++) {
      BinomialDistribution won = new BinomialDistribution(null, d, (double) wins / differing);
      exact += drawn.probability(d) * (1 - won.cumulativeProbability(d / 2));
    }
    int replicates = 20_000;
    Place place = statistics(images, replicates, new double[] {1, 2}, cheap, dear).places().get(1);
    double error = Math.sqrt(exact * (1 - exact) / replicates);
    assertEquals(exact, place.probability(), 4 * error);
    assertEquals(1 - exact, place.dominated(), 4 * error);
    assertEquals(Standing.FRONT, place.standing());
  }

  @Test
  void aTrialThatIsWorseByChanceOnlyIsTied() {
    BitSet cheap = range(0, 61);
    BitSet dear = range(10, 70);
    Place place = statistics(100, 1000, new double[] {1, 2}, cheap, dear).places().get(1);
    assertEquals(Standing.TIED, place.standing());
    assertTrue(place.probability() > 0.2 && place.dominated() < 0.8);
  }

  @Test
  void drawnCostsDecideTooWhereTheyDiffer() {
    int[][] correct = {{50, 50, 50, 50}, {50, 50, 51, 49}};
    double[][] costs = {{1, 2, 2, 1}, {2, 1, 1, 2}};
    List<Place> places =
        new FrontStatistics(100, new double[] {50, 50}, new double[] {1, 2}, correct, costs)
            .places();
    assertEquals(0.5, places.get(0).probability());
    assertEquals(0.5, places.get(1).probability());
    assertEquals(0.5, places.get(1).dominated());
  }

  @Test
  void equalSeedsGiveEqualFronts() {
    double[] costs = {1, 2, 3};
    BitSet[] correct = {range(0, 50), range(20, 75), range(10, 66)};
    FrontStatistics first = statistics(100, 300, costs, correct);
    FrontStatistics second = statistics(100, 300, costs, correct);
    assertEquals(first.places(), second.places());
    assertEquals(first.hypervolume(3), second.hypervolume(3));
    assertEquals(first.margin(2, 1), second.margin(2, 1));
  }

  /**
   * Of a single trial at half the reference the volume is half its accuracy. Of 10,000 images it
   * loses 100, so the difference of a draw is half of minus a binomial share of one percent; 2000
   * replicates leave some 4 % of doubt about each bound.
   */
  @Test
  void theChangeOfAHypervolumeIsPairedByImage() {
    FrontStatistics before = statistics(10_000, 2000, new double[] {1}, range(0, 8000));
    FrontStatistics after = statistics(10_000, 2000, new double[] {1}, range(0, 7900));
    Interval change = after.hypervolumeOver(before, 2);
    double half = 1.96 * Math.sqrt(0.01 * 0.99 / 10_000) / 2;
    assertEquals(-0.005, change.value(), 1e-12);
    assertEquals(-0.005 - half, change.low(), 0.1 * half);
    assertEquals(-0.005 + half, change.high(), 0.1 * half);
    assertEquals(new Interval(0, 0, 0), before.hypervolumeOver(before, 2));
  }
}
