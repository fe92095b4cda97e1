package io.tokensweep.sweep;

import java.io.Serializable;
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
}
