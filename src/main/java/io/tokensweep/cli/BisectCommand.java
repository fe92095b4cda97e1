package io.tokensweep.cli;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.compare.Criteria;
import io.tokensweep.analysis.compare.GitRepository;
import io.tokensweep.analysis.gate.Bisect;
import io.tokensweep.analysis.gate.Policies;
import io.tokensweep.report.BisectReport;
import io.tokensweep.store.ResultStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bisect GOOD BAD}: which commit made it worse? */
@Command(
    name = "bisect",
    description = {
      "Finds, by halving, the commit of a repository that made something worse. Each commit is built"
          + " and run in a working tree of its own beside the repository; what is measured stays in the"
          + " results, so the same command goes on after it was stopped.",
      "Exit code: 0 nothing is worse, 1 a regression, whose commits are named, 4 nothing could be"
          + " compared."
    },
    mixinStandardHelpOptions = true)
final class BisectCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "GOOD", description = "Revision that is good.")
  private String good;

  @Parameters(
      index = "1",
      paramLabel = "BAD",
      description = "Revision that is worse; the other one is among its first parents.")
  private String bad;

  @Option(names = "--sweep", paramLabel = "FILE", required = true, description = "Sweep file.")
  private Path sweep;

  @Option(
      names = "--build",
      paramLabel = "COMMAND",
      required = true,
      description = "Builds a tree, in it; a commit for which it fails is skipped.")
  private String build;

  @Option(
      names = "--run",
      paramLabel = "COMMAND",
      defaultValue = "./jobs/local.sh run",
      description =
          "Runs a sweep in a built tree; sweep file and options are added (default:"
              + " ${DEFAULT-VALUE}).")
  private String run;

  @Option(
      names = "--repository",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Git repository of the commits (default: this one).")
  private Path repository;

  @Option(
      names = "--trial",
      paramLabel = "ID",
      description = "Only this trial; may be repeated (default: whatever is worse).")
  private Set<String> trials = Set.of();

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "Metrics and limits as for 'gate' (default: those of 'compare').")
  private Optional<Path> policy;

  @Mixin private StoreOptions options;

  @Override
  public Integer call() {
    if (!Files.isRegularFile(sweep)) {
      throw new InvalidInputException("--sweep: %s is no file".formatted(sweep));
    }
    ResultStore.create(options.results());
    Bisect.Result result =
        new Bisect(
                new Bisect.Setting(
                    options.results(),
                    repository,
                    sweep,
                    build,
                    run,
                    trials,
                    policy.map(Policies::read).map(Policies::criteria).orElse(Criteria.USUAL)),
                System.err)
            .between(good, bad);
    String text = BisectReport.text(result, new GitRepository(repository)::subject);
    if (options.json()) {
      System.err.print(text);
      System.out.println(BisectReport.json(result));
    } else {
      System.out.print(text);
    }
    if (!result.culprits().isEmpty()) {
      return ExitCode.REGRESSION;
    }
    return result.comparison().comparesNothing() ? ExitCode.NOTHING_MEASURED : ExitCode.DONE;
  }
}
