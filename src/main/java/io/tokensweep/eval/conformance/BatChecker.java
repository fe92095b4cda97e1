package io.tokensweep.eval.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.model.Architecture;
import io.tokensweep.reduction.Method;
import io.tokensweep.reduction.Methods;
import io.tokensweep.reduction.Parameter;
import io.tokensweep.reduction.ParameterValues;
import io.tokensweep.reduction.Placement;
import io.tokensweep.reduction.Reduction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * BAT and its diversity-only strategy: the backbone's outputs, and at each site what was decoupled,
 * clustered and matched.
 */
final class BatChecker implements Checker {
  private static final String DIVERSITY = "diversity";

  /** What golden cases call the parameters of the methods, and their values. */
  private static final Map<String, String> PARAMETERS =
      Map.of("ablation", "strategy", "fuse", "evit_token");

  private static final Map<String, String> VALUES =
      Map.of("full", "match", "avgpool", "average", "maxpool", "max", "spatialpool", "spatial");

  @Override
  public Optional<String> unsupported(GoldenCase golden) {
    return NetworkCase.unsupported(golden)
        .or(
            () -> {
              String merger = golden.optionalText("/config/merger").orElse("dpc");
              return List.of("conv", "convolution", "mlp").contains(merger)
                  ? Optional.of(
                      "the trained merger %s has no official weight names".formatted(merger))
                  : Optional.empty();
            });
  }

  @Override
  public CaseResult check(GoldenCase golden) {
    return NetworkCase.check(
        golden,
        (run, comparison, outputs) -> {
          Method method = method(golden);
          ParameterValues parameters = parameters(golden, method);
          SortedMap<Integer, Reduction> reductions = reductions(golden, method, parameters);
          Recorder recorder = Recorder.run(run, reductions);
          outputs.network(recorder);
          new RegroupingCheck(golden, comparison, outputs, recorder)
              .check(List.copyOf(reductions.keySet()), parameters);
        });
  }

  private static Method method(GoldenCase golden) {
    String strategy = golden.optionalText("/config/strategy").orElse("full");
    return Methods.named(strategy.equals(DIVERSITY) ? DIVERSITY : "bat").orElseThrow();
  }

  private static ParameterValues parameters(GoldenCase golden, Method method) {
    SortedMap<String, Object> values = new TreeMap<>();
    for (Parameter parameter : method.parameters()) {
      String pointer = "/config/" + PARAMETERS.getOrDefault(parameter.name(), parameter.name());
      JsonNode given = golden.json().at(pointer);
      try {
        values.put(
            parameter.name(),
            given.isMissingNode() || given.isNull()
                ? parameter.defaultValue()
                : parameter.parse(value(given)));
      } catch (IllegalArgumentException e) {
        throw golden.unusable(pointer, parameter.allowed());
      }
    }
    return new ParameterValues(values);
  }

  private static Object value(JsonNode node) {
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    return node.isIntegralNumber()
        ? node.longValue()
        : VALUES.getOrDefault(node.asText(), node.asText());
  }

  private static SortedMap<Integer, Reduction> reductions(
      GoldenCase golden, Method method, ParameterValues parameters) {
    Architecture architecture = NetworkCase.architecture(golden);
    List<Integer> sites = golden.wholes("/config/sites").stream().sorted().toList();
    if (sites.stream().anyMatch(site -> site < 0 || site >= architecture.depth())) {
      throw golden.unusable("/config/sites", "blocks of the network");
    }
    return method.sites(
        new Placement(
            architecture,
            golden.whole("/config/img_size"),
            sites,
            OptionalDouble.of(golden.number("/config/keep_rate"))),
        parameters);
  }
}
