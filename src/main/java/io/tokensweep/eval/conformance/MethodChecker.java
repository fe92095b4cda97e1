package io.tokensweep.eval.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.reduction.Method;
import io.tokensweep.reduction.Methods;
import io.tokensweep.reduction.Parameter;
import io.tokensweep.reduction.Reduction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Any method of the registry, under the names that sweep files use: the backbone's outputs, the
 * final tokens and their sizes, and which tokens each site keeps (docs/add-a-method.md).
 */
final class MethodChecker implements Checker {
  private static final String METHOD = "/config/method";
  private static final String PARAMETERS = "/config/parameters";
  private static final String KEEP_RATE = "/config/keep_rate";
  private static final String SITES = "/config/sites";

  @Override
  public Optional<String> unsupported(GoldenCase golden) {
    return NetworkCase.unsupported(golden);
  }

  @Override
  public CaseResult check(GoldenCase golden) {
    SortedMap<Integer, Reduction> reductions = reductions(golden);
    return NetworkCase.check(
        golden,
        (run, comparison, outputs) -> {
          Recorder recorder = Recorder.run(run, reductions);
          outputs.network(recorder);
          outputs.floats("tokens_final", recorder.tokensFinal());
          outputs.floats("size_final", recorder.sizesFinal());
          KeptTokens kept = KeptTokens.of(run, reductions);
          for (int block : reductions.keySet()) {
            outputs.integers("site" + block + ".kept", kept.at(block));
          }
        });
  }

  private static SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    Method method = method(golden);
    boolean hasRate = !golden.json().at(KEEP_RATE).isMissingNode();
    return CaseMethod.sites(
        golden,
        method.name(),
        golden.json().at(SITES).isMissingNode() ? List.of() : golden.wholes(SITES),
        hasRate ? OptionalDouble.of(golden.number(KEEP_RATE)) : OptionalDouble.empty(),
        parameters(golden, method));
  }

  private static Method method(GoldenCase golden) {
    return Methods.named(golden.text(METHOD))
        .orElseThrow(
            () ->
                golden.unusable(
                    METHOD,
                    "one of "
                        + String.join(", ", Methods.all().stream().map(Method::name).toList())));
  }

  private static Map<String, Object> parameters(GoldenCase golden, Method method) {
    Map<String, Object> values = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : golden.json().at(PARAMETERS).properties()) {
      Parameter parameter =
          method.parameters().stream()
              .filter(known -> known.name().equals(field.getKey()))
              .findFirst()
              .orElseThrow(
                  () ->
                      golden.unusable(
                          PARAMETERS, "a map with parameters of method " + method.name()));
      values.put(parameter.name(), value(golden, parameter, field.getValue()));
    }
    return values;
  }

  private static Object value(GoldenCase golden, Parameter parameter, JsonNode given) {
    Object content =
        switch (given.getNodeType()) {
          case BOOLEAN -> given.booleanValue();
          case NUMBER -> given.numberValue();
          case STRING -> given.textValue();
          case ARRAY, BINARY, MISSING, NULL, OBJECT, POJO -> given;
        };
    try {
      return parameter.parse(content);
    } catch (IllegalArgumentException e) {
      throw golden.unusable(PARAMETERS + "/" + parameter.name(), parameter.allowed());
    }
  }
}
