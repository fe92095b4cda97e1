package io.tokensweep.eval.conformance;

import io.tokensweep.reduction.Reduction;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The methods whose clusters have a share of every token.
 *
 * @param name there and in the registry
 */
record SoftClusterMethod(String name) implements TokenReductionMethod {
  @Override
  public SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    Map<String, Object> given = new TreeMap<>();
    if (name.equals("sinkhorn")) {
      given.put("eps", golden.number("/config/sinkhorn_eps", 1));
      given.put("iterations", (long) golden.whole("/config/cluster_iters", 3));
    }
    return CaseMethod.sites(golden, name, TokenReductionConfig.placementOfCounts(golden), given);
  }

  @Override
  public void compare(
      GoldenCase golden, Comparison comparison, Outputs outputs, Recorder recorder) {
    outputs.network(recorder);
    for (int block : TokenReductionConfig.sites(golden)) {
      outputs.floats("site" + block + ".soft_assign", recorder.softAssignment(block));
    }
    outputs.floats("tokens_final", recorder.tokensFinal());
  }
}
