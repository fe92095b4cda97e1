package io.tokensweep.analysis.compare;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.FrontChanges;
import io.tokensweep.analysis.compare.Comparison.Ended;
import io.tokensweep.analysis.compare.Comparison.Incomparable;
import io.tokensweep.analysis.compare.SideTrials.Measured;
import io.tokensweep.analysis.compare.SideTrials.TrialOnMachine;
import io.tokensweep.analysis.compare.TrialComparison.Flips;
import io.tokensweep.analysis.compare.TrialComparison.TokenChange;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.SessionMedians;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Throughput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares two sides of a store. */
public final class Comparer {
  private final ResultStore store;
  private final Criteria criteria;
  private final Company company;
  private final OtherWork otherWork;
  private final TimedSessions sessions;
  private final QualityComparer quality;

  private final List<Ended> broken = new ArrayList<>();
  private final List<Ended> mended = new ArrayList<>();
  private final List<Ended> failing = new ArrayList<>();
  private final List<Incomparable> incomparable = new ArrayList<>();

  private Comparer(ResultStore store, Criteria criteria) {
    this.store = store;
    this.criteria = criteria;
    this.quality = new QualityComparer(store);
    Function<Manifest, List<SessionMedians>> throughput = once(store::throughputSessions);
    this.company = new Company(throughput);
    this.otherWork = new OtherWork(throughput);
    this.sessions = new TimedSessions(throughput, once(store::latencySessions), criteria);
  }

  private static Function<Manifest, List<SessionMedians>> once(
      Function<Manifest, List<SessionMedians>> read) {
    Map<String, List<SessionMedians>> known = new HashMap<>();
    return run -> known.computeIfAbsent(run.runId(), any -> read.apply(run));
  }

  /**
   * @throws InvalidInputException if both sides have a run in common, or a file is damaged
   */
  public static Comparison compare(ResultStore store, Side base, Side head, Criteria criteria) {
    Set<String> common =
        base.runs().stream().map(Manifest::runId).collect(Collectors.toCollection(HashSet::new));
    common.retainAll(head.runs().stream().map(Manifest::runId).collect(Collectors.toSet()));
    if (!common.isEmpty()) {
      throw new InvalidInputException(
          "'%s' and '%s' have run %s in common; allowed are two sides of different runs"
              .formatted(base.name(), head.name(), common.iterator().next()));
    }
    return new Comparer(store, criteria).compare(base, head);
  }

  /** What is known of a trial ahead of the verdicts. */
  private record Draft(
      TrialOnMachine key,
      TrialRow base,
      TrialRow head,
      Optional<Flips> flips,
      Optional<TokenChange> tokens,
      List<Evidence> evidence) {}

  private Comparison compare(Side base, Side head) {
    SideTrials before = SideTrials.read(store, base);
    SideTrials after = SideTrials.read(store, head);
    quality.load(before, after);
    List<Draft> drafts =
        before.keys().stream()
            .filter(key -> !after.of(key).isEmpty())
            .flatMap(key -> draft(key, before.of(key), after.of(key)).stream())
            .toList();
    after.keys().stream()
        .filter(key -> before.of(key).isEmpty())
        .map(key -> SideTrials.newest(after.of(key)))
        .filter(row -> !row.isOk())
        .forEach(row -> failing.add(new Ended(Optional.empty(), row.row())));
    Unmatched unmatched = Unmatched.of(before, after);
    incomparable.addAll(unmatched.incomparable());
    FrontChanges fronts = quality.fronts();
    return new Comparison(
        base,
        head,
        criteria,
        judged(drafts),
        broken,
        mended,
        failing,
        unmatched.appeared().stream().filter(row -> row.status() == TrialRow.Status.OK).toList(),
        unmatched.disappeared(),
        incomparable,
        quality.noise(List.of(before, after)),
        fronts.fronts(),
        Stream.of(
                warnings(base, head).stream(),
                company.warning().stream(),
                otherWork.warning(criteria.alpha()).stream(),
                fronts.leftOut().stream())
            .flatMap(lines -> lines)
            .toList());
  }

  private List<TrialComparison> judged(List<Draft> drafts) {
    List<Change> changes =
        new Judge(criteria).judge(drafts.stream().flatMap(d -> d.evidence().stream()).toList());
    List<TrialComparison> trials = new ArrayList<>();
    int next = 0;
    for (Draft draft : drafts) {
      int end = next + draft.evidence().size();
      trials.add(
          new TrialComparison(
              draft.base(),
              draft.head(),
              draft.key().machine(),
              draft.flips(),
              draft.tokens(),
              changes.subList(next, end)));
      next = end;
    }
    return trials;
  }

  private Optional<Draft> draft(TrialOnMachine key, List<Measured> base, List<Measured> head) {
    TrialRow before = SideTrials.newest(base).row();
    TrialRow after = SideTrials.newest(head).row();
    if (!SideTrials.newest(base).isOk() || !SideTrials.newest(head).isOk()) {
      ended(SideTrials.newest(base), SideTrials.newest(head));
      return Optional.empty();
    }
    List<Evidence> evidence = new ArrayList<>();
    evidence.add(
        Evidence.counted(
            Metric.PARAMS,
            (double) before.configuration().params(),
            (double) after.configuration().params()));
    Optional<Flips> flips = quality.compare(key, base, head, evidence, incomparable);
    timing(base, head, evidence);
    Optional<TokenChange> tokens = flips.flatMap(any -> QualityComparer.tokens(base, head));
    return Optional.of(new Draft(key, before, after, flips, tokens, evidence));
  }

  private void ended(Measured base, Measured head) {
    Ended ended = new Ended(Optional.of(base.row()), head.row());
    (base.isOk() ? broken : head.isOk() ? mended : failing).add(ended);
  }

  private void timing(List<Measured> base, List<Measured> head, List<Evidence> evidence) {
    List<Measured> before = timed(base);
    List<Measured> after = timed(head);
    if (before.isEmpty() || after.isEmpty()) {
      if (before.isEmpty() != after.isEmpty()) {
        incomparable.add(
            new Incomparable(
                SideTrials.newest(head).row(), "throughput was measured on one side only"));
      }
      return;
    }
    List<List<Integer>> ways =
        Stream.concat(before.stream(), after.stream())
            .map(row -> row.row().throughput().orElseThrow())
            .map(Comparer::way)
            .distinct()
            .toList();
    if (ways.size() > 1) {
      incomparable.add(
          new Incomparable(
              SideTrials.newest(head).row(),
              "throughput: batch size and threads were "
                  + ways.stream()
                      .map(way -> "%d and %d".formatted(way.get(0), way.get(1)))
                      .collect(Collectors.joining(", "))));
      return;
    }
    Company.Runs alike = company.alike(before, after);
    otherWork.add(alike);
    if (TimedSessions.hasOneLimit(alike.base(), alike.head())) {
      incomparable.add(
          new Incomparable(
              SideTrials.newest(head).row(),
              "throughput: the arithmetic limit was measured on one side only"));
    }
    evidence.addAll(sessions.speed(alike.base(), alike.head()));
    Optional<Evidence> memory = sessions.memory(before, after);
    memory.ifPresent(evidence::add);
    if (memory.isEmpty() && (TimedSessions.tellMemory(before) || TimedSessions.tellMemory(after))) {
      incomparable.add(
          new Incomparable(
              SideTrials.newest(head).row(),
              "memory was not measured in the sessions of both sides"));
    }
  }

  private static List<Integer> way(Throughput throughput) {
    return List.of(throughput.batchSize(), throughput.threads());
  }

  private static List<Measured> timed(List<Measured> rows) {
    return rows.stream().filter(row -> row.isOk() && row.row().throughput().isPresent()).toList();
  }

  private static List<String> warnings(Side base, Side head) {
    List<String> warnings = new ArrayList<>();
    for (Side side : List.of(base, head)) {
      if (side.isDirty()) {
        warnings.add("'%s' has a run of code that differed from its commit".formatted(side.name()));
      }
    }
    if (base.commit().equals(head.commit())) {
      warnings.add("both sides are of commit " + base.commit());
    }
    return warnings;
  }
}
