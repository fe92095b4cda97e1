package io.tokensweep.spark;

import io.tokensweep.sweep.Trial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Runs trials in turn: once each in every round, in an order that is shuffled anew, so a machine
 * that slows down slows all of them. A trial that throws is left out from then on, unless the
 * failure is none of its own.
 */
final class Rounds {
  private final List<Trial> trials;
  private final long seed;
  private final Failure failure;
  private final Random warmupOrders;
  private final Map<Trial, String> failures = new LinkedHashMap<>();
  private int stages;

  /** What a trial does in its turn. */
  interface Turn {
    void run(Trial trial, int round, int position);
  }

  /** Says why a trial threw. */
  interface Failure {
    String reason(Trial trial, Throwable thrown);
  }

  /**
   * @param seed of the orders
   */
  Rounds(List<Trial> trials, long seed, Failure failure) {
    this.trials = List.copyOf(trials);
    this.seed = seed;
    this.failure = failure;
    this.warmupOrders = orders();
  }

  /** Other orders for each stage, whatever ran before it. */
  private Random orders() {
    return new Random(31 * seed + stages++);
  }

  /** Runs rounds of all trials that have not failed. */
  void run(int rounds, Turn turn) {
    run(rounds, turn, () -> {});
  }

  /**
   * @param after called at the end of each round
   */
  void run(int rounds, Turn turn, Runnable after) {
    Random orders = orders();
    for (int round = 0; round < rounds; round++) {
      run(trials, round, orders, turn);
      after.run();
    }
  }

  /** Runs one round of some of the trials, as warm-up does. */
  void run(List<Trial> some, int round, Turn turn) {
    run(some, round, warmupOrders, turn);
  }

  private void run(List<Trial> some, int round, Random orders, Turn turn) {
    List<Trial> order = new ArrayList<>(some);
    Collections.shuffle(order, orders);
    order.removeIf(failures::containsKey);
    for (int position = 0; position < order.size(); position++) {
      Trial trial = order.get(position);
      try {
        turn.run(trial, round, position);
      } catch (RuntimeException | OutOfMemoryError e) {
        if (!FailureKind.of(e).isOfTrial()) {
          throw e;
        }
        failures.put(trial, failure.reason(trial, e));
      }
    }
  }

  /** Why the trial threw; empty if it has not. */
  String failure(Trial trial) {
    return failures.getOrDefault(trial, "");
  }
}
