package io.tokensweep.cli;

import picocli.CommandLine.Option;

/** Who decides something about results, and why. */
final class SignatureOptions {
  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why; it is kept and shown.")
  private String reason;

  @Option(
      names = "--author",
      paramLabel = "NAME",
      defaultValue = "${sys:user.name}",
      description = "Who says so (default: ${DEFAULT-VALUE}).")
  private String author;

  String reason() {
    return reason;
  }

  String author() {
    return author;
  }
}
