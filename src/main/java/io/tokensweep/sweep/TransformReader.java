package io.tokensweep.sweep;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.Transform;
import java.util.List;
import java.util.Optional;

/**
 * Reads {@code transform}: a name, or {@code {crop: 0.9, mean: [...], std: [...]}}, where {@code
 * crop: squash} resizes both sides to the resolution and cuts nothing off.
 */
final class TransformReader {
  private static final List<String> NAMES = List.of("deit", "timm", "lvvit");
  private static final List<String> KEYS = List.of("crop", "mean", "std");

  private TransformReader() {}

  static Transform read(Value value) {
    if (value instanceof Value.Mapping) {
      return custom(Fields.of(value, "a map").only(KEYS));
    }
    String name = value.scalar("one of " + NAMES + " or a map with " + KEYS).text();
    if (!NAMES.contains(name)) {
      throw value.place().unknown("transform", name, NAMES);
    }
    return Transform.named(name);
  }

  private static Transform custom(Fields fields) {
    Transform standard = Transform.named("deit");
    try {
      return new Transform(
          fields.get("crop").map(TransformReader::resize).orElse(standard.resize()),
          channels(fields.get("mean"), standard.mean()),
          channels(fields.get("std"), standard.std()));
    } catch (InvalidInputException e) {
      throw fields.place().problem(e.getMessage());
    }
  }

  private static Transform.Resize resize(Value value) {
    String allowed = "a number above 0 and at most 1, or squash";
    Object content = value.scalar(allowed).content();
    if (content.equals("squash")) {
      return new Transform.Squash();
    }
    if (content instanceof Number number && number.doubleValue() > 0 && number.doubleValue() <= 1) {
      return new Transform.ShortSide(number.doubleValue());
    }
    throw value.place().found(value.describe(), allowed);
  }

  private static List<Double> channels(Optional<Value> value, List<Double> ifAbsent) {
    if (value.isEmpty()) {
      return ifAbsent;
    }
    List<Value> elements = value.get().elements();
    if (elements.size() != 3) {
      throw value
          .get()
          .place()
          .found("%d values".formatted(elements.size()), "three numbers: red, green, blue");
    }
    return elements.stream().map(TransformReader::number).toList();
  }

  private static double number(Value value) {
    if (value.scalar("a number").content() instanceof Number number) {
      return number.doubleValue();
    }
    throw value.place().found(value.describe(), "a number");
  }
}
