package io.tokensweep.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.analysis.compare.Comparison;
import io.tokensweep.reduction.Methods;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Configuration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Names trials by their method and by whatever else differs among the trials shown together. */
final class Names {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A property that is named only if trials that are alike in {@code within} differ in it. */
  private record Part(
      Function<TrialRow, ?> value,
      Function<TrialRow, ?> within,
      Function<TrialRow, String> text,
      boolean ofNetwork) {}

  private final List<Part> shown;

  Names(List<TrialRow> trials) {
    List<String> transforms = distinct(trials, Configuration::transform);
    List<String> embeddings = distinct(trials, Configuration::positionEmbedding);
    shown =
        List.of(
                part(Configuration::model, c -> 0, Configuration::model),
                part(
                    Configuration::checkpoint,
                    Configuration::model,
                    c -> "checkpoint " + Text.shortened(c.checkpoint(), 9)),
                part(
                    Configuration::modules,
                    Names::network,
                    c ->
                        c.modules()
                            .map(hash -> "modules " + Text.shortened(hash, 9))
                            .orElse("no modules")),
                part(Configuration::resolution, c -> 0, c -> c.resolution() + " px"),
                part(Configuration::precision, c -> 0, Configuration::precision),
                part(
                    Configuration::transform,
                    Names::network,
                    c -> "transform " + (1 + transforms.indexOf(c.transform()))),
                part(
                    Configuration::positionEmbedding,
                    Names::network,
                    c -> "position embedding " + (1 + embeddings.indexOf(c.positionEmbedding()))),
                new Part(
                    trial -> trial.configuration().sites(),
                    trial -> trial.configuration().sites().isEmpty(),
                    trial ->
                        trial.configuration().sites().isEmpty()
                            ? ""
                            : "blocks " + Format.blocks(trial.configuration().sites()),
                    false),
                new Part(TrialRow::runId, TrialRow::trialId, t -> "run " + t.runId(), false))
            .stream()
            .filter(part -> varies(trials, part))
            .toList();
  }

  /** Of all trials of a comparison; in which run a row was measured is no part of the name. */
  static Names ofComparison(Comparison comparison) {
    Map<String, TrialRow> trials = new LinkedHashMap<>();
    comparison.rows().forEach(row -> trials.putIfAbsent(row.trialId(), row));
    return new Names(List.copyOf(trials.values()));
  }

  private static Part part(
      Function<Configuration, ?> value,
      Function<Configuration, ?> within,
      Function<Configuration, String> text) {
    return new Part(
        trial -> value.apply(trial.configuration()),
        trial -> within.apply(trial.configuration()),
        trial -> text.apply(trial.configuration()),
        true);
  }

  private static List<Object> network(Configuration configuration) {
    return List.of(configuration.model(), configuration.checkpoint(), configuration.resolution());
  }

  private static List<String> distinct(
      List<TrialRow> trials, Function<Configuration, String> value) {
    return trials.stream().map(trial -> value.apply(trial.configuration())).distinct().toList();
  }

  private static boolean varies(List<TrialRow> trials, Part part) {
    Map<Object, Object> seen = new HashMap<>();
    return trials.stream()
        .anyMatch(
            trial -> {
              Object value = part.value().apply(trial);
              Object before = seen.putIfAbsent(part.within().apply(trial), value);
              return before != null && !before.equals(value);
            });
  }

  /**
   * The method with the parameters that are not at their default: {@code evit}, {@code evit (no
   * fuse)}, {@code ppt (r=20, threshold=0.0001)}.
   */
  static String method(TrialRow trial) {
    Configuration configuration = trial.configuration();
    String parameters = parameters(configuration);
    return Text.visible(
        configuration.method() + (parameters.isEmpty() ? "" : " (" + parameters + ")"));
  }

  private static String parameters(Configuration configuration) {
    Map<String, Object> values;
    try {
      values = JSON.readValue(configuration.parameters(), new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      return configuration.parameters();
    }
    return Methods.changed(configuration.method(), values).entrySet().stream()
        .map(entry -> parameter(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String parameter(String name, Object value) {
    if (value instanceof Boolean flag) {
      return flag ? name : "no " + name;
    }
    return name + "=" + (value instanceof Number n ? Format.number(n.doubleValue()) : value);
  }

  /** What the networks differ in, such as {@code deit_small, 288 px}; empty if in nothing. */
  String network(TrialRow trial) {
    return shown.stream()
        .filter(Part::ofNetwork)
        .map(part -> part.text().apply(trial))
        .collect(Collectors.collectingAndThen(Collectors.joining(", "), Text::visible));
  }

  /** Everything but the keep rate. */
  String series(TrialRow trial) {
    Set<String> words = new LinkedHashSet<>();
    words.add(method(trial));
    shown.forEach(part -> words.add(part.text().apply(trial)));
    words.remove("");
    return Text.visible(String.join(", ", words));
  }

  String trial(TrialRow trial) {
    List<String> words = new ArrayList<>(List.of(series(trial)));
    trial
        .configuration()
        .keepRate()
        .ifPresent(keepRate -> words.add("keep rate " + Format.number(keepRate)));
    return String.join(" at ", words);
  }
}
