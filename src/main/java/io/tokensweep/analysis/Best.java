package io.tokensweep.analysis;

import io.tokensweep.analysis.Front.Peers;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The best trial within limits: the most accurate one, or, where only accuracy is limited, the
 * cheapest.
 *
 * @param peers what the trials have in common
 * @param candidates trials that have all figures that the limits are about
 * @param choices those within the limits as measured, the best first
 */
public record Best(Peers peers, int candidates, List<Choice> choices) {
  private static final long SEED = 0;

  public Best {
    choices = List.copyOf(choices);
  }

  /**
   * @param costs for each cost the most that is allowed, in the unit of {@link Cost}
   * @param top1 the least accuracy in percent
   * @param by what is made least where no cost is limited
   */
  public record Limits(Map<Cost, Double> costs, OptionalDouble top1, Cost by) {
    public Limits {
      costs = Map.copyOf(costs);
    }
  }

  /**
   * A trial within the limits as measured.
   *
   * @param within share of the replicates in which it is within the limits
   * @param best share of the replicates in which it is the best of those within the limits
   */
  public record Choice(TrialRow trial, double within, double best) {}

  /** One answer for each set of trials that may be compared. */
  public static List<Best> of(
      ResultStore store, Manifest manifest, List<TrialRow> trials, Limits limits) {
    List<Best> answers = new ArrayList<>();
    for (PeerTrials peers : PeerTrials.of(store, manifest, trials, Fronts.REPLICATES, SEED)) {
      strictest(peers, limits)
          .forEach(
              (conditions, alike) ->
                  answers.add(of(conditions, alike, peers.replicates(), limits)));
    }
    return answers;
  }

  /** Trials that have every cost in question, alike in what timings depend on if one is timed. */
  private static Map<Peers, List<TrialRow>> strictest(PeerTrials peers, Limits limits) {
    List<Cost> needed = new ArrayList<>(limits.costs().keySet());
    if (needed.isEmpty()) {
      needed.add(limits.by());
    }
    Cost timed = needed.stream().max(Comparator.comparing(Best::conditions)).orElse(Cost.MACS);
    Map<Peers, List<TrialRow>> alike = peers.byConditions(timed);
    alike.replaceAll(
        (conditions, trials) ->
            trials.stream()
                .filter(trial -> needed.stream().allMatch(cost -> cost.of(trial).isPresent()))
                .toList());
    alike.values().removeIf(List::isEmpty);
    return alike;
  }

  /** How much must be equal for a cost to be compared. */
  private static int conditions(Cost cost) {
    return switch (cost) {
      case MACS -> 0;
      case LATENCY -> 1;
      case THROUGHPUT, MEMORY -> 2;
    };
  }

  static Best of(Peers peers, List<TrialRow> trials, Replicates replicates, Limits limits) {
    int draws = replicates.correct(trials.get(0)).length;
    int[] within = new int[trials.size()];
    int[] best = new int[trials.size()];
    List<Map<Cost, double[]>> costs =
        trials.stream().map(trial -> drawn(trial, replicates, limits)).toList();
    for (int b = 0; b < draws; b++) {
      OptionalInt champion = OptionalInt.empty();
      for (int i = 0; i < trials.size(); i++) {
        if (isWithin(replicates, trials.get(i), costs.get(i), b, limits)) {
          within[i]++;
          if (champion.isEmpty()
              || isBetter(replicates, trials, costs, i, champion.getAsInt(), b, limits)) {
            champion = OptionalInt.of(i);
          }
        }
      }
      champion.ifPresent(i -> best[i]++);
    }
    List<Choice> choices = new ArrayList<>();
    for (int i = 0; i < trials.size(); i++) {
      if (isWithin(trials.get(i), limits)) {
        choices.add(
            new Choice(trials.get(i), (double) within[i] / draws, (double) best[i] / draws));
      }
    }
    choices.sort(
        Comparator.comparingDouble((Choice choice) -> -goodness(choice.trial(), limits))
            .thenComparingDouble(choice -> limits.by().of(choice.trial()).orElse(0)));
    return new Best(peers, trials.size(), choices);
  }

  private static Map<Cost, double[]> drawn(TrialRow trial, Replicates replicates, Limits limits) {
    Map<Cost, double[]> drawn = new EnumMap<>(Cost.class);
    for (Cost cost : Cost.values()) {
      if (limits.costs().containsKey(cost) || (cost == limits.by() && cost.of(trial).isPresent())) {
        drawn.put(cost, replicates.cost(cost, trial));
      }
    }
    return drawn;
  }

  private static double at(double[] drawn, int replicate) {
    return drawn[drawn.length == 1 ? 0 : replicate];
  }

  private static boolean isWithin(
      Replicates replicates, TrialRow trial, Map<Cost, double[]> costs, int b, Limits limits) {
    double top1 = 100.0 * replicates.correct(trial)[b] / replicates.images();
    return top1 >= limits.top1().orElse(0)
        && limits.costs().entrySet().stream()
            .allMatch(limit -> at(costs.get(limit.getKey()), b) <= limit.getValue());
  }

  private static boolean isWithin(TrialRow trial, Limits limits) {
    return trial.quality().orElseThrow().top1().value() >= limits.top1().orElse(0)
        && limits.costs().entrySet().stream()
            .allMatch(limit -> limit.getKey().of(trial).orElseThrow() <= limit.getValue());
  }

  private static boolean isBetter(
      Replicates replicates,
      List<TrialRow> trials,
      List<Map<Cost, double[]>> costs,
      int one,
      int other,
      int b,
      Limits limits) {
    Optional<double[]> first = Optional.ofNullable(costs.get(one).get(limits.by()));
    Optional<double[]> second = Optional.ofNullable(costs.get(other).get(limits.by()));
    double cheaper =
        first.isPresent() && second.isPresent() ? at(second.get(), b) - at(first.get(), b) : 0;
    int better = replicates.correct(trials.get(one))[b] - replicates.correct(trials.get(other))[b];
    return limits.costs().isEmpty()
        ? cheaper > 0 || (cheaper == 0 && better > 0)
        : better > 0 || (better == 0 && cheaper > 0);
  }

  private static double goodness(TrialRow trial, Limits limits) {
    return limits.costs().isEmpty()
        ? -limits.by().of(trial).orElseThrow()
        : trial.quality().orElseThrow().correct1();
  }
}
