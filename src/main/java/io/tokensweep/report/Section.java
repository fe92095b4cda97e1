package io.tokensweep.report;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.tokensweep.analysis.Pareto;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Configuration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The trials on one data set: only these are compared with each other.
 *
 * @param data SHA-256 of the data set's identity
 * @param entries in the order given
 * @param evidence about all trials of the report
 */
record Section(String data, Names names, List<Entry> entries, Evidence evidence) {

  static List<Section> of(List<TrialRow> trials) {
    return of(trials, Evidence.NONE);
  }

  static List<Section> of(List<TrialRow> trials, Evidence evidence) {
    return trials.stream()
        .collect(
            groupingBy(
                trial -> trial.configuration().data(),
                LinkedHashMap::new,
                collectingAndThen(toList(), alike -> compare(alike, evidence))))
        .values()
        .stream()
        .toList();
  }

  private static Section compare(List<TrialRow> trials, Evidence evidence) {
    Names names = new Names(trials);
    IdentityHashMap<TrialRow, Pareto.Placing<TrialRow>> placings = new IdentityHashMap<>();
    trials.stream()
        .filter(trial -> Entry.comparable(trial).isPresent())
        .collect(groupingBy(trial -> trial.configuration().precision()))
        .values()
        .forEach(
            alike ->
                Pareto.place(
                        alike,
                        trial -> Entry.comparable(trial).orElseThrow().macs(),
                        trial -> Entry.comparable(trial).orElseThrow().top1().value())
                    .forEach(placing -> placings.put(placing.item(), placing)));
    Function<TrialRow, Optional<TrialRow>> baselines = baselines(trials);
    List<Entry> entries = new ArrayList<>();
    for (TrialRow trial : trials) {
      entries.add(
          new Entry(
              trial,
              names.trial(trial),
              names.series(trial),
              baselines.apply(trial),
              Optional.ofNullable(placings.get(trial))));
    }
    return new Section(trials.get(0).configuration().data(), names, List.copyOf(entries), evidence);
  }

  /** Finds the baseline of each of some trials among them. */
  static Function<TrialRow, Optional<TrialRow>> baselines(List<TrialRow> trials) {
    Map<List<Object>, List<TrialRow>> byNetwork =
        trials.stream()
            .filter(trial -> Entry.isBaseline(trial) && trial.status() == TrialRow.Status.OK)
            .collect(groupingBy(trial -> List.of(trial.configuration().data(), network(trial))));
    return trial ->
        baseline(
            trial,
            byNetwork.getOrDefault(
                List.of(trial.configuration().data(), network(trial)), List.of()));
  }

  /** The same network without reduction, of the same run if there is one. */
  private static Optional<TrialRow> baseline(TrialRow trial, List<TrialRow> candidates) {
    return candidates.stream()
        .filter(other -> other.runId().equals(trial.runId()))
        .findFirst()
        .or(() -> candidates.stream().findFirst());
  }

  /** What trials have to have in common for one to be the baseline of another. */
  static List<Object> network(TrialRow trial) {
    Configuration c = trial.configuration();
    return List.of(
        c.model(),
        c.checkpoint(),
        c.modules(),
        c.transform(),
        c.positionEmbedding(),
        c.resolution(),
        c.precision());
  }

  long onFront() {
    return entries.stream().filter(Entry::onFront).count();
  }

  List<Entry> measured() {
    return entries.stream().filter(entry -> entry.quality().isPresent()).toList();
  }
}
