package io.tokensweep.analysis;

import io.tokensweep.analysis.Front.Standing;
import io.tokensweep.analysis.FrontChange.Moved;
import io.tokensweep.analysis.FrontStatistics.Place;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The fronts of two sides next to each other. The cost is MACs: times of two sides differ by what
 * the machine did meanwhile. Equal seeds draw equal images on both sides, so replicates are paired.
 *
 * @param fronts one for each data set and precision
 * @param leftOut what was not compared and why, a sentence each
 */
public record FrontChanges(List<FrontChange> fronts, List<String> leftOut) {
  private static final long SEED = 0;

  /** No front was compared with another. */
  public static final FrontChanges NONE = new FrontChanges(List.of(), List.of());

  public FrontChanges {
    fronts = List.copyOf(fronts);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * Reads the predictions of the trials.
   *
   * @param base rows of any runs, each trial once
   * @param head rows of the same trials
   */
  public static FrontChanges of(ResultStore store, List<TrialRow> base, List<TrialRow> head) {
    Map<List<String>, PeerTrials> before = peers(store, base);
    List<FrontChange> fronts = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    peers(store, head)
        .forEach(
            (key, after) -> {
              PeerTrials old = before.get(key);
              if (old == null || !old.images().equals(after.images())) {
                leftOut.add("fronts are not compared: base and head have other images");
              } else {
                leftOut.addAll(old.leftOut());
                leftOut.addAll(after.leftOut());
                List<TrialRow> trials = common(old, after);
                if (!trials.isEmpty()) {
                  fronts.add(change(old, after, trials));
                }
              }
            });
    return new FrontChanges(fronts, leftOut.stream().distinct().toList());
  }

  private static Map<List<String>, PeerTrials> peers(ResultStore store, List<TrialRow> rows) {
    Map<List<String>, PeerTrials> peers = new LinkedHashMap<>();
    if (!rows.isEmpty()) {
      Manifest all =
          store
              .manifest(rows.get(0).runId())
              .withOnly(
                  rows.stream()
                      .map(row -> new Manifest.TrialSource(row.trialId(), row.runId()))
                      .toList());
      for (PeerTrials alike : PeerTrials.of(store, all, rows, Fronts.REPLICATES, SEED)) {
        TrialRow.Configuration one = alike.trials().get(0).configuration();
        peers.put(List.of(one.data(), one.precision()), alike);
      }
    }
    return peers;
  }

  /** Rows of the head, by MACs. */
  private static List<TrialRow> common(PeerTrials before, PeerTrials after) {
    Set<String> old = before.trials().stream().map(TrialRow::trialId).collect(Collectors.toSet());
    return after.trials().stream()
        .filter(trial -> old.contains(trial.trialId()))
        .sorted(Comparator.comparingDouble(trial -> Cost.MACS.of(trial).orElseThrow()))
        .toList();
  }

  private static FrontChange change(PeerTrials before, PeerTrials after, List<TrialRow> trials) {
    Map<String, TrialRow> old =
        before.trials().stream().collect(Collectors.toMap(TrialRow::trialId, Function.identity()));
    FrontStatistics was =
        FrontStatistics.of(
            Cost.MACS,
            trials.stream().map(trial -> old.get(trial.trialId())).toList(),
            before.replicates());
    FrontStatistics is = FrontStatistics.of(Cost.MACS, trials, after.replicates());
    double reference = Math.max(was.reference(), is.reference());
    List<Place> from = was.places();
    List<Place> to = is.places();
    return new FrontChange(
        trials.get(0).configuration().precision(),
        trials.size(),
        after.images().size(),
        moved(trials, from, to, false, true),
        moved(trials, from, to, true, false),
        moved(trials, from, to, true, true).size(),
        was.hypervolume(reference),
        is.hypervolume(reference),
        is.hypervolumeOver(was, reference));
  }

  private static List<Moved> moved(
      List<TrialRow> trials, List<Place> from, List<Place> to, boolean was, boolean is) {
    return IntStream.range(0, trials.size())
        .filter(i -> isOnFront(from.get(i)) == was && isOnFront(to.get(i)) == is)
        .mapToObj(i -> new Moved(trials.get(i), from.get(i).probability(), to.get(i).probability()))
        .toList();
  }

  private static boolean isOnFront(Place place) {
    return place.standing() == Standing.FRONT;
  }
}
