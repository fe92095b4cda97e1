package io.tokensweep.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.compare.GitRepository;
import io.tokensweep.analysis.compare.Side;
import io.tokensweep.analysis.compare.Sides;
import io.tokensweep.analysis.gate.Policies;
import io.tokensweep.store.Acceptances.Acceptance;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gate accept}: from this commit on, the new level is the base. */
@Command(
    name = "accept",
    description =
        "Accepts that a metric of a trial is worse from a commit on: later commits are compared with"
            + " that one. Author and reason are kept and shown.",
    mixinStandardHelpOptions = true)
final class GateAcceptCommand implements Callable<Integer> {
  @Option(names = "--trial", paramLabel = "ID", required = true, description = "Trial id.")
  private String trial;

  @Option(
      names = "--metric",
      paramLabel = "METRIC",
      required = true,
      description = "Metric, or 'status' for a trial that does not end well any more.")
  private String metric;

  @Option(
      names = "--commit",
      paramLabel = "COMMIT",
      required = true,
      description = "The first with the new level; it has to be measured.")
  private String commit;

  @Option(
      names = "--repository",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Git repository in which branches and tags are looked up (default: this one).")
  private Path repository;

  @Mixin private SignatureOptions signature;
  @Mixin private StoreOptions options;

  @Override
  public Integer call() {
    if (!Policies.keys().contains(metric)) {
      throw new InvalidInputException(
          "--metric: found '%s', allowed are %s"
              .formatted(metric, String.join(", ", Policies.keys())));
    }
    ResultStore store = ResultStore.existing(options.results());
    Side side = new Sides(store, new GitRepository(repository)).find(commit);
    Set<String> known =
        side.runs().stream()
            .flatMap(run -> store.trialsWithReused(run).stream())
            .map(TrialRow::trialId)
            .collect(Collectors.toCollection(TreeSet::new));
    if (!known.contains(trial)) {
      throw new InvalidInputException(
          "--trial: found '%s', allowed are those measured at %s: %s"
              .formatted(trial, side.commit(), String.join(", ", known)));
    }
    Acceptance accepted =
        store
            .acceptances()
            .add(trial, metric, side.commit(), signature.reason(), signature.author());
    System.out.println(
        options.json()
            ? JsonNodeFactory.instance
                .objectNode()
                .put("id", accepted.id())
                .put("trial_id", accepted.trialId())
                .put("metric", accepted.metric())
                .put("commit", accepted.commit())
                .put("reason", accepted.reason())
                .put("author", accepted.author())
                .put("time", accepted.time())
            : "accepted: %s of trial %s since %s"
                .formatted(accepted.metric(), accepted.trialId(), accepted.commit()));
    return ExitCode.DONE;
  }
}
