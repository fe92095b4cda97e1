package io.tokensweep.spark;

import io.tokensweep.store.TrialRow;
import io.tokensweep.store.UnitCommit;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Measure;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.Sweep;
import io.tokensweep.sweep.SweepFile;
import io.tokensweep.sweep.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Two trials of the network that the program contains, timed for a second or two. */
public final class CampaignSweep {
  private static final String TEXT =
      """
      name: campaign
      data: {type: shapes, count: 32, seed: 7}
      models:
        - {name: vit_custom, checkpoint: embedded, image_size: 64, patch: 8, width: 64, depth: 12, heads: 4, hidden: 256, classes: 10}
      methods:
        - {name: none}
        - {name: evit}
      keep_rates: [0.5]
      resolutions: [64]
      sites: [3, 6, 9]
      measure:
        throughput: {batch_size: 32, repeats: 15, warmup_limit: 8, latency_repeats: 40}
      """;

  private final Sweep sweep = read();
  private final Plan plan = Plan.of(sweep, OptionalInt.empty(), Set.of());

  private static Sweep read() {
    try {
      Path file = Files.createTempFile("campaign", ".yaml");
      try {
        return SweepFile.read(Files.writeString(file, TEXT), List.of(), Map.of());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Plan plan() {
    return plan;
  }

  Group group() {
    return plan.groups().get(0);
  }

  Measure.Throughput measure() {
    return sweep.measure().throughput().orElseThrow();
  }

  /** The unreduced network, then the method. */
  public List<String> trialIds() {
    return group().timed().stream().map(trial -> trial.id().value()).toList();
  }

  /** The rows of a run of these sessions, as a run of the program would write them. */
  public List<TrialRow> rows(String runId, List<UnitCommit> sessions) {
    TrialSummaries summaries = new TrialSummaries(runId, sweep.measure(), 0, sessions);
    return group().timed().stream().map((Trial trial) -> summaries.row(trial)).toList();
  }
}
