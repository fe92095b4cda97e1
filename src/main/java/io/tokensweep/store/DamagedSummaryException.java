package io.tokensweep.store;

/** A part of the summary is not what was written; it has to be made anew. */
final class DamagedSummaryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String part;

  DamagedSummaryException(String part, Throwable cause) {
    super("part %s of the summary is damaged".formatted(part), cause);
    this.part = part;
  }

  String part() {
    return part;
  }
}
