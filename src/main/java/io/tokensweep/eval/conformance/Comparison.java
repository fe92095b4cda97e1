package io.tokensweep.eval.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Collects how near the tensors of one case came to the recorded ones. */
final class Comparison {
  private static final int SHOWN = 3;

  private final GoldenCase golden;
  private final List<String> problems = new ArrayList<>();
  private final List<String> notCompared = new ArrayList<>();
  private int compared;
  private Worst worst = new Worst("", 0, 0);

  /** The tensor that came nearest to its limit, or went furthest beyond it. */
  private record Worst(String tensor, double difference, double tolerance) {
    double share() {
      return tolerance > 0 ? difference / tolerance : difference > 0 ? Double.MAX_VALUE : 0;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%s differs by %.1e, allowed %.1e", tensor, difference, tolerance);
    }
  }

  Comparison(GoldenCase golden) {
    this.golden = golden;
  }

  /** Numbers that may differ by {@code tolerance} at most. */
  void numbers(String tensor, double[] actual, double[] expected, double tolerance) {
    if (actual.length != expected.length) {
      require(
          tensor, false, "has %d values, expected %d".formatted(actual.length, expected.length));
      return;
    }
    compared++;
    double difference = 0;
    for (int i = 0; i < actual.length; i++) {
      double d = Math.abs(actual[i] - expected[i]);
      difference = Math.max(difference, Double.isNaN(d) ? Double.POSITIVE_INFINITY : d);
    }
    Worst candidate = new Worst(tensor, difference, tolerance);
    if (worst.tensor.isEmpty() || candidate.share() > worst.share()) {
      worst = candidate;
    }
    if (difference > tolerance) {
      problems.add(candidate.toString());
    }
  }

  void numbers(String tensor, float[] actual, float[] expected, double tolerance) {
    numbers(tensor, widen(actual), widen(expected), tolerance);
  }

  /** Something that has to hold exactly. */
  void require(String what, boolean holds, String otherwise) {
    compared++;
    if (!holds) {
      problems.add(what + " " + otherwise);
    }
  }

  /** A recorded tensor that nothing here produces. */
  void leaveOut(String tensor) {
    notCompared.add(tensor);
  }

  CaseResult result() {
    StringBuilder detail = new StringBuilder();
    if (problems.isEmpty()) {
      detail.append(worst.tensor.isEmpty() ? "" : worst + "; ");
      detail.append(compared).append(" comparisons");
    } else {
      detail.append(String.join("; ", problems.subList(0, Math.min(SHOWN, problems.size()))));
      if (problems.size() > SHOWN) {
        detail.append("; and ").append(problems.size() - SHOWN).append(" more");
      }
    }
    if (!notCompared.isEmpty()) {
      detail.append("; not compared: ").append(String.join(", ", notCompared));
    }
    return new CaseResult(
        golden.name(),
        golden.kind(),
        problems.isEmpty() ? CaseResult.Status.PASS : CaseResult.Status.FAIL,
        OptionalDouble.of(worst.difference),
        OptionalDouble.of(worst.tolerance),
        detail.toString());
  }

  static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
