package io.tokensweep.sweep;

import io.tokensweep.InvalidInputException;
import io.tokensweep.sweep.Policy.Allowance;
import io.tokensweep.sweep.Policy.Limits;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Reads the policy of a gate: YAML 1.2, UTF-8, as strict as a sweep file. */
public final class PolicyFile {
  private static final List<String> KEYS = List.of("alpha", "metrics", "exceptions");
  private static final List<String> LIMITS = List.of("min_effect", "same_within");
  private static final List<String> ALLOWANCE = List.of("trial", "metric", "until", "reason");

  private final Set<String> metrics;
  private final Set<String> excepted;
  private final LocalDate today;

  private PolicyFile(Set<String> metrics, Set<String> excepted, LocalDate today) {
    this.metrics = metrics;
    this.excepted = excepted;
    this.today = today;
  }

  /**
   * @param metrics keys that can make a regression
   * @param excepted what an exception can be about
   * @param today exceptions that ended before are errors
   * @throws InvalidInputException naming file, line, column and key, what was found and what is
   *     allowed
   */
  public static Policy read(Path file, Set<String> metrics, Set<String> excepted, LocalDate today) {
    return new PolicyFile(metrics, excepted, today)
        .parse(file.toString(), SweepFile.text(file, "policy"));
  }

  private Policy parse(String file, String text) {
    Place root = new Place(file, 1, 1, "");
    Value document =
        YamlText.parse(text, root, new Environment(Map.of()))
            .orElseThrow(() -> root.problem("the policy is empty, allowed: " + KEYS));
    Fields fields = Fields.of(document, "a map with the keys " + KEYS).only(KEYS);
    return new Policy(
        fields.get("alpha").map(PolicyFile::alpha).orElse(0.05),
        metrics(fields.need("metrics", "a map of metrics")),
        exceptions(fields.get("exceptions")));
  }

  private static double alpha(Value value) {
    double alpha = number(value, "a number above 0 and below 0.5");
    if (alpha > 0 && alpha < 0.5) {
      return alpha;
    }
    throw value.place().found(value.describe(), "a number above 0 and below 0.5");
  }

  private static double number(Value value, String allowed) {
    if (value.scalar(allowed).content() instanceof Number number
        && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw value.place().found(value.describe(), allowed);
  }

  private Map<String, Limits> metrics(Value value) {
    String allowed = "a map of metrics";
    if (!(value instanceof Value.Mapping map) || map.entries().isEmpty()) {
      throw value.place().found(value.describe(), allowed);
    }
    Fields.of(map, allowed).only(metrics);
    Map<String, Limits> limits = new LinkedHashMap<>();
    map.entries().forEach((key, entry) -> limits.put(key, limits(entry)));
    return limits;
  }

  private static Limits limits(Value value) {
    if (value instanceof Value.Scalar scalar && scalar.isNull()) {
      return new Limits(OptionalDouble.empty(), OptionalDouble.empty());
    }
    Fields fields = Fields.of(value, "a map with any of " + LIMITS).only(LIMITS);
    return new Limits(size(fields.get("min_effect")), size(fields.get("same_within")));
  }

  private static OptionalDouble size(Optional<Value> value) {
    if (value.isEmpty()) {
      return OptionalDouble.empty();
    }
    double size = number(value.get(), "a number of at least 0");
    if (size < 0) {
      throw value.get().place().found(value.get().describe(), "a number of at least 0");
    }
    return OptionalDouble.of(size);
  }

  private List<Allowance> exceptions(Optional<Value> list) {
    if (list.isEmpty() || (list.get() instanceof Value.Sequence s && s.items().isEmpty())) {
      return List.of();
    }
    List<Allowance> exceptions = new ArrayList<>();
    list.get().elements().forEach(entry -> exceptions.add(exception(entry)));
    return exceptions;
  }

  private Allowance exception(Value entry) {
    Fields fields = Fields.of(entry, "a map with " + ALLOWANCE).only(ALLOWANCE);
    String trial = word(fields, "trial", "a name or id of trials, * for any text");
    Value metric = fields.need("metric", "a metric, or * for all");
    String key = metric.scalar("a metric, or * for all").word("a metric, or * for all");
    if (!key.equals("*") && !excepted.contains(key)) {
      throw metric.place().unknown("metric", key, excepted);
    }
    Value until = fields.need("until", "a date such as 2030-12-31");
    LocalDate last = date(until);
    String reason = word(fields, "reason", "a sentence");
    if (last.isBefore(today)) {
      throw entry
          .place()
          .problem(
              "the exception for %s of '%s' ended on %s (%s); remove it, or give a later date"
                  .formatted(key, trial, last, reason));
    }
    return new Allowance(
        "%s:%d".formatted(entry.place().origin(), entry.place().line()), trial, key, last, reason);
  }

  private static String word(Fields fields, String key, String allowed) {
    return fields.need(key, allowed).scalar(allowed).word(allowed);
  }

  private static LocalDate date(Value value) {
    String allowed = "a date such as 2030-12-31";
    try {
      return LocalDate.parse(value.scalar(allowed).text());
    } catch (DateTimeParseException e) {
      throw value.place().found(value.describe(), allowed);
    }
  }
}
