package io.tokensweep.analysis;

import io.tokensweep.store.TimedRound;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A bootstrap over timed rounds, in two stages where there are several sessions: sessions are drawn
 * with replacement, and in each drawn session its rounds. Trials that were timed in the same rounds
 * are drawn together.
 */
final class RoundDraws {
  private final int replicates;
  private final long seed;

  RoundDraws(int replicates, long seed) {
    this.replicates = replicates;
    this.seed = seed;
  }

  /** What was timed together. */
  private static final class Together {
    /** Rounds of each session. */
    private final Map<Integer, TreeSet<Integer>> rounds = new TreeMap<>();

    private final Map<String, Map<List<Integer>, Double>> values = new TreeMap<>();

    void add(TimedRound round, double value) {
      rounds.computeIfAbsent(round.session(), any -> new TreeSet<>()).add(round.round());
      values
          .computeIfAbsent(round.trialId(), any -> new HashMap<>())
          .put(List.of(round.session(), round.round()), value);
    }
  }

  /**
   * The median of each trial in each replicate.
   *
   * @param value of a round
   * @return by trial id; trials without a round have none
   */
  Map<String, double[]> medians(List<TimedRound> rounds, ToDoubleFunction<TimedRound> value) {
    Map<String, Integer> firstSession = new HashMap<>();
    rounds.forEach(
        round -> firstSession.merge(round.trialId(), round.session(), (a, b) -> Math.min(a, b)));
    Map<String, String> unit = new HashMap<>();
    rounds.stream()
        .filter(round -> firstSession.get(round.trialId()) == round.session())
        .forEach(round -> unit.put(round.trialId(), round.runId() + "/" + round.unitId()));
    Map<String, Together> units = new TreeMap<>();
    rounds.forEach(
        round ->
            units
                .computeIfAbsent(unit.get(round.trialId()), any -> new Together())
                .add(round, value.applyAsDouble(round)));
    Map<String, double[]> medians = new HashMap<>();
    SplittableRandom root = new SplittableRandom(seed);
    units.values().forEach(together -> draw(together, root.split(), medians));
    return medians;
  }

  private void draw(Together together, SplittableRandom random, Map<String, double[]> medians) {
    List<Integer> sessions = List.copyOf(together.rounds.keySet());
    int[][] rounds =
        together.rounds.values().stream()
            .map(each -> each.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new);
    Map<String, double[][]> values = new TreeMap<>();
    together.values.forEach(
        (trial, byRound) -> values.put(trial, table(sessions, rounds, byRound)));
    values.keySet().forEach(trial -> medians.put(trial, new double[replicates]));
    for (int replicate = 0; replicate < replicates; replicate++) {
      int[] drawnSessions = new int[rounds.length];
      int[][] drawnRounds = new int[rounds.length][];
      for (int i = 0; i < rounds.length; i++) {
        int session = rounds.length == 1 ? 0 : random.nextInt(rounds.length);
        drawnSessions[i] = session;
        drawnRounds[i] = random.ints(rounds[session].length, 0, rounds[session].length).toArray();
      }
      int at = replicate;
      values.forEach(
          (trial, table) ->
              medians.get(trial)[at] =
                  median(table, drawnSessions, drawnRounds)
                      .orElseGet(
                          () -> median(Arrays.stream(table).flatMapToDouble(Arrays::stream))));
    }
  }

  /** NaN where a trial lacks a round. */
  private static double[][] table(
      List<Integer> sessions, int[][] rounds, Map<List<Integer>, Double> byRound) {
    double[][] table = new double[rounds.length][];
    for (int session = 0; session < rounds.length; session++) {
      int name = sessions.get(session);
      table[session] =
          Arrays.stream(rounds[session])
              .mapToDouble(round -> byRound.getOrDefault(List.of(name, round), Double.NaN))
              .toArray();
    }
    return table;
  }

  /** Empty if the trial has none of these rounds. */
  private static OptionalDouble median(double[][] table, int[] sessions, int[][] rounds) {
    DoubleStream drawn =
        IntStream.range(0, sessions.length)
            .boxed()
            .flatMapToDouble(
                i -> Arrays.stream(rounds[i]).mapToDouble(round -> table[sessions[i]][round]));
    double median = median(drawn);
    return Double.isNaN(median) ? OptionalDouble.empty() : OptionalDouble.of(median);
  }

  private static double median(DoubleStream values) {
    double[] known = values.filter(value -> !Double.isNaN(value)).sorted().toArray();
    return known.length == 0
        ? Double.NaN
        : (known[(known.length - 1) / 2] + known[known.length / 2]) / 2;
  }
}
