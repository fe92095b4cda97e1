package io.tokensweep.cli;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.compare.Comparison;
import io.tokensweep.analysis.compare.GitRepository;
import io.tokensweep.analysis.gate.Confirmation;
import io.tokensweep.analysis.gate.Gate;
import io.tokensweep.analysis.gate.GateResult;
import io.tokensweep.analysis.gate.Policies;
import io.tokensweep.report.GateJunit;
import io.tokensweep.report.GateReport;
import io.tokensweep.store.ResultStore;
import io.tokensweep.sweep.Policy;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gate BASE HEAD}: may the head pass? */
@Command(
    name = "gate",
    description = {
      "Compares two commits as 'compare' does and says whether the second may pass: nothing is worse,"
          + " or what is worse was accepted, is an exception of the policy, or was timed and is not"
          + " confirmed by fresh sessions.",
      "Exit code: 0 open, 1 a regression, 3 no regression but failed trials, 4 nothing could be"
          + " compared, or not be measured again by --confirm."
    },
    mixinStandardHelpOptions = true,
    subcommands = GateAcceptCommand.class)
final class GateCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "BASE",
      description = "What it was, named as for 'compare'.")
  private Optional<String> base;

  @Parameters(index = "1", arity = "0..1", paramLabel = "HEAD", description = "What it is.")
  private Optional<String> head;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      defaultValue = "jobs/ci/gate.yaml",
      description = "Metrics, limits and exceptions (default: ${DEFAULT-VALUE}).")
  private Path policy;

  @Option(
      names = "--repository",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Git repository with the head checked out (default: this one).")
  private Path repository;

  @Option(
      names = "--confirm",
      paramLabel = "COMMAND",
      description =
          "A 'run' of the sweep, such as './jobs/local.sh run SWEEP', that measures timed regressions"
              + " once more before they close the gate; options are added to it.")
  private Optional<String> confirm;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      defaultValue = "10",
      description = "Fresh sessions of timing for --confirm (default: ${DEFAULT-VALUE}).")
  private int sessions;

  @Option(names = "--markdown", paramLabel = "FILE", description = "Write Markdown too.")
  private Optional<Path> markdown;

  @Option(names = "--junit", paramLabel = "FILE", description = "Write JUnit XML too.")
  private Optional<Path> junit;

  @Mixin private StoreOptions options;

  @Override
  public Integer call() {
    if (base.isEmpty() || head.isEmpty()) {
      throw new InvalidInputException(
          "gate: found %s, allowed are BASE and HEAD, or the command accept"
              .formatted(base.map(name -> "only '" + name + "'").orElse("no commit")));
    }
    if (sessions < 1 || sessions > 100) {
      throw new InvalidInputException(
          "--sessions: found %d, allowed are 1 to 100".formatted(sessions));
    }
    Policy limits = Policies.read(policy);
    Gate gate =
        new Gate(ResultStore.existing(options.results()), new GitRepository(repository), limits);
    Comparison comparison = gate.compare(base.get(), head.get());
    GateResult judged = gate.judge(comparison, GateReport.names(comparison));
    GateResult result =
        confirm
            .map(
                command ->
                    new Confirmation(options.results(), repository, command, sessions, System.err)
                        .of(judged))
            .orElse(judged);
    print(result);
    return switch (result.outcome()) {
      case CLEAR -> ExitCode.DONE;
      case REGRESSION -> ExitCode.REGRESSION;
      case FAILED -> ExitCode.FAILED_TRIALS;
      case NOTHING -> ExitCode.NOTHING_MEASURED;
    };
  }

  private void print(GateResult result) {
    Optional<String> todo = todo(result);
    markdown.ifPresent(
        file -> OutputFiles.write("--markdown", file, GateReport.markdown(result, todo)));
    junit.ifPresent(file -> OutputFiles.write("--junit", file, GateJunit.xml(result)));
    String text =
        GateReport.text(result) + todo.map(command -> "to confirm: " + command + "\n").orElse("");
    if (options.json()) {
      System.err.print(text);
      System.out.println(GateReport.json(result));
    } else {
      System.out.print(text);
    }
  }

  /** What confirms what is not confirmed. */
  private Optional<String> todo(GateResult result) {
    return result.undecided().isEmpty()
        ? Optional.empty()
        : Optional.of(
            confirm.orElse("./jobs/local.sh run SWEEP")
                + " "
                + String.join(" ", Confirmation.options(options.results(), sessions)));
  }
}
