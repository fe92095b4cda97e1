package io.tokensweep.model.checkpoint;

/** Text from a file inside a one-line message. */
final class Quoted {
  private static final int LONGEST = 100;

  private Quoted() {}

  /** The text in quotes, cut to a readable length, with control characters replaced. */
  static String of(String text) {
    String shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    return '\'' + shown.replaceAll("[\\p{Cntrl}\\p{Cs}\u2028\u2029]", "?") + '\'';
  }
}
