package io.tokensweep.eval.conformance;

import java.util.OptionalDouble;

/**
 * What came out of one golden case.
 *
 * @param name of the case
 * @param kind what it is a case of
 * @param maxAbsDiff largest absolute difference in the tensor that came nearest to its tolerance;
 *     empty if nothing was compared
 * @param tolerance allowed difference of the tensor that came nearest to its own limit; empty if
 *     nothing was compared
 * @param detail one line: that tensor and its figures, what is wrong, or why it is not supported
 */
public record CaseResult(
    String name,
    String kind,
    Status status,
    OptionalDouble maxAbsDiff,
    OptionalDouble tolerance,
    String detail) {

  /** Verdict on a case. */
  public enum Status {
    PASS,
    FAIL,
    /** Nothing here can run a case of this kind. */
    UNSUPPORTED
  }

  static CaseResult unsupported(GoldenCase golden, String why) {
    return withoutNumbers(golden, Status.UNSUPPORTED, why);
  }

  /** A case that could not be run to its end. */
  static CaseResult broken(GoldenCase golden, String why) {
    return withoutNumbers(golden, Status.FAIL, why);
  }

  private static CaseResult withoutNumbers(GoldenCase golden, Status status, String detail) {
    return new CaseResult(
        golden.name(),
        golden.kind(),
        status,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        detail);
  }
}
