package io.tokensweep.eval.conformance;

import io.tokensweep.reduction.Reduction;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * PPT: the backbone's outputs, sizes of the final tokens, and at each site the scores, their
 * variance, what was decided for each image and which tokens were kept.
 */
final class PptChecker implements Checker {
  private static final String OFFICIAL = "xjwu1024/PPT";

  @Override
  public Optional<String> unsupported(GoldenCase golden) {
    return NetworkCase.unsupported(golden, "PPT", OFFICIAL);
  }

  @Override
  public CaseResult check(GoldenCase golden) {
    return NetworkCase.check(
        golden,
        (run, comparison, outputs) -> {
          Recorder recorder = Recorder.run(run, reductions(golden));
          outputs.network(recorder);
          new PolicyCheck(golden, comparison, outputs, recorder).check(sites(golden));
        });
  }

  /** Every site may have its own r; a single one is for all. */
  private static SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    List<Integer> sites = sites(golden);
    SortedMap<Integer, Reduction> reductions = new TreeMap<>();
    for (int i = 0; i < sites.size(); i++) {
      reductions.putAll(
          CaseMethod.sites(
              golden,
              "ppt",
              List.of(sites.get(i)),
              OptionalDouble.empty(),
              Map.of(
                  "r",
                  (long) removed(golden, i),
                  "threshold",
                  golden.number("/config/threshold"),
                  "proportional",
                  golden.flag("/config/prop_attn", true))));
    }
    return Collections.unmodifiableSortedMap(reductions);
  }

  private static int removed(GoldenCase golden, int site) {
    String pointer = golden.json().at("/meta/r").isArray() ? "/meta/r" : "/config/r";
    return golden.whole(golden.json().at(pointer).isArray() ? pointer + "/" + site : pointer);
  }

  private static List<Integer> sites(GoldenCase golden) {
    return golden.wholes("/config/pp_loc_list").stream().sorted().toList();
  }
}
