package io.tokensweep.eval.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.model.Architecture;
import io.tokensweep.reduction.Reduction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * ToMe at every block: the backbone's outputs, sizes of the final tokens, and where every initial
 * token went.
 */
final class ToMeChecker implements Checker {
  private static final String OFFICIAL = "facebookresearch/ToMe";

  @Override
  public Optional<String> unsupported(GoldenCase golden) {
    return NetworkCase.unsupported(golden, "ToMe", OFFICIAL);
  }

  @Override
  public CaseResult check(GoldenCase golden) {
    return NetworkCase.check(
        golden,
        (run, comparison, outputs) -> {
          Recorder recorder = Recorder.run(run, reductions(golden));
          outputs.network(recorder);
          outputs.floats("tokens_final", recorder.tokensFinal());
          outputs.floats("size_final", recorder.sizesFinal());
          outputs.integers("source_map", sourceMap(recorder, NetworkCase.architecture(golden)));
        });
  }

  /** Final token of each initial one, specials included. */
  private static int[] sourceMap(Recorder recorder, Architecture architecture) {
    int specials = architecture.specials();
    int[] sources = recorder.sourcesFinal();
    int patches = sources.length / recorder.batch();
    int tokens = specials + patches;
    int[] map = new int[recorder.batch() * tokens];
    for (int i = 0; i < map.length; i++) {
      int token = i % tokens;
      map[i] =
          token < specials ? token : specials + sources[i / tokens * patches + token - specials];
    }
    return map;
  }

  /** A number is a constant r, two numbers are r and its inflection or a list, more are a list. */
  private static SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    boolean proportional = golden.flag("/config/prop_attn", true);
    if (!golden.json().at("/config/r").isArray()) {
      return reductions(golden, (long) golden.whole("/config/r"), 0, proportional);
    }
    List<JsonNode> numbers = golden.items("/config/r");
    return isPair(golden, numbers)
        ? reductions(
            golden, (long) golden.whole("/config/r/0"), golden.number("/config/r/1"), proportional)
        : reductions(golden, text(golden.wholes("/config/r")), 0, proportional);
  }

  private static SortedMap<Integer, Reduction> reductions(
      GoldenCase golden, Object r, double inflection, boolean proportional) {
    return CaseMethod.sites(
        golden,
        "tome",
        List.of(),
        OptionalDouble.empty(),
        Map.of("r", r, "inflection", inflection, "proportional", proportional));
  }

  /** Two whole numbers are a list where the recorded schedule begins with them and has no more. */
  private static boolean isPair(GoldenCase golden, List<JsonNode> numbers) {
    if (numbers.size() != 2 || Math.abs(numbers.get(1).doubleValue()) > 1) {
      return false;
    }
    if (!golden.json().at("/meta/r_per_layer").isArray()
        || !numbers.get(1).canConvertToExactIntegral()) {
      return true;
    }
    List<Integer> recorded = golden.wholes("/meta/r_per_layer");
    return !(recorded.subList(0, 2).equals(golden.wholes("/config/r"))
        && recorded.stream().skip(2).allMatch(r -> r == 0));
  }

  static String text(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
