package io.tokensweep.analysis;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import io.tokensweep.analysis.Front.Peers;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.Outcomes;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Status;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trials of a run that were evaluated on the same images at the same precision, with replicates of
 * their figures.
 *
 * @param images that all of them were evaluated on, by name
 * @param machines machine class of each run that holds one of them
 * @param leftOut what is not among them and why, a sentence each
 */
record PeerTrials(
    List<TrialRow> trials,
    List<String> images,
    Map<String, String> machines,
    Replicates replicates,
    List<String> leftOut) {
  private static final int NAMED = 5;

  /** One for each data set and precision, in the order of the trials. */
  static List<PeerTrials> of(
      ResultStore store, Manifest manifest, List<TrialRow> trials, int replicates, long seed) {
    Map<String, String> machines = new HashMap<>();
    trials.stream()
        .map(TrialRow::runId)
        .distinct()
        .forEach(run -> machines.put(run, store.manifest(run).provenance().machineClass()));
    List<PeerTrials> all = new ArrayList<>();
    trials.stream()
        .filter(PeerTrials::isMeasured)
        .collect(
            groupingBy(
                t -> List.of(t.configuration().data(), t.configuration().precision()),
                LinkedHashMap::new,
                toList()))
        .values()
        .forEach(alike -> all.add(of(store, manifest, alike, machines, replicates, seed)));
    return all;
  }

  private static boolean isMeasured(TrialRow trial) {
    return trial.status() == Status.OK
        && trial.quality().filter(quality -> quality.images() > 0).isPresent();
  }

  private static PeerTrials of(
      ResultStore store,
      Manifest manifest,
      List<TrialRow> trials,
      Map<String, String> machines,
      int replicates,
      long seed) {
    Outcomes outcomes = store.outcomes(manifest, ids(trials));
    BitSet images = most(outcomes);
    List<TrialRow> same =
        trials.stream()
            .filter(t -> outcomes.byTrial().get(t.trialId()).present().equals(images))
            .toList();
    List<String> leftOut = new ArrayList<>();
    if (same.size() < trials.size()) {
      List<TrialRow> others = trials.stream().filter(trial -> !same.contains(trial)).toList();
      leftOut.add(
          "%d of %d trials were evaluated on other images than most and are on no front: %s%s"
              .formatted(
                  others.size(),
                  trials.size(),
                  ids(others).stream().limit(NAMED).collect(joining(", ")),
                  others.size() > NAMED ? ", …" : ""));
    }
    return new PeerTrials(
        same,
        images.stream().mapToObj(outcomes.images()::get).toList(),
        machines,
        new Replicates(
            same,
            same.size() < trials.size() ? store.outcomes(manifest, ids(same)) : outcomes,
            store.batchRounds(manifest, ids(same)),
            store.imageRounds(manifest, ids(same)),
            replicates,
            seed),
        leftOut);
  }

  private static List<String> ids(List<TrialRow> trials) {
    return trials.stream().map(TrialRow::trialId).toList();
  }

  /** The images that most trials have. */
  private static BitSet most(Outcomes outcomes) {
    return outcomes.byTrial().values().stream()
        .map(Outcomes.Outcome::present)
        .collect(groupingBy(present -> present, LinkedHashMap::new, counting()))
        .entrySet()
        .stream()
        .reduce((first, second) -> second.getValue() > first.getValue() ? second : first)
        .orElseThrow()
        .getKey();
  }

  /** Those that have a cost, by what must be equal for it. */
  Map<Peers, List<TrialRow>> byConditions(Cost cost) {
    return trials.stream()
        .filter(trial -> cost.of(trial).isPresent())
        .collect(groupingBy(trial -> peers(cost, trial), LinkedHashMap::new, toList()));
  }

  private Peers peers(Cost cost, TrialRow trial) {
    return new Peers(
        trial.configuration().data(),
        trial.configuration().precision(),
        cost == Cost.MACS ? "" : machines.get(trial.runId()),
        cost.conditions(trial));
  }
}
