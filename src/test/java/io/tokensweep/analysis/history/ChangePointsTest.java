package io.tokensweep.analysis.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.history.ChangePoints.ChangePoint;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChangePointsTest {
  private static final Detection LOOSE = new Detection(0.05, 199, 2, 7);

  private static List<Integer> places(double[] values) {
    return new ChangePoints(Detection.USUAL).find(values).stream().map(ChangePoint::place).toList();
  }

  private static double[] noise(int n, double deviation, long seed) {
    Random random = new Random(seed);
    return DoubleStream.generate(() -> deviation * random.nextGaussian()).limit(n).toArray();
  }

  /** A level for each of as many values. */
  private static double[] levels(double[] noise, double... levels) {
    double[] values = noise.clone();
    int each = values.length / levels.length;
    for (int i = 0; i < values.length; i++) {
      values[i] += levels[Math.min(i / each, levels.length - 1)];
    }
    return values;
  }

  /** The definition, sum by sum. */
  private static double energy(double[] values, int place) {
    double[] first = Arrays.copyOf(values, place);
    double[] second = Arrays.copyOfRange(values, place, values.length);
    double n = first.length;
    double m = second.length;
    return n
        * m
        / (n + m)
        * (2 * meanDistance(first, second) - ownDistance(first) - ownDistance(second));
  }

  private static double meanDistance(double[] first, double[] second) {
    double sum = 0;
    for (double a : first) {
      for (double b : second) {
        sum += Math.abs(a - b);
      }
    }
    return sum / (first.length * second.length);
  }

  private static double ownDistance(double[] values) {
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < i; j++) {
        sum += Math.abs(values[i] - values[j]);
        pairs++;
      }
    }
    return sum / pairs;
  }

  /** Places where the side that does not begin at the edge may end. */
  private static List<Integer> ends(int n) {
    return n <= EnergySplit.MOST_FREE
        ? IntStream.rangeClosed(1, n).boxed().toList()
        : IntStream.rangeClosed(1, EnergySplit.ends(n))
            .mapToObj(part -> n * part / EnergySplit.ends(n))
            .toList();
  }

  private static double most(double[] values, int least) {
    double most = Double.NEGATIVE_INFINITY;
    int n = values.length;
    for (int end : ends(n)) {
      for (int place = least; place <= end - least; place++) {
        most = Math.max(most, energy(Arrays.copyOf(values, end), place));
        most = Math.max(most, energy(Arrays.copyOfRange(values, n - end, n), end - place));
      }
    }
    return most;
  }

  @Test
  void theBestSplitIsThatOfTheDefinition() {
    Random random = new Random(3);
    for (int n : new int[] {4, 5, 9, 17, 40, EnergySplit.MOST_FREE + 13}) {
      for (double grid : new double[] {1, 1e-9}) { // with ties, and without
        double[] values = new double[n];
        Arrays.setAll(values, i -> 1000 + grid * Math.rint(3 * random.nextGaussian() / grid));
        int least = 2 + random.nextInt(n / 2 - 1);
        EnergySplit found = EnergySplit.best(values, least);
        // sums of up to ten thousand distances, of numbers of about 1000 less their median
        assertEquals(most(values, least), found.statistic(), 1e-8);
        assertTrue(found.place() >= least && found.place() <= n - least);
      }
    }
  }

  /** Two constants that lie d apart: 2 d n m / (n + m). */
  @Test
  void ofTwoConstantsTheStatisticIsAClosedForm() {
    for (int n : new int[] {2, 5, 17}) {
      for (int m : new int[] {2, 8}) {
        double[] values = new double[n + m];
        Arrays.fill(values, n, n + m, 2.5);
        EnergySplit split = EnergySplit.best(values, 2);
        assertEquals(n, split.place());
        assertEquals(5.0 * n * m / (n + m), split.statistic(), 1e-12); // exact but for rounding
      }
    }
  }

  @Test
  void stepsAreFoundWhereTheyAre() {
    assertEquals(List.of(20), places(levels(noise(40, 0.1, 1), 0, 1)));
    assertEquals(List.of(20, 40), places(levels(noise(60, 0.1, 2), 0, 1, 0)));
    double[] excursion = noise(48, 0.3, 4);
    for (int i = 16; i < 24; i++) {
      excursion[i]++;
    }
    assertEquals(List.of(16, 24), places(excursion), "it was taken back");
    assertEquals(List.of(15, 30, 45), places(levels(noise(60, 0.1, 3), 0, 1, 3, 2)));
    assertEquals(List.of(20), places(levels(new double[40], 5, 6)), "without any noise");
  }

  @Test
  void whatHasNoStepShowsNone() {
    assertEquals(List.of(), places(new double[0]));
    for (int n = 1; n < 6; n++) {
      double[] values = noise(n, 1, n);
      assertEquals(List.of(), places(values), n + " values");
    }
    double[] constant = new double[50];
    Arrays.fill(constant, 0.1);
    assertEquals(List.of(), places(constant));
    double[] outlier = noise(40, 1, 5);
    outlier[17] = 1e6;
    assertEquals(List.of(), places(outlier), "one value is no segment");
  }

  @Test
  void equalSeedsGiveEqualResults() {
    double[] values = levels(noise(50, 1, 9), 0, 1.2);
    List<ChangePoint> first = new ChangePoints(LOOSE).find(values);
    assertEquals(first, new ChangePoints(LOOSE).find(values));
  }

  @Test
  void scaleAndPlaceOfTheValuesDoNotMatter() {
    double[] values = levels(noise(50, 1, 11), 0, 3);
    double[] other = Arrays.stream(values).map(v -> 1e6 - 1e-3 * v).toArray();
    assertEquals(places(values), places(other));
  }

  @Test
  void valuesThatAreNoneAreRefused() {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      double[] values = noise(20, 1, 1);
      values[7] = bad;
      assertThrows(
          IllegalArgumentException.class, () -> new ChangePoints(Detection.USUAL).find(values));
    }
  }

  /** All 20 orders of three zeros and three ones: two of them are as good as the observed one. */
  @Test
  void theProbabilityIsThatOfAllOrders() {
    List<ChangePoint> found =
        new ChangePoints(new Detection(0.3, 9999, 2, 1)).find(new double[] {0, 0, 0, 1, 1, 1});
    assertEquals(1, found.size());
    // four standard errors of 9999 draws
    assertEquals(2.0 / 20, found.get(0).p(), 4 * Math.sqrt(0.1 * 0.9 / 9999));
  }

  @Test
  void detectionsThatCanNotDecideAreRefused() {
    assertThrows(InvalidInputException.class, () -> new Detection(0, 199, 3, 1));
    assertThrows(InvalidInputException.class, () -> new Detection(0.01, 0, 3, 1));
    assertThrows(InvalidInputException.class, () -> new Detection(0.01, 199, 1, 1));
    String message =
        assertThrows(InvalidInputException.class, () -> new Detection(0.001, 199, 3, 1))
            .getMessage();
    assertTrue(message.contains("999"), message);
    assertEquals(1, new Detection(0.01, 199, 3, 1).mostExceeding());
    assertEquals(0, new Detection(0.01, 99, 3, 1).mostExceeding());
  }
}
