package io.tokensweep.report;

import io.tokensweep.analysis.Cost;
import io.tokensweep.analysis.Front;
import io.tokensweep.analysis.Front.Placed;
import io.tokensweep.analysis.Fronts;
import io.tokensweep.store.LayerMeans;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Interval;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What predictions, timings and layers say about the trials beyond their own rows. */
public final class Evidence {
  /** Nothing but the rows of the trials is known. */
  public static final Evidence NONE = new Evidence(Fronts.NONE, Map.of());

  private final Fronts fronts;
  private final Map<String, List<LayerMeans>> layers;
  private final Map<Cost, Map<String, Placed>> placed = new EnumMap<>(Cost.class);

  /**
   * @param layers by trial id
   */
  public Evidence(Fronts fronts, Map<String, List<LayerMeans>> layers) {
    this.fronts = fronts;
    this.layers = Map.copyOf(layers);
    for (Front front : fronts.overall()) {
      Map<String, Placed> ofCost = placed.computeIfAbsent(front.cost(), any -> new HashMap<>());
      front.trials().forEach(each -> ofCost.put(each.trial().trialId(), each));
    }
  }

  /**
   * Reads the predictions, timings and layers of a run.
   *
   * @param trials of the run, whatever their status
   */
  public static Evidence of(ResultStore store, Manifest manifest, List<TrialRow> trials) {
    return new Evidence(
        Fronts.of(store, manifest, trials, Section.baselines(trials)),
        store.layers(manifest, trials.stream().map(TrialRow::trialId).toList()));
  }

  /** The fronts over all methods on some data, by cost and what the trials have in common. */
  List<Front> fronts(String data) {
    return fronts.overall().stream().filter(front -> front.peers().data().equals(data)).toList();
  }

  /** The fronts of single methods against MACs on some data. */
  List<Front> methods(String data) {
    return fronts.fronts().stream()
        .filter(front -> front.method().isPresent() && front.cost() == Cost.MACS)
        .filter(front -> front.peers().data().equals(data))
        .toList();
  }

  /** What was not compared and why. */
  List<String> leftOut() {
    return fronts.leftOut();
  }

  /** Where a trial stands among those that it may be compared with. */
  Optional<Placed> placed(Cost cost, TrialRow trial) {
    return Optional.ofNullable(placed.getOrDefault(cost, Map.of()).get(trial.trialId()));
  }

  /** Top-1 less that of the baseline, percentage points. */
  Optional<Interval> change(TrialRow trial) {
    return Optional.ofNullable(fronts.changes().get(trial.trialId()));
  }

  /** Block by block; empty if nothing is known. */
  List<LayerMeans> layers(TrialRow trial) {
    return layers.getOrDefault(trial.trialId(), List.of());
  }
}
