package io.tokensweep.sweep;

import io.tokensweep.reduction.Method;
import io.tokensweep.reduction.Parameter;
import io.tokensweep.reduction.ParameterValues;
import io.tokensweep.reduction.Placement;
import io.tokensweep.reduction.Reduction;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/** A trial that can be planned and fails when it runs: its method is not in the registry. */
public final class BrokenTrial implements Method {
  private BrokenTrial() {}

  /** The group with the broken trial ahead of its others. */
  public static Group ahead(Group group) {
    Trial healthy = group.trials().get(0);
    List<Trial> trials = new ArrayList<>();
    trials.add(
        Trial.of(
            group.setting(),
            group.setting().canonical(),
            new BrokenTrial(),
            healthy.parameters(),
            OptionalDouble.empty(),
            List.of()));
    trials.addAll(group.trials());
    return new Group(group.setting(), trials);
  }

  @Override
  public String name() {
    return "broken";
  }

  @Override
  public String source() {
    return "nowhere";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public boolean usesKeepRate() {
    return false;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    return new TreeMap<>();
  }
}
