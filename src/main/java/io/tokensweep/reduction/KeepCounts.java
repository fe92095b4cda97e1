package io.tokensweep.reduction;

import java.util.Arrays;
import java.util.Locale;

/** The counting rules of the papers, in double arithmetic like their Python. */
public final class KeepCounts {
  private static final String PARAMETER = "counts";

  private KeepCounts() {}

  /** Which tokens a keep rate is a share of. */
  enum Rule {
    /** ceil(η·N) of the current count. */
    CEIL_CURRENT,
    /** floor(η^l·N0) of the count ahead of the first of the sites l = 1, 2, … */
    FLOOR_ABSOLUTE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** ceil(η · N) of the current count, at least 1 (EViT; methods.md writes K). */
  public static int ceil(double keepRate, int patches) {
    return Math.max(1, (int) Math.ceil(keepRate * patches));
  }

  /** floor(η^power · N0), at least 1 (TokenReduction). */
  public static int floor(double keepRate, int power, int patches) {
    return Math.max(1, (int) (Math.pow(keepRate, power) * patches));
  }

  /** The choice of a rule, as a method offers it. */
  static Parameter parameter(Rule ifAbsent) {
    return new Parameter.Choice(
        PARAMETER,
        ifAbsent.word(),
        Arrays.stream(Rule.values()).map(Rule::word).toList(),
        "share of the tokens that a site keeps: of those that come to it, rounded up (EViT), or of"
            + " those of the image by powers of the rate, rounded down (TokenReduction)");
  }

  static Rule rule(ParameterValues parameters) {
    return Rule.valueOf(parameters.choice(PARAMETER).toUpperCase(Locale.ROOT));
  }
}
