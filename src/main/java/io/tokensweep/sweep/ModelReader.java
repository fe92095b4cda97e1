package io.tokensweep.sweep;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.Architectures;
import io.tokensweep.model.Design;
import io.tokensweep.model.PositionInterpolation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads an entry of {@code models}. */
final class ModelReader {
  private static final List<String> DIMENSIONS =
      List.of("image_size", "patch", "width", "depth", "heads", "hidden", "classes");
  private static final List<String> COMMON =
      List.of("name", "checkpoint", "modules", "position_embedding", "classes");
  private static final List<String> DESIGNS = List.of("vit", "lv_vit");
  private static final int LARGEST = 1 << 16;

  private ModelReader() {}

  static List<ModelSpec> read(Value entry) {
    List<String> known = new ArrayList<>(COMMON);
    DIMENSIONS.stream().filter(key -> !known.contains(key)).forEach(known::add);
    known.addAll(List.of("distilled", "design"));
    Fields fields = Fields.of(entry, "a map with name").only(known);
    fields.need("name", "one of " + names());
    Map<String, Value> axes = new LinkedHashMap<>();
    fields.keys().forEach(key -> axes.put(key, fields.get(key).orElseThrow()));
    return AxisProduct.of(axes, fields.place()).stream()
        .map(values -> model(values, fields))
        .toList();
  }

  private static ModelSpec model(Map<String, Value> values, Fields fields) {
    Value nameValue = values.get("name");
    String name = nameValue.scalar("a model").text();
    if (!names().contains(name)) {
      throw nameValue.place().unknown("model", name, names());
    }
    Architecture architecture =
        Architectures.named(name)
            .map(published -> published(published, values, fields))
            .orElseGet(() -> custom(values, fields));
    return new ModelSpec(
        architecture,
        Optional.ofNullable(values.get("position_embedding"))
            .map(ModelReader::positionEmbedding)
            .orElse(PositionInterpolation.DEIT),
        weights(values, "checkpoint"),
        weights(values, "modules"));
  }

  /** A published architecture, with another number of classes if the entry gives one. */
  private static Architecture published(
      Architecture published, Map<String, Value> values, Fields fields) {
    for (String key : values.keySet()) {
      if (!COMMON.contains(key)) {
        throw fields.placeOf(key).unknown("with this model the key", key, COMMON);
      }
    }
    return published.withClasses(dimension(values, "classes").orElse(published.classes()));
  }

  private static Architecture custom(Map<String, Value> values, Fields fields) {
    int[] sizes = new int[DIMENSIONS.size()];
    for (int i = 0; i < sizes.length; i++) {
      String key = DIMENSIONS.get(i);
      sizes[i] =
          dimension(values, key)
              .orElseThrow(
                  () ->
                      fields
                          .place()
                          .problem(
                              "%s is missing, vit_custom needs %s".formatted(key, DIMENSIONS)));
    }
    try {
      return new Architecture(
          Architectures.CUSTOM,
          sizes[0],
          sizes[1],
          sizes[2],
          sizes[3],
          sizes[4],
          sizes[5],
          sizes[6],
          design(values));
    } catch (IllegalArgumentException e) {
      throw fields.place().problem(e.getMessage());
    }
  }

  private static Design design(Map<String, Value> values) {
    boolean distilled = Optional.ofNullable(values.get("distilled")).map(Value::flag).orElse(false);
    Design plain = distilled ? Design.DISTILLED : Design.VIT;
    return Optional.ofNullable(values.get("design"))
        .map(value -> named(value, plain, distilled))
        .orElse(plain);
  }

  private static Design named(Value value, Design plain, boolean distilled) {
    String name = value.scalar("a design").text();
    if (name.equals("lv_vit") && distilled) {
      throw value.place().problem("lv_vit has no distillation token, allowed: distilled: false");
    }
    return switch (name) {
      case "vit" -> plain;
      case "lv_vit" -> Design.LV_VIT;
      default -> throw value.place().unknown("design", name, DESIGNS);
    };
  }

  private static OptionalInt dimension(Map<String, Value> values, String key) {
    return values.containsKey(key)
        ? OptionalInt.of(values.get(key).scalar("a whole number").whole(1, LARGEST))
        : OptionalInt.empty();
  }

  private static Optional<Located<String>> weights(Map<String, Value> values, String key) {
    String allowed = "a file, embedded or embedded:NAME";
    return Optional.ofNullable(values.get(key))
        .map(value -> new Located<>(value.scalar(allowed).word(allowed), value.place()));
  }

  private static PositionInterpolation positionEmbedding(Value value) {
    String key = value.scalar("a position embedding").text();
    return Arrays.stream(PositionInterpolation.values())
        .filter(filter -> filter.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                value
                    .place()
                    .unknown(
                        "position embedding",
                        key,
                        Arrays.stream(PositionInterpolation.values())
                            .map(PositionInterpolation::key)
                            .toList()));
  }

  private static List<String> names() {
    List<String> names = new ArrayList<>(Architectures.names());
    names.add(Architectures.CUSTOM);
    return names;
  }
}
