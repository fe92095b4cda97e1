package io.tokensweep.store;

import io.tokensweep.store.TrialRow.Interval;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * Percentile bootstrap of medians of timed rounds (Efron 1979), in two stages where there are
 * several sessions: sessions are drawn with replacement, and in each drawn session its rounds. What
 * is compared is drawn together, so figures of one round stay together. The seed is fixed.
 */
public final class Bootstrap {
  /** Resampled sets behind each interval. */
  public static final int REPLICATES = 2000;

  private static final long SEED = 0;
  private static final double TAIL = 100 * (1 - Wilson.CONFIDENCE) / 2;

  private Bootstrap() {}

  /**
   * The median of all rounds with its 95 % interval.
   *
   * @param sessions for each session a value for each round; at least one value in all
   */
  public static Interval median(List<double[]> sessions) {
    return interval(sessions, replicate -> median(replicate.of(sessions)));
  }

  /**
   * The ratio of the medians of all rounds with its 95 % interval.
   *
   * @param numerators for each session a value for each round
   * @param denominators as {@code numerators}, of the same sessions and rounds, above 0
   * @throws IllegalArgumentException if sessions or rounds are not the same
   */
  public static Interval ratio(List<double[]> numerators, List<double[]> denominators) {
    if (!Arrays.equals(lengths(numerators), lengths(denominators))) {
      throw new IllegalArgumentException("a ratio is of values of the same rounds");
    }
    return interval(
        numerators,
        replicate -> median(replicate.of(numerators)) / median(replicate.of(denominators)));
  }

  /**
   * Percentile with linear interpolation between order statistics (type 7).
   *
   * @param percent above 0, at most 100
   */
  public static double percentile(double[] values, double percent) {
    return new Percentile()
        .withEstimationType(Percentile.EstimationType.R_7)
        .evaluate(values, percent);
  }

  /** Which session and which of its rounds each value of a replicate is. */
  @SuppressWarnings("ArrayRecordComponent") // used at once
  private record Replicate(int[] session, int[] round) {
    double[] of(List<double[]> values) {
      double[] drawn = new double[session.length];
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = values.get(session[i])[round[i]];
      }
      return drawn;
    }
  }

  private interface Statistic {
    double of(Replicate replicate);
  }

  private static Interval interval(List<double[]> sessions, Statistic statistic) {
    int[] lengths = lengths(sessions);
    if (Arrays.stream(lengths).anyMatch(length -> length == 0) || lengths.length == 0) {
      throw new IllegalArgumentException("a median needs a round in every session");
    }
    Random random = new Random(SEED);
    double[] draws = new double[REPLICATES];
    for (int i = 0; i < draws.length; i++) {
      draws[i] = statistic.of(draw(lengths, random));
    }
    return new Interval(
        statistic.of(all(lengths)), percentile(draws, TAIL), percentile(draws, 100 - TAIL));
  }

  private static Replicate draw(int[] lengths, Random random) {
    int[] sessions = new int[lengths.length];
    for (int i = 0; i < sessions.length; i++) {
      sessions[i] = lengths.length == 1 ? 0 : random.nextInt(lengths.length);
    }
    int values = Arrays.stream(sessions).map(session -> lengths[session]).sum();
    int[] session = new int[values];
    int[] round = new int[values];
    int next = 0;
    for (int drawn : sessions) {
      for (int i = 0; i < lengths[drawn]; i++) {
        session[next] = drawn;
        round[next++] = random.nextInt(lengths[drawn]);
      }
    }
    return new Replicate(session, round);
  }

  private static Replicate all(int[] lengths) {
    int values = Arrays.stream(lengths).sum();
    int[] session = new int[values];
    int[] round = new int[values];
    int next = 0;
    for (int i = 0; i < lengths.length; i++) {
      for (int j = 0; j < lengths[i]; j++) {
        session[next] = i;
        round[next++] = j;
      }
    }
    return new Replicate(session, round);
  }

  private static int[] lengths(List<double[]> sessions) {
    return sessions.stream().mapToInt(values -> values.length).toArray();
  }

  private static double median(double[] values) {
    return percentile(values, 50);
  }
}
