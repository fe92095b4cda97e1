package io.tokensweep.analysis.gate;

import io.tokensweep.analysis.compare.Comparison;
import io.tokensweep.analysis.compare.Comparison.Outcome;
import io.tokensweep.analysis.gate.Finding.State;
import java.util.List;

/**
 * What a gate says.
 *
 * @param comparison that it rests on
 * @param findings everything that is worse
 * @param notes one line each, such as exceptions that nothing used
 */
public record GateResult(Comparison comparison, List<Finding> findings, List<String> notes) {
  public GateResult {
    findings = List.copyOf(findings);
    notes = List.copyOf(notes);
  }

  /** Findings of a state. */
  public List<Finding> findings(State state) {
    return findings.stream().filter(finding -> finding.state() == state).toList();
  }

  /** What fresh sessions could still decide. */
  public List<Finding> undecided() {
    return findings.stream()
        .filter(
            finding -> finding.state() == State.UNCONFIRMED || finding.state() == State.UNMEASURED)
        .toList();
  }

  /**
   * What it comes to: what was let pass is no regression, and nothing compared, or not measured
   * again although that was asked for, no success.
   */
  public Outcome outcome() {
    if (!findings(State.FAILING).isEmpty()) {
      return Outcome.REGRESSION;
    }
    if (!findings(State.UNMEASURED).isEmpty()) {
      return Outcome.NOTHING;
    }
    if (comparison.comparesNothing()) {
      return Outcome.NOTHING;
    }
    return comparison.failing().isEmpty() ? Outcome.CLEAR : Outcome.FAILED;
  }
}
