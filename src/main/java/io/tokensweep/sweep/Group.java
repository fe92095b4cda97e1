package io.tokensweep.sweep;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The trials that share decoded pixels and layers.
 *
 * @param setting what they have in common
 * @param trials at least one, each once
 */
public record Group(Setting setting, List<Trial> trials) implements Serializable {
  public Group {
    trials = List.copyOf(trials);
    if (trials.isEmpty() || trials.stream().anyMatch(trial -> !trial.setting().equals(setting))) {
      throw new IllegalArgumentException("a group has trials of one setting");
    }
  }

  /** The unreduced network, whether or not it is one of the trials. */
  public Trial baseline() {
    return Trial.unreduced(setting);
  }

  /** Multiply-accumulates of one image through all trials, shared layers once. */
  public long macs() {
    return SharedMacs.of(this).together();
  }

  /** What is timed together: the trials and, behind them unless it is one of them, the baseline. */
  public List<Trial> timed() {
    Trial baseline = baseline();
    if (trials.contains(baseline)) {
      return trials;
    }
    List<Trial> timed = new ArrayList<>(trials);
    timed.add(baseline);
    return List.copyOf(timed);
  }
}
