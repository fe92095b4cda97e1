package io.tokensweep.analysis.compare;

import io.tokensweep.analysis.compare.Comparison.Incomparable;
import io.tokensweep.analysis.compare.SideTrials.TrialOnMachine;
import io.tokensweep.store.TrialRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What of two sides has nothing beside it on the other.
 *
 * @param appeared on the head only
 * @param disappeared from the head
 * @param incomparable what differs in something else than a sweep file names, and in what
 */
record Unmatched(
    List<TrialRow> appeared, List<TrialRow> disappeared, List<Incomparable> incomparable) {

  static Unmatched of(SideTrials before, SideTrials after) {
    List<TrialRow> appeared = unmatched(after, before);
    List<TrialRow> disappeared = unmatched(before, after);
    List<Incomparable> incomparable = explain(before, after, appeared, disappeared);
    return new Unmatched(appeared, disappeared, incomparable);
  }

  /** Trials of one side that the other does not have on any machine. */
  private static List<TrialRow> unmatched(SideTrials side, SideTrials other) {
    Set<String> known = other.newest().keySet();
    return side.newest().entrySet().stream()
        .filter(entry -> !known.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** Says what keeps trials apart that are the same in everything that a sweep file names. */
  private static List<Incomparable> explain(
      SideTrials before, SideTrials after, List<TrialRow> appeared, List<TrialRow> disappeared) {
    List<Incomparable> incomparable = new ArrayList<>();
    for (TrialOnMachine key : before.keys()) {
      Set<String> machines =
          after.keys().stream()
              .filter(other -> other.trialId().equals(key.trialId()))
              .map(TrialOnMachine::machine)
              .collect(Collectors.toSet());
      if (!machines.isEmpty() && !machines.contains(key.machine())) {
        incomparable.add(
            new Incomparable(
                SideTrials.newest(before.of(key)).row(),
                "machine class '%s' and '%s'"
                    .formatted(key.machine(), String.join("', '", machines))));
      }
    }
    for (TrialRow gone : List.copyOf(disappeared)) {
      appeared.stream()
          .filter(come -> named(come).equals(named(gone)))
          .findFirst()
          .ifPresent(
              come -> {
                incomparable.add(new Incomparable(come, "different " + differences(gone, come)));
                appeared.remove(come);
                disappeared.remove(gone);
              });
    }
    return incomparable;
  }

  private static List<Object> named(TrialRow row) {
    TrialRow.Configuration c = row.configuration();
    return Arrays.asList(
        c.model(),
        c.method(),
        c.parameters(),
        c.keepRate(),
        c.resolution(),
        c.precision(),
        c.sites());
  }

  private static String differences(TrialRow base, TrialRow head) {
    TrialRow.Configuration a = base.configuration();
    TrialRow.Configuration b = head.configuration();
    Map<String, Boolean> same = new LinkedHashMap<>();
    same.put("data set", a.data().equals(b.data()));
    same.put("checkpoint", a.checkpoint().equals(b.checkpoint()));
    same.put("weights of methods", Objects.equals(a.modules(), b.modules()));
    same.put("transform", a.transform().equals(b.transform()));
    same.put("position embedding", a.positionEmbedding().equals(b.positionEmbedding()));
    String named =
        same.entrySet().stream()
            .filter(entry -> !entry.getValue())
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(" and "));
    return named.isEmpty() ? "shape of the network" : named;
  }
}
