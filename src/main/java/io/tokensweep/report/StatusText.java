package io.tokensweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.RunProgress;
import io.tokensweep.store.UnfinishedRun;
import java.util.List;
import java.util.Locale;

/** What a store says about runs: how many are finished, and how far the others are. */
public final class StatusText {
  private static final int SHOWN_FAILURES = 10;

  private final int finished;
  private final List<UnfinishedRun> runs;

  private StatusText(int finished, List<UnfinishedRun> runs) {
    this.finished = finished;
    this.runs = runs;
  }

  /** Of now. */
  public static StatusText of(ResultStore store) {
    List<UnfinishedRun> runs = store.unfinished(); // ahead of those that finish meanwhile
    return new StatusText(store.manifests().size(), runs);
  }

  /** Whether any process is at work. */
  public boolean isRunning() {
    return runs.stream().anyMatch(run -> run.state() == UnfinishedRun.State.RUNNING);
  }

  /** For people, without a line break at the end. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append("%d %s finished".formatted(finished, finished == 1 ? "run" : "runs"));
    runs.forEach(run -> text.append('\n').append(text(run)));
    return text.toString();
  }

  private static String text(UnfinishedRun run) {
    String head =
        switch (run.state()) {
          case RUNNING -> "running";
          case STALE -> "stale  ";
        };
    if (run.progress().isEmpty()) {
      return "%s  %s  since %s, no unit yet".formatted(head, run.runId(), run.started());
    }
    RunProgress progress = run.progress().get();
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s  %s  %s  %s: %,d/%,d units, %,d/%,d images, %,.0f images/s",
                head,
                run.runId(),
                progress.sweep(),
                progress.stage(),
                progress.unitsDone(),
                progress.units(),
                progress.imagesDone(),
                progress.images(),
                progress.imagesPerSecond()));
    switch (run.state()) {
      case RUNNING ->
          text.append(String.format(Locale.ROOT, ", %,.0f s left", progress.secondsLeft()));
      case STALE ->
          text.append(", until %s; the same command goes on".formatted(progress.updated()));
    }
    if (progress.retries() > 0) {
      text.append(", %d retries".formatted(progress.retries()));
    }
    List<RunProgress.FailedTrial> failed = progress.failed();
    failed.stream()
        .limit(SHOWN_FAILURES)
        .forEach(
            trial -> text.append("\n  failed %s: %s".formatted(trial.trialId(), trial.error())));
    if (failed.size() > SHOWN_FAILURES) {
      text.append("\n  and %d more failed".formatted(failed.size() - SHOWN_FAILURES));
    }
    return text.toString();
  }

  /** For programs. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("finished", finished);
    ArrayNode array = json.putArray("unfinished");
    for (UnfinishedRun run : runs) {
      ObjectNode node = array.addObject();
      node.put("run_id", run.runId());
      node.put("state", run.state().name().toLowerCase(Locale.ROOT));
      node.put("started", run.started());
      run.progress().ifPresent(progress -> put(node, progress));
    }
    return json;
  }

  private static void put(ObjectNode node, RunProgress progress) {
    node.put("sweep", progress.sweep());
    node.put("stage", progress.stage());
    node.put("updated", progress.updated());
    node.put("trials", progress.trials());
    node.put("units", progress.units());
    node.put("units_done", progress.unitsDone());
    node.put("images", progress.images());
    node.put("images_done", progress.imagesDone());
    node.put("images_per_second", progress.imagesPerSecond());
    node.put("seconds_left", progress.secondsLeft());
    node.put("retries", progress.retries());
    ArrayNode failed = node.putArray("failed");
    progress
        .failed()
        .forEach(
            trial ->
                failed.addObject().put("trial_id", trial.trialId()).put("error", trial.error()));
  }
}
