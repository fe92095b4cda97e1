package io.tokensweep.analysis.compare;

import io.tokensweep.store.TrialRow.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Turns evidence into verdicts, with one adjustment over all that was tested. */
final class Judge {
  private static final double LEAST_BYTES = 4 << 20;

  private final Criteria criteria;

  Judge(Criteria criteria) {
    this.criteria = criteria;
  }

  /** In the order given. */
  List<Change> judge(List<Evidence> evidence) {
    int[] tested =
        IntStream.range(0, evidence.size()).filter(i -> evidence.get(i).p().isPresent()).toArray();
    double[] adjusted =
        Holm.adjusted(
            IntStream.of(tested).mapToDouble(i -> evidence.get(i).p().getAsDouble()).toArray());
    List<Change> changes = new ArrayList<>();
    int next = 0;
    for (Evidence one : evidence) {
      OptionalDouble p =
          one.p().isPresent() ? OptionalDouble.of(adjusted[next++]) : OptionalDouble.empty();
      changes.add(change(one, p, tested.length));
    }
    return changes;
  }

  private Change change(Evidence evidence, OptionalDouble adjusted, int tests) {
    Verdict verdict = verdict(evidence, adjusted);
    return new Change(
        evidence.metric(),
        evidence.base(),
        evidence.head(),
        evidence.effect(),
        evidence.p(),
        adjusted,
        verdict,
        evidence
            .sample()
            .map(
                sample ->
                    new Change.Repeated(
                        sample.repeats(),
                        sample.fewer(),
                        verdict == Verdict.UNDECIDED
                            ? OptionalInt.of(needed(evidence, sample, tests))
                            : OptionalInt.empty())));
  }

  private int needed(Evidence evidence, Evidence.Sample sample, int tests) {
    return new SessionPlan(criteria, tests)
        .needed(evidence.metric(), evidence.effect().value(), sample.deviation());
  }

  /** What Java and the allocator do besides changes the memory of a pass by some MiB. */
  private static boolean isMeasurable(Evidence evidence) {
    return evidence.metric() != Metric.MEMORY
        || Math.abs(evidence.effect().value()) / 100 * evidence.base() >= LEAST_BYTES;
  }

  private Verdict verdict(Evidence evidence, OptionalDouble adjusted) {
    Metric metric = evidence.metric();
    double effect = evidence.effect().value();
    if (evidence.isZero() && metric.kind() != Metric.Kind.SESSIONS) {
      return Verdict.IDENTICAL;
    }
    boolean sure =
        metric.kind() == Metric.Kind.EXACT
            || (adjusted.isPresent() && adjusted.getAsDouble() <= criteria.alpha());
    if (sure
        && Math.abs(effect) > 0
        && Math.abs(effect) >= criteria.minimumEffect(metric)
        && isMeasurable(evidence)) {
      return switch (metric.better()) {
        case HIGHER -> effect > 0 ? Verdict.BETTER : Verdict.WORSE;
        case LOWER -> effect < 0 ? Verdict.BETTER : Verdict.WORSE;
        case NEITHER -> Verdict.CHANGED;
      };
    }
    Interval within = evidence.equivalence();
    double margin = criteria.sameWithin(metric);
    return within.low() >= -margin && within.high() <= margin ? Verdict.SAME : Verdict.UNDECIDED;
  }
}
