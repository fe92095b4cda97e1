package io.tokensweep.sweep;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.Transform;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Turns the YAML of a sweep file into a {@link Sweep}, checking every key and value. */
final class SweepReader {
  static final List<String> KEYS =
      List.of(
          "name",
          "data",
          "transform",
          "models",
          "methods",
          "keep_rates",
          "resolutions",
          "sites",
          "precision",
          "measure",
          "include",
          "exclude");

  private static final List<String> RULE_KEYS =
      List.of("model", "method", "keep_rate", "resolution", "precision", "sites");
  private static final String MODEL_LIST = "a list of maps with name";
  private static final int LARGEST_BATCH = 1 << 16;
  private static final int LARGEST_RESOLUTION = 1 << 13;

  private final Sweep.Source source;

  SweepReader(Sweep.Source source) {
    this.source = source;
  }

  Sweep read(Value document) {
    Fields fields = Fields.of(document, "a map with the keys " + KEYS).only(KEYS);
    String name = fields.need("name", "a name").scalar("a name").word("a name");
    Value data = fields.need("data", "a map with type");
    List<Located<Double>> keepRates = axis(fields.get("keep_rates"), SweepReader::keepRate);
    Product product =
        new Product(
            fields.need("models", MODEL_LIST).elements().stream()
                .flatMap(entry -> ModelReader.read(entry).stream())
                .toList(),
            fields.need("methods", "a list of maps with name").elements().stream()
                .flatMap(entry -> MethodReader.read(entry).stream())
                .toList(),
            keepRates,
            axis(fields.get("resolutions"), SweepReader::resolution),
            fields.get("precision").map(SweepReader::precisions).orElse(List.of(Precision.FP32)),
            fields.get("sites").map(SweepReader::siteSets).orElse(List.of()));
    return new Sweep(
        name,
        new Located<>(DataReader.read(data), data.place()),
        fields.get("transform").map(TransformReader::read).orElse(Transform.named("deit")),
        product,
        entries(fields.get("exclude"), entry -> exclusion(entry, product)),
        entries(fields.get("include"), entry -> inclusion(entry, product)),
        measure(fields.need("measure", "a map with quality, throughput or both")),
        source);
  }

  private static <T> List<T> entries(Optional<Value> list, Function<Value, T> read) {
    if (list.isEmpty() || (list.get() instanceof Value.Sequence s && s.items().isEmpty())) {
      return List.of();
    }
    return list.get().elements().stream().map(read).toList();
  }

  private static <T> List<Located<T>> axis(Optional<Value> value, Function<Value, T> read) {
    return value.stream()
        .flatMap(axis -> axis.elements().stream())
        .map(element -> new Located<>(read.apply(element), element.place()))
        .toList();
  }

  static double keepRate(Value value) {
    String allowed = "a number above 0 and at most 1";
    if (value.scalar(allowed).content() instanceof Number number
        && number.doubleValue() > 0
        && number.doubleValue() <= 1) {
      return number.doubleValue();
    }
    throw value.place().found(value.describe(), allowed);
  }

  private static int resolution(Value value) {
    return value.scalar("a number of pixels").whole(1, LARGEST_RESOLUTION);
  }

  private static List<Precision> precisions(Value axis) {
    return axis.elements().stream().map(SweepReader::precision).toList();
  }

  private static Precision precision(Value value) {
    String key = value.scalar("a precision").text();
    return Arrays.stream(Precision.values())
        .filter(precision -> precision.key().equals(key))
        .findFirst()
        .orElseThrow(() -> value.place().unknown("precision", key, Precision.keys()));
  }

  /** A list of blocks is one set of sites; a list of such lists is an axis. */
  private static List<Located<List<Integer>>> siteSets(Value value) {
    boolean isAxis =
        value instanceof Value.Sequence list
            && list.items().stream().anyMatch(item -> item instanceof Value.Sequence);
    return (isAxis ? value.elements() : List.of(value))
        .stream().map(set -> new Located<>(siteSet(set), set.place())).toList();
  }

  private static List<Integer> siteSet(Value set) {
    List<Integer> blocks = new ArrayList<>();
    for (Value element : set.elements()) {
      int block = element.scalar("0-based block indices").whole(0, Integer.MAX_VALUE);
      if (!blocks.isEmpty() && block <= blocks.get(blocks.size() - 1)) {
        throw element
            .place()
            .found(
                "block %d after block %d".formatted(block, blocks.get(blocks.size() - 1)),
                "0-based block indices in ascending order, each once");
      }
      blocks.add(block);
    }
    return List.copyOf(blocks);
  }

  private static Measure measure(Value value) {
    String allowed = "a map with quality, throughput or both";
    Fields fields = Fields.of(value, allowed).only(List.of("quality", "throughput"));
    Optional<Measure.Quality> quality =
        fields
            .get("quality")
            .map(
                section -> {
                  Fields keys =
                      Fields.of(section, "a map with batch_size, sources")
                          .only(List.of("batch_size", "sources"));
                  return new Measure.Quality(
                      whole(keys, "batch_size", 1, LARGEST_BATCH, 128),
                      keys.get("sources").map(Value::flag).orElse(false));
                });
    Optional<Measure.Throughput> throughput = fields.get("throughput").map(SweepReader::throughput);
    if (quality.isEmpty() && throughput.isEmpty()) {
      throw value.place().found("neither quality nor throughput", allowed);
    }
    return new Measure(quality, throughput);
  }

  private static Measure.Throughput throughput(Value section) {
    List<String> names =
        List.of("batch_size", "repeats", "warmup", "warmup_limit", "latency_repeats", "sessions");
    Fields keys = Fields.of(section, "a map with " + String.join(", ", names)).only(names);
    int warmup = whole(keys, "warmup", 0, 100_000, 2);
    return new Measure.Throughput(
        whole(keys, "batch_size", 1, LARGEST_BATCH, 256),
        whole(keys, "repeats", 1, 100_000, 10),
        warmup,
        whole(keys, "warmup_limit", warmup, 100_000, Math.max(warmup, 20)),
        whole(keys, "latency_repeats", 0, 100_000, 100),
        whole(keys, "sessions", 1, 100, 1));
  }

  private static int whole(Fields fields, String key, int least, int most, int ifAbsent) {
    return fields
        .get(key)
        .map(value -> value.scalar("a whole number").whole(least, most))
        .orElse(ifAbsent);
  }

  /** An extra product: axes that the entry does not name are those of the sweep. */
  private static Product inclusion(Value entry, Product sweep) {
    Fields fields = Fields.of(entry, "a map with any of " + RULE_KEYS + " and parameters");
    Set<String> models = words(fields.get("model"), "model", modelNames(sweep));
    List<MethodSpec> methods = sweep.methods();
    if (fields.get("method").isPresent()) {
      methods = MethodReader.read(fields, "method", RULE_KEYS);
    } else {
      fields.only(RULE_KEYS);
    }
    return new Product(
        sweep.models().stream()
            .filter(m -> models.isEmpty() || models.contains(m.architecture().name()))
            .toList(),
        methods,
        or(axis(fields.get("keep_rate"), SweepReader::keepRate), sweep.keepRates()),
        or(axis(fields.get("resolution"), SweepReader::resolution), sweep.resolutions()),
        or(
            fields.get("precision").map(SweepReader::precisions).orElse(List.of()),
            sweep.precisions()),
        or(fields.get("sites").map(SweepReader::siteSets).orElse(List.of()), sweep.sites()));
  }

  private static <T> List<T> or(List<T> own, List<T> otherwise) {
    return own.isEmpty() ? otherwise : own;
  }

  private static Exclusion exclusion(Value entry, Product sweep) {
    Fields fields = Fields.of(entry, "a map with any of " + RULE_KEYS + " and parameters");
    if (fields.keys().isEmpty()) {
      throw entry.place().found("an empty map", "at least one of " + RULE_KEYS);
    }
    Set<String> methods =
        words(
            fields.get("method"),
            "method",
            sweep.methods().stream().map(spec -> spec.method().name()).toList());
    Set<String> parameterNames =
        sweep.methods().stream()
            .flatMap(spec -> spec.method().parameters().stream())
            .map(parameter -> parameter.name())
            .collect(Collectors.toSet());
    Set<String> known = new LinkedHashSet<>(RULE_KEYS);
    known.addAll(parameterNames);
    fields.only(known);
    Map<String, Set<Object>> parameters = new TreeMap<>();
    for (String name : parameterNames) {
      fields
          .get(name)
          .ifPresent(value -> parameters.put(name, parameterValues(name, value, sweep)));
    }
    return new Exclusion(
        words(fields.get("model"), "model", modelNames(sweep)),
        methods,
        values(axis(fields.get("keep_rate"), SweepReader::keepRate)),
        values(axis(fields.get("resolution"), SweepReader::resolution)),
        Set.copyOf(fields.get("precision").map(SweepReader::precisions).orElse(List.of())),
        values(fields.get("sites").map(SweepReader::siteSets).orElse(List.of())),
        parameters);
  }

  /** The values as every method of the sweep that has the parameter stores them. */
  private static Set<Object> parameterValues(String name, Value axis, Product sweep) {
    Set<Object> values = new HashSet<>();
    for (Value element : axis.elements()) {
      List<InvalidInputException> refused = new ArrayList<>();
      int before = values.size();
      sweep.methods().stream()
          .flatMap(spec -> spec.method().parameters().stream())
          .filter(parameter -> parameter.name().equals(name))
          .distinct()
          .forEach(
              parameter -> {
                try {
                  values.add(MethodReader.value(parameter, element));
                } catch (InvalidInputException e) {
                  refused.add(e);
                }
              });
      if (values.size() == before && !refused.isEmpty()) {
        throw refused.get(0);
      }
    }
    return values;
  }

  private static List<String> modelNames(Product sweep) {
    return sweep.models().stream().map(spec -> spec.architecture().name()).distinct().toList();
  }

  private static <T> Set<T> values(List<Located<T>> axis) {
    return axis.stream().map(Located::value).collect(Collectors.toSet());
  }

  private static Set<String> words(Optional<Value> axis, String what, List<String> known) {
    Set<String> words = new LinkedHashSet<>();
    for (Value element : axis.map(Value::elements).orElse(List.of())) {
      String word = element.scalar("a " + what).text();
      if (!known.contains(word)) {
        throw element.place().unknown(what, word, new LinkedHashSet<>(known));
      }
      words.add(word);
    }
    return words;
  }
}
