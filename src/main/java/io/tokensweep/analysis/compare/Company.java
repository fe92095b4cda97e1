package io.tokensweep.analysis.compare;

import io.tokensweep.analysis.compare.SideTrials.Measured;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.SessionMedians;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Chooses runs that timed a trial among the same others. In a session of few trials, of a sweep
 * that was extended or of trials that were chosen, code is less warm when each is timed, so ratios
 * of short sessions differ by that alone.
 */
final class Company {
  private final Function<Manifest, List<SessionMedians>> sessions;
  private final Set<String> apart = new HashSet<>();

  /** Runs of one trial. */
  record Runs(List<Measured> base, List<Measured> head) {}

  /**
   * @param sessions in which a run timed batches
   */
  Company(Function<Manifest, List<SessionMedians>> sessions) {
    this.sessions = sessions;
  }

  /**
   * The runs of both sides that timed the same trials together: those of which both have most
   * sessions, of as many those with more trials. All of them if no run of one side is like one of
   * the other, or if nothing is known of a side's sessions.
   */
  Runs alike(List<Measured> base, List<Measured> head) {
    Map<Set<String>, Long> before = count(base);
    Map<Set<String>, Long> after = count(head);
    if (before.isEmpty() || after.isEmpty()) {
      return new Runs(base, head);
    }
    Optional<Set<String>> common =
        before.keySet().stream()
            .filter(after::containsKey)
            .max(
                Comparator.comparingLong(
                        (Set<String> company) -> Math.min(before.get(company), after.get(company)))
                    .thenComparingInt(Set::size));
    if (common.isEmpty()) {
      apart.add(base.get(0).row().trialId());
      return new Runs(base, head);
    }
    return new Runs(in(common.get(), base), in(common.get(), head));
  }

  /** One line if trials were compared without such runs. */
  Optional<String> warning() {
    return apart.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%d of the compared trials were timed together with other trials than on the base: where sessions are short that alone makes a difference"
                .formatted(apart.size()));
  }

  private Map<Set<String>, Long> count(List<Measured> runs) {
    return runs.stream()
        .filter(run -> !timed(run).isEmpty())
        .collect(Collectors.groupingBy(this::of, Collectors.summingLong(run -> timed(run).size())));
  }

  private List<Measured> in(Set<String> company, List<Measured> runs) {
    return runs.stream().filter(run -> of(run).equals(company)).toList();
  }

  /** Trials that were timed in the sessions of this one. */
  private Set<String> of(Measured measured) {
    return timed(measured).stream()
        .flatMap(session -> session.company().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private List<SessionMedians> timed(Measured measured) {
    return TimedSessions.sessions(measured, sessions);
  }
}
