package io.tokensweep.cli;

import io.tokensweep.BuildInfo;
import io.tokensweep.InvalidInputException;
import io.tokensweep.spark.UnfinishedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;

/** The program. */
@Command(
    name = "tokensweep",
    description = "Benchmarks and sweeps of token reduction in Vision Transformers.",
    mixinStandardHelpOptions = true,
    versionProvider = TokenSweep.Version.class,
    subcommands = {
      RunCommand.class,
      PlanCommand.class,
      PrepareCommand.class,
      ConformanceCommand.class,
      StatusCommand.class,
      ReportCommand.class,
      BestCommand.class,
      ResultsCommand.class,
      CompareCommand.class,
      HistoryCommand.class,
      GateCommand.class,
      BisectCommand.class,
      QuarantineCommand.class,
      PatternsCommand.class,
      VisualizeCommand.class,
      CorrelateCommand.class,
      CalibrateCommand.class,
      TrainCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      HelpCommand.class
    })
public final class TokenSweep {
  private TokenSweep() {}

  private static volatile boolean finished;

  /** A signal ended the process while a command was at work; what fails after that is no defect. */
  private static volatile boolean stopped;

  public static void main(String[] args) {
    Runtime.getRuntime().addShutdownHook(new Thread(TokenSweep::onExit));
    int code = ExitCode.INTERNAL_ERROR;
    try {
      code = execute(args);
    } catch (OutOfMemoryError | LinkageError e) {
      System.err.printf("tokensweep: %s: %s%n", e.getClass().getSimpleName(), e.getMessage());
    } finally {
      finished = true;
    }
    ManagedDriver driver = ManagedDriver.of(System.getProperties());
    int last = driver.code(code, System.err);
    if (!driver.returns(last)) {
      System.exit(last);
    }
  }

  private static void onExit() {
    if (!finished) {
      stopped = true;
      System.err.println("tokensweep: stopped; the same command goes on from what is committed");
    }
  }

  /** Runs one command and returns its exit code. */
  static int execute(String... args) {
    return new CommandLine(new TokenSweep())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(TokenSweep::badUsage)
        .setExecutionExceptionHandler(TokenSweep::failed)
        .execute(args);
  }

  private static int badUsage(CommandLine.ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    command
        .getErr()
        .println(
            "tokensweep: %s; see %s --help"
                .formatted(oneLine(e), command.getCommandSpec().qualifiedName()));
    return ExitCode.BAD_INPUT;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidInputException) {
        command.getErr().println("tokensweep: " + oneLine(cause));
        return ExitCode.BAD_INPUT;
      }
    }
    if (e instanceof UnfinishedException && !stopped) {
      command.getErr().println("tokensweep: " + oneLine(e));
      return ExitCode.UNFINISHED;
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UncheckedIOException || cause instanceof IOException) {
        command.getErr().println("tokensweep: a file could not be used: " + oneLine(cause));
        return ExitCode.BAD_INPUT;
      }
    }
    if (!stopped) {
      command.getErr().println("tokensweep: internal error, please report it:");
      e.printStackTrace(command.getErr());
    }
    return ExitCode.INTERNAL_ERROR;
  }

  private static String oneLine(Throwable e) {
    return String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      BuildInfo build = BuildInfo.current();
      return new String[] {
        "tokensweep %s, commit %s%s"
            .formatted(build.version(), build.commit(), build.dirty() ? " (dirty)" : "")
      };
    }
  }
}
