package io.tokensweep.bench;

import io.tokensweep.InvalidInputException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How contestants are timed: in every round each of them once, in an order that is shuffled anew,
 * so that a machine that slows down slows all of them.
 *
 * @param warmup rounds ahead that are not counted
 * @param rounds that are counted
 * @param log for one line at the start
 */
public record Rounds(int warmup, int rounds, PrintStream log) {
  /**
   * @throws InvalidInputException if there are too few rounds for an interval
   */
  public Rounds {
    if (warmup < 0) {
      throw new InvalidInputException(
          "bench: --warmup is %d, allowed: 0 and more".formatted(warmup));
    }
    if (rounds < Estimate.LEAST_VALUES) {
      throw new InvalidInputException(
          "bench: --rounds is %d, allowed: %d and more, as fewer give no interval"
              .formatted(rounds, Estimate.LEAST_VALUES));
    }
  }

  /**
   * Times all contestants.
   *
   * @param contestants the first is the one that the others are compared with
   */
  Comparison time(String title, String unit, List<Contestant> contestants) {
    log.printf("%s: %d in turn, %d + %d rounds%n", title, contestants.size(), warmup, rounds);
    double[][] seconds = new double[contestants.size()][rounds];
    Random orders = new Random(0);
    List<Integer> order = new ArrayList<>(IntStream.range(0, contestants.size()).boxed().toList());
    for (int round = -warmup; round < rounds; round++) {
      Collections.shuffle(order, orders);
      for (int index : order) {
        double elapsed = contestants.get(index).work().seconds();
        if (round >= 0) {
          seconds[index][round] = elapsed;
        }
      }
    }
    return new Comparison(
        title,
        unit,
        IntStream.range(0, contestants.size())
            .mapToObj(i -> row(contestants.get(i), seconds[i], contestants.get(0), seconds[0]))
            .toList());
  }

  /** The ratio is taken within each round, where both met the same machine. */
  private Comparison.Row row(
      Contestant contestant, double[] seconds, Contestant first, double[] firstSeconds) {
    double[] speed = new double[rounds];
    double[] ratio = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      speed[round] = contestant.items() / seconds[round];
      ratio[round] = firstSeconds[round] / seconds[round] * contestant.items() / first.items();
    }
    return new Comparison.Row(
        contestant.name(),
        Estimate.of(speed),
        Estimate.of(ratio),
        contestant.macs(),
        contestant.macs().flatMap(own -> first.macs().map(macs -> (double) macs / own)));
  }
}
