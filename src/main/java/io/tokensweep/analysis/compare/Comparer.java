package io.tokensweep.analysis.compare;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.compare.Comparison.Ended;
import io.tokensweep.analysis.compare.Comparison.Incomparable;
import io.tokensweep.analysis.compare.Comparison.Noise;
import io.tokensweep.analysis.compare.SideTrials.Measured;
import io.tokensweep.analysis.compare.SideTrials.TrialOnMachine;
import io.tokensweep.analysis.compare.TrialComparison.Flips;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.PredictionColumns;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Quality;
import io.tokensweep.store.TrialRow.Throughput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares two sides of a store. */
public final class Comparer {
  private final ResultStore store;
  private final Criteria criteria;
  private final TimedSessions sessions;
  private final Map<String, PredictionColumns> predictions = new HashMap<>();

  private final List<Ended> broken = new ArrayList<>();
  private final List<Ended> mended = new ArrayList<>();
  private final List<Ended> failing = new ArrayList<>();
  private final List<Incomparable> incomparable = new ArrayList<>();

  private Comparer(ResultStore store, Criteria criteria) {
    this.store = store;
    this.criteria = criteria;
    this.sessions = new TimedSessions(store, criteria);
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
      List<Evidence> evidence) {}

  private Comparison compare(Side base, Side head) {
    SideTrials before = SideTrials.read(store, base);
    SideTrials after = SideTrials.read(store, head);
    loadPredictions(before, after);
    List<Draft> drafts =
        before.keys().stream()
            .filter(key -> !after.of(key).isEmpty())
            .flatMap(key -> draft(key, before.of(key), after.of(key)).stream())
            .toList();
    List<TrialRow> appeared = unmatched(after, before);
    List<TrialRow> disappeared = unmatched(before, after);
    explain(before, after, appeared, disappeared);
    return new Comparison(
        base,
        head,
        criteria,
        judged(drafts),
        broken,
        mended,
        failing,
        appeared,
        disappeared,
        incomparable,
        noise(Stream.of(before, after)),
        warnings(base, head));
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
              changes.subList(next, end)));
      next = end;
    }
    return trials;
  }

  private Optional<Draft> draft(TrialOnMachine key, List<Measured> base, List<Measured> head) {
    TrialRow before = newest(base).row();
    TrialRow after = newest(head).row();
    if (!newest(base).isOk() || !newest(head).isOk()) {
      ended(newest(base), newest(head));
      return Optional.empty();
    }
    List<Evidence> evidence = new ArrayList<>();
    evidence.add(
        Evidence.counted(
            Metric.PARAMS,
            (double) before.configuration().params(),
            (double) after.configuration().params()));
    Optional<Flips> flips = quality(base, head, evidence);
    timing(base, head, evidence);
    return Optional.of(new Draft(key, before, after, flips, evidence));
  }

  private void ended(Measured base, Measured head) {
    Ended ended = new Ended(base.row(), head.row());
    (base.isOk() ? broken : head.isOk() ? mended : failing).add(ended);
  }

  private static Measured newest(List<Measured> rows) {
    return rows.get(rows.size() - 1);
  }

  private static Optional<Measured> newestQuality(List<Measured> rows) {
    return rows.stream()
        .filter(row -> row.isOk() && row.row().quality().isPresent())
        .reduce((first, second) -> second);
  }

  private Optional<Flips> quality(
      List<Measured> base, List<Measured> head, List<Evidence> evidence) {
    Optional<Measured> first = newestQuality(base);
    Optional<Measured> second = newestQuality(head);
    if (first.isEmpty() || second.isEmpty()) {
      if (first.isPresent() != second.isPresent()) {
        incomparable.add(
            new Incomparable(newest(head).row(), "quality was measured on one side only"));
      }
      return Optional.empty();
    }
    Quality before = first.get().row().quality().orElseThrow();
    Quality after = second.get().row().quality().orElseThrow();
    if (before.batchSize() != after.batchSize()) {
      incomparable.add(
          new Incomparable(
              second.get().row(),
              "quality: batch size %d and %d".formatted(before.batchSize(), after.batchSize())));
      return Optional.empty();
    }
    evidence.add(Evidence.counted(Metric.MACS, (double) before.macs(), (double) after.macs()));
    if (equal(before, after)) {
      evidence.addAll(identical(after));
      return Optional.of(new Flips(after.images(), 0, new McNemar(0, 0)));
    }
    ImageEvidence images =
        ImageEvidence.of(pair(first.get(), second.get(), second.get().row().trialId()));
    evidence.addAll(images.metrics());
    return Optional.of(new Flips(images.images(), images.changed(), images.top1()));
  }

  /** Equal digests say that first predictions are; the rest follows from equal sums. */
  private static boolean equal(Quality before, Quality after) {
    return before.predictionDigest().equals(after.predictionDigest())
        && before.images() == after.images()
        && before.correct5() == after.correct5()
        && before.loss() == after.loss()
        && before.diversity().equals(after.diversity());
  }

  private static List<Evidence> identical(Quality quality) {
    return List.of(
        Evidence.counted(Metric.TOP1, quality.top1().value(), quality.top1().value()),
        Evidence.counted(Metric.TOP5, quality.top5().value(), quality.top5().value()),
        Evidence.counted(Metric.LOSS, quality.loss(), quality.loss()),
        Evidence.counted(
            Metric.DIVERSITY, quality.diversity().medoid(), quality.diversity().medoid()));
  }

  private PredictionColumns.Pair pair(Measured base, Measured head, String trial) {
    PredictionColumns.Pair pair =
        PredictionColumns.pair(
            predictions.get(base.run().runId()), predictions.get(head.run().runId()), trial);
    if (pair.images() == 0) {
      throw new InvalidInputException(
          "predictions of trial %s in runs %s and %s have no image in common"
              .formatted(trial, base.run().runId(), head.run().runId()));
    }
    return pair;
  }

  /** Reads at once what will be needed of each run. */
  private void loadPredictions(SideTrials before, SideTrials after) {
    Map<Manifest, Set<String>> wanted = new LinkedHashMap<>();
    for (TrialOnMachine key : before.keys()) {
      Optional<Measured> first = newestQuality(before.of(key));
      Optional<Measured> second = newestQuality(after.of(key));
      if (first.isPresent()
          && second.isPresent()
          && !equal(
              first.get().row().quality().orElseThrow(),
              second.get().row().quality().orElseThrow())) {
        want(wanted, first.get());
        want(wanted, second.get());
      }
    }
    for (SideTrials side : List.of(before, after)) {
      for (TrialOnMachine key : side.keys()) {
        repeats(side.of(key)).stream().flatMap(Stream::of).forEach(row -> want(wanted, row));
      }
    }
    wanted.forEach((run, trials) -> predictions.put(run.runId(), store.predictions(run, trials)));
  }

  private static void want(Map<Manifest, Set<String>> wanted, Measured row) {
    wanted.computeIfAbsent(row.run(), any -> new HashSet<>()).add(row.row().trialId());
  }

  /** Pairs of runs that follow each other and have other predictions. */
  private static List<Measured[]> repeats(List<Measured> rows) {
    List<Measured> good =
        rows.stream().filter(row -> row.isOk() && row.row().quality().isPresent()).toList();
    List<Measured[]> pairs = new ArrayList<>();
    for (int i = 1; i < good.size(); i++) {
      Quality before = good.get(i - 1).row().quality().orElseThrow();
      Quality after = good.get(i).row().quality().orElseThrow();
      if (!before.predictionDigest().equals(after.predictionDigest())) {
        pairs.add(new Measured[] {good.get(i - 1), good.get(i)});
      }
    }
    return pairs;
  }

  private Optional<Noise> noise(Stream<SideTrials> sides) {
    long[] sums = new long[2];
    Set<String> pairs = new HashSet<>();
    sides.forEach(
        side -> {
          for (TrialOnMachine key : side.keys()) {
            List<Measured> good =
                side.of(key).stream()
                    .filter(row -> row.isOk() && row.row().quality().isPresent())
                    .toList();
            for (int i = 1; i < good.size(); i++) {
              pairs.add(good.get(i - 1).run().runId() + " " + good.get(i).run().runId());
              sums[0] += good.get(i).row().quality().orElseThrow().images();
            }
            for (Measured[] pair : repeats(side.of(key))) {
              sums[1] += pair(pair[0], pair[1], key.trialId()).changed();
            }
          }
        });
    return pairs.isEmpty()
        ? Optional.empty()
        : Optional.of(new Noise(pairs.size(), sums[0], sums[1]));
  }

  private void timing(List<Measured> base, List<Measured> head, List<Evidence> evidence) {
    List<Measured> before = timed(base);
    List<Measured> after = timed(head);
    if (before.isEmpty() || after.isEmpty()) {
      if (before.isEmpty() != after.isEmpty()) {
        incomparable.add(
            new Incomparable(newest(head).row(), "throughput was measured on one side only"));
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
              newest(head).row(),
              "throughput: batch size and threads were "
                  + ways.stream()
                      .map(way -> "%d and %d".formatted(way.get(0), way.get(1)))
                      .collect(Collectors.joining(", "))));
      return;
    }
    evidence.addAll(sessions.evidence(before, after));
  }

  private static List<Integer> way(Throughput throughput) {
    return List.of(throughput.batchSize(), throughput.threads());
  }

  private static List<Measured> timed(List<Measured> rows) {
    return rows.stream().filter(row -> row.isOk() && row.row().throughput().isPresent()).toList();
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
  private void explain(
      SideTrials before, SideTrials after, List<TrialRow> appeared, List<TrialRow> disappeared) {
    for (TrialOnMachine key : before.keys()) {
      Set<String> machines =
          after.keys().stream()
              .filter(other -> other.trialId().equals(key.trialId()))
              .map(TrialOnMachine::machine)
              .collect(Collectors.toSet());
      if (!machines.isEmpty() && !machines.contains(key.machine())) {
        incomparable.add(
            new Incomparable(
                newest(before.of(key)).row(),
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
