package io.tokensweep.analysis.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.store.PredictionColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How often code that predicts something else of a few of 10,000 images is found. */
class FlippedPredictionsTest {
  private static final int IMAGES = 10_000;
  private static final double ACCURACY = 0.8;
  private static final double IN_FIVE = 0.75;

  /** Percent of the images of which the first prediction changes. */
  private record Flips(double lost, double gained) {}

  /**
   * One trial. A lost image was right, a gained one was wrong; their losses change by about two
   * nats, those of all others by rounding.
   */
  private static List<Evidence> trial(Flips flips, Random random) {
    double[][] first = new double[2][IMAGES];
    double[][] five = new double[2][IMAGES];
    double[][] loss = new double[2][IMAGES];
    double[][] diversity = new double[2][IMAGES];
    double[] changed = new double[IMAGES];
    for (int image = 0; image < IMAGES; image++) {
      boolean right = random.nextDouble() < ACCURACY;
      boolean flips1 =
          random.nextDouble()
              < (right ? flips.lost() / ACCURACY : flips.gained() / (1 - ACCURACY)) / 100;
      changed[image] = flips1 ? 1 : 0;
      boolean is = right != flips1;
      boolean near = random.nextDouble() < IN_FIVE;
      first[0][image] = right ? 1 : 0;
      first[1][image] = is ? 1 : 0;
      five[0][image] = right || near ? 1 : 0;
      five[1][image] = is || near ? 1 : 0;
      loss[0][image] = right ? random.nextDouble() : 2 + random.nextDouble();
      loss[1][image] = loss[0][image] + 1e-7 * random.nextGaussian() + (flips1 ? (is ? -2 : 2) : 0);
      diversity[0][image] = 100 + 10 * random.nextGaussian();
      diversity[1][image] = diversity[0][image] * (1 + 1e-7 * random.nextGaussian());
    }
    return ImageEvidence.of(
            new PredictionColumns.Pair(IMAGES, changed, first, five, loss, diversity))
        .metrics();
  }

  /**
   * How often top-1 of the first of some trials is worse.
   *
   * @param others trials that are as they were, of which each comparison has some more
   */
  private static Share worse(
      Flips flips, int more, List<List<Evidence>> others, int comparisons, long seed) {
    int found = 0;
    for (int i = 0; i < comparisons; i++) {
      Random random = new Random(seed + i);
      List<Evidence> evidence = new ArrayList<>(trial(flips, random));
      for (int other = 0; other < more; other++) {
        evidence.addAll(others.get(random.nextInt(others.size())));
      }
      Change top1 = new Judge(Criteria.USUAL).judge(evidence).get(0);
      assertEquals(Metric.TOP1, top1.metric());
      found += top1.verdict() == Verdict.WORSE ? 1 : 0;
    }
    return new Share(found, comparisons);
  }

  @Test
  void halfAPercentOfTenThousandImagesGettingWorseIsFound() {
    assertEquals(new Share(20, 20), worse(new Flips(0.5, 0), 0, List.of(), 20, 1));
  }

  @Test
  void asManyGainsAsLossesAreNoRegression() {
    Share worse = worse(new Flips(0.5, 0.5), 0, List.of(), 20, 2);
    assertTrue(worse.hits() <= 3, worse::toString); // a chance of at most 5 % each
  }

  @Test
  @Tag("slow")
  void powerOfFlippedPredictions() {
    List<List<Evidence>> others = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      others.add(trial(new Flips(0, 0), new Random(-1 - i)));
    }
    System.out.println("| images lost | gained | 1 trial | 10 trials |");
    System.out.println("|--:|--:|--:|--:|");
    for (Flips flips :
        List.of(
            new Flips(0.2, 0),
            new Flips(0.5, 0),
            new Flips(1, 0),
            new Flips(0.7, 0.5),
            new Flips(1, 0.5),
            new Flips(1.5, 0.5),
            new Flips(0.1, 0.1),
            new Flips(0.25, 0.25),
            new Flips(0.5, 0.5))) {
      System.out.printf(
          "| %s %% | %s %% | %s | %s |%n",
          flips.lost(),
          flips.gained(),
          worse(flips, 0, others, 100, 100),
          worse(flips, 9, others, 100, 900));
    }
  }
}
