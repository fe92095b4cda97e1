package io.tokensweep.analysis;

import io.tokensweep.InvalidInputException;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which patches the trials of a run keep, and which they put into one token, compared two by two
 * over the images that both have.
 *
 * @param trials those that are compared
 * @param lines one for each pair of trials and point of comparison
 */
public record Patterns(List<TrialRow> trials, List<Line> lines) {
  public Patterns {
    trials = List.copyOf(trials);
    lines = List.copyOf(lines);
  }

  /**
   * Two trials at one point.
   *
   * @param block after which both are looked at; empty for the end, after the last site of each
   * @param agreement empty where the trials have different patches
   */
  public record Line(
      TrialRow first, TrialRow second, OptionalInt block, Optional<Agreement> agreement) {}

  /**
   * Two trials after every block at which both change the tokens, and at the end.
   *
   * @param first id of a trial of the run, or a beginning of it that no other has
   * @param second likewise
   * @throws InvalidInputException if there is nothing to compare
   */
  public static Patterns of(ResultStore store, Manifest manifest, String first, String second) {
    requireSources(manifest);
    List<TrialRow> all = store.trialsWithReused(manifest);
    TrialRow a = named(first, all, manifest);
    TrialRow b = named(second, all, manifest);
    if (a.configuration().resolution() != b.configuration().resolution()) {
      throw notComparable(
          a, b, a.configuration().resolution() + " and " + b.configuration().resolution() + " px");
    }
    Map<String, PatchRecord> records = records(store, manifest, List.of(a, b), false);
    PatchRecord recordA = records.get(a.trialId());
    PatchRecord recordB = records.get(b.trialId());
    if (!recordA.haveEqualPatches(recordB)) {
      throw notComparable(a, b, recordA.patches() + " and " + recordB.patches() + " patches");
    }
    Set<Integer> blocks = new TreeSet<>(recordA.blocks());
    blocks.retainAll(recordB.blocks());
    List<Line> lines = new ArrayList<>();
    for (int block : blocks) {
      lines.add(
          new Line(
              a,
              b,
              OptionalInt.of(block),
              Optional.of(Agreement.of(recordA.after(block), recordB.after(block)))));
    }
    lines.add(end(a, b, records));
    if (lines.stream().anyMatch(line -> line.agreement().orElseThrow().images() == 0)) {
      throw new InvalidInputException(
          "trials %s and %s have no image in common".formatted(a.trialId(), b.trialId()));
    }
    return new Patterns(List.of(a, b), lines);
  }

  /**
   * All good trials of a run at the end.
   *
   * @throws InvalidInputException if there is nothing to compare
   */
  public static Patterns of(ResultStore store, Manifest manifest) {
    requireSources(manifest);
    List<TrialRow> trials =
        store.trialsWithReused(manifest).stream()
            .filter(trial -> trial.status() == TrialRow.Status.OK)
            .toList();
    Map<String, PatchRecord> records = records(store, manifest, trials, true);
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < trials.size(); i++) {
      for (int j = i + 1; j < trials.size(); j++) {
        lines.add(end(trials.get(i), trials.get(j), records));
      }
    }
    return new Patterns(trials, lines);
  }

  private static Line end(TrialRow a, TrialRow b, Map<String, PatchRecord> records) {
    PatchRecord recordA = records.get(a.trialId());
    PatchRecord recordB = records.get(b.trialId());
    boolean comparable =
        a.configuration().resolution() == b.configuration().resolution()
            && recordA.haveEqualPatches(recordB);
    return new Line(
        a,
        b,
        OptionalInt.empty(),
        comparable ? Optional.of(Agreement.ofEnds(recordA, recordB)) : Optional.empty());
  }

  private static Map<String, PatchRecord> records(
      ResultStore store, Manifest manifest, List<TrialRow> trials, boolean endOnly) {
    Map<String, PatchRecord> records = new HashMap<>();
    for (TrialRow trial : trials) {
      long images = trial.quality().map(TrialRow.Quality::images).orElse(0L);
      records.put(trial.trialId(), new PatchRecord(Math.toIntExact(images), endOnly));
    }
    store.sources(
        manifest,
        new HashSet<>(records.keySet()),
        row -> records.get(row.trialId()).add(row.block(), row.image(), row.sources()));
    return records;
  }

  private static void requireSources(Manifest manifest) {
    if (!manifest.recordsSources()) {
      throw new InvalidInputException(
          "run %s did not record where patches go; set measure.quality.sources to true and run the sweep again"
              .formatted(manifest.runId()));
    }
  }

  private static TrialRow named(String id, List<TrialRow> trials, Manifest manifest) {
    List<TrialRow> found =
        trials.stream().filter(trial -> !id.isEmpty() && trial.trialId().startsWith(id)).toList();
    if (found.size() != 1) {
      throw new InvalidInputException(
          "trial '%s': found %d of that name in run %s, allowed are %s"
              .formatted(
                  id,
                  found.size(),
                  manifest.runId(),
                  trials.stream().map(TrialRow::trialId).collect(Collectors.joining(", "))));
    }
    TrialRow trial = found.get(0);
    if (trial.status() != TrialRow.Status.OK) {
      throw new InvalidInputException(
          "trial %s is %s and cannot be compared: %s"
              .formatted(trial.trialId(), trial.status().key(), trial.error().orElse("")));
    }
    return trial;
  }

  private static InvalidInputException notComparable(TrialRow a, TrialRow b, String found) {
    return new InvalidInputException(
        "trials %s and %s have %s, allowed are two of the same"
            .formatted(a.trialId(), b.trialId(), found));
  }
}
