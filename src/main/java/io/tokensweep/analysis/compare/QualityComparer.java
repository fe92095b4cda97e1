package io.tokensweep.analysis.compare;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.FrontChanges;
import io.tokensweep.analysis.compare.Comparison.Incomparable;
import io.tokensweep.analysis.compare.Comparison.Noise;
import io.tokensweep.analysis.compare.SideTrials.Measured;
import io.tokensweep.analysis.compare.SideTrials.TrialOnMachine;
import io.tokensweep.analysis.compare.TrialComparison.Flips;
import io.tokensweep.analysis.compare.TrialComparison.TokenChange;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.PredictionColumns;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Quality;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.StatUtils;

/** Compares what was predicted of trials, and keeps the predictions of those that differ. */
final class QualityComparer {
  private final ResultStore store;
  private final Map<String, PredictionColumns> predictions = new HashMap<>();
  private final Map<String, Rows> compared = new LinkedHashMap<>();

  /** A trial on both sides. */
  private record Rows(TrialRow base, TrialRow head) {
    boolean areEqual() {
      Quality before = base.quality().orElseThrow();
      Quality after = head.quality().orElseThrow();
      return equal(before, after) && before.macs() == after.macs();
    }
  }

  QualityComparer(ResultStore store) {
    this.store = store;
  }

  private static Optional<Measured> newestQuality(List<Measured> rows) {
    return rows.stream()
        .filter(row -> row.isOk() && row.row().quality().isPresent())
        .reduce((first, second) -> second);
  }

  /**
   * One trial on two sides.
   *
   * @param evidence receives what was found of each metric
   * @param incomparable receives why nothing could be compared
   * @return empty if nothing could be compared
   */
  Optional<Flips> compare(
      TrialOnMachine key,
      List<Measured> base,
      List<Measured> head,
      List<Evidence> evidence,
      List<Incomparable> incomparable) {
    Optional<Measured> first = newestQuality(base);
    Optional<Measured> second = newestQuality(head);
    if (first.isEmpty() || second.isEmpty()) {
      if (first.isPresent() != second.isPresent()) {
        incomparable.add(
            new Incomparable(
                SideTrials.newest(head).row(), "quality was measured on one side only"));
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
    compared.putIfAbsent(key.trialId(), new Rows(first.get().row(), second.get().row()));
    evidence.add(Evidence.counted(Metric.MACS, (double) before.macs(), (double) after.macs()));
    if (equal(before, after)) {
      evidence.addAll(identical(after));
      return Optional.of(Flips.none(after.images()));
    }
    ImageEvidence images =
        ImageEvidence.of(pair(first.get(), second.get(), second.get().row().trialId()));
    evidence.addAll(images.metrics());
    return Optional.of(images.flips());
  }

  /**
   * Where other numbers of tokens begin; means over equally many images differ by a token of an
   * image at least, or by rounding only.
   */
  static Optional<TokenChange> tokens(List<Measured> base, List<Measured> head) {
    Optional<Quality> before = newestQuality(base).flatMap(row -> row.row().quality());
    Optional<Quality> after = newestQuality(head).flatMap(row -> row.row().quality());
    if (before.isEmpty() || after.isEmpty() || before.get().images() != after.get().images()) {
      return Optional.empty();
    }
    List<Double> left = before.get().tokens();
    List<Double> right = after.get().tokens();
    double one = 1.0 / before.get().images();
    return IntStream.range(0, Math.min(left.size(), right.size()))
        .filter(block -> Math.abs(left.get(block) - right.get(block)) > one / 2)
        .mapToObj(block -> new TokenChange(block, left.get(block), right.get(block)))
        .findFirst();
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
  void load(SideTrials before, SideTrials after) {
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

  /** How predictions of one side differ among its own runs. */
  Optional<Noise> noise(List<SideTrials> sides) {
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
              sums[1] += Math.round(StatUtils.sum(pair(pair[0], pair[1], key.trialId()).changed()));
            }
          }
        });
    return pairs.isEmpty()
        ? Optional.empty()
        : Optional.of(new Noise(pairs.size(), sums[0], sums[1]));
  }

  /** Where the compared trials stand; nothing is read if none of them changed. */
  FrontChanges fronts() {
    return compared.values().stream().allMatch(Rows::areEqual)
        ? FrontChanges.NONE
        : FrontChanges.of(
            store,
            compared.values().stream().map(Rows::base).toList(),
            compared.values().stream().map(Rows::head).toList());
  }
}
