package io.tokensweep.analysis.gate;

import io.tokensweep.analysis.compare.Change;
import io.tokensweep.analysis.compare.Side;
import io.tokensweep.store.TrialRow;
import java.util.Optional;

/**
 * Something of the head that is worse, and what becomes of it.
 *
 * @param trial row of the head
 * @param machine class
 * @param reference what it is worse than: the base, or a level that was accepted
 * @param metric key, or {@link #STATUS}
 * @param change empty if the trial does not end well any more
 * @param note why it has its state; empty if there is nothing to say
 */
public record Finding(
    TrialRow trial,
    String machine,
    Side reference,
    String metric,
    Optional<Change> change,
    State state,
    String note) {
  /** In place of a metric: the trial does not end well any more. */
  public static final String STATUS = "status";

  /** What becomes of it. */
  public enum State {
    /** The gate is closed. */
    FAILING("regression"),
    /** It was timed, and no fresh session says the same yet. */
    UNCONFIRMED("unconfirmed"),
    /** It was timed, and what was to confirm it left nothing that says so or otherwise. */
    UNMEASURED("not measured again"),
    /** It was timed, and fresh sessions say otherwise. */
    REFUTED("not confirmed"),
    /** The policy lets it pass for a while. */
    ALLOWED("allowed"),
    /** Somebody accepted it. */
    ACCEPTED("accepted");

    private final String word;

    State(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  Finding with(State other, String why) {
    return new Finding(trial, machine, reference, metric, change, other, why);
  }

  /** Whether another comparison's trial is this one's. */
  boolean isOf(TrialRow row, String machineClass) {
    return trial.trialId().equals(row.trialId()) && machine.equals(machineClass);
  }
}
