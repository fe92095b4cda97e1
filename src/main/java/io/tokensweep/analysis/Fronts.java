package io.tokensweep.analysis;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.tokensweep.analysis.Front.Peers;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The fronts of a run, each of trials on the same images at the same precision; where time or
 * memory is the cost also on the same machine and measured in the same way.
 *
 * @param fronts over all methods, and of each method by itself
 * @param changes by trial id, top-1 less that of the baseline in percentage points, paired by image
 * @param leftOut what was not compared and why, a sentence each
 */
public record Fronts(List<Front> fronts, Map<String, Interval> changes, List<String> leftOut) {
  /** Resampled sets behind each probability and interval. */
  public static final int REPLICATES = 1000;

  private static final long SEED = 0;

  /** No trial was compared with another. */
  public static final Fronts NONE = new Fronts(List.of(), Map.of(), List.of());

  public Fronts {
    fronts = List.copyOf(fronts);
    changes = Map.copyOf(changes);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * Reads the predictions and timings of the trials.
   *
   * @param trials of the run, whatever their status
   * @param baseline the unreduced network of a trial
   */
  public static Fronts of(
      ResultStore store,
      Manifest manifest,
      List<TrialRow> trials,
      Function<TrialRow, Optional<TrialRow>> baseline) {
    Builder builder = new Builder(baseline);
    for (PeerTrials peers : PeerTrials.of(store, manifest, trials, REPLICATES, SEED)) {
      builder.add(peers);
    }
    return builder.result();
  }

  /** The fronts over all methods. */
  public List<Front> overall() {
    return fronts.stream().filter(front -> front.method().isEmpty()).toList();
  }

  private static final class Builder {
    private final List<Front> fronts = new ArrayList<>();
    private final Map<String, Interval> changes = new HashMap<>();
    private final List<String> leftOut = new ArrayList<>();
    private final Function<TrialRow, Optional<TrialRow>> baseline;

    Builder(Function<TrialRow, Optional<TrialRow>> baseline) {
      this.baseline = baseline;
    }

    void add(PeerTrials peers) {
      leftOut.addAll(peers.leftOut());
      for (TrialRow trial : peers.trials()) {
        baseline
            .apply(trial)
            .filter(peers.trials()::contains)
            .ifPresent(
                base -> changes.put(trial.trialId(), peers.replicates().difference(trial, base)));
      }
      for (Cost cost : Cost.values()) {
        peers
            .byConditions(cost)
            .forEach((conditions, alike) -> add(cost, conditions, alike, peers));
      }
    }

    private void add(Cost cost, Peers conditions, List<TrialRow> trials, PeerTrials peers) {
      FrontStatistics all = FrontStatistics.of(cost, trials, peers.replicates());
      fronts.add(all.front(cost, conditions, Optional.empty(), trials, all.reference()));
      trials.stream()
          .collect(groupingBy(t -> t.configuration().method(), LinkedHashMap::new, toList()))
          .forEach(
              (method, own) ->
                  fronts.add(
                      FrontStatistics.of(cost, own, peers.replicates())
                          .front(cost, conditions, Optional.of(method), own, all.reference())));
    }

    Fronts result() {
      return new Fronts(fronts, changes, leftOut);
    }
  }
}
