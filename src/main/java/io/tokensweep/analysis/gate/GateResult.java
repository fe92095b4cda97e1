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

  /** What it comes to: what was let pass is no regression, and nothing compared no success. */
  public Outcome outcome() {
    if (!findings(State.FAILING).isEmpty()) {
      return Outcome.REGRESSION;
    }
    if (comparison.trials().stream().allMatch(trial -> trial.changes().isEmpty())) {
      return Outcome.NOTHING;
    }
    return comparison.failing().isEmpty() ? Outcome.CLEAR : Outcome.FAILED;
  }
}
