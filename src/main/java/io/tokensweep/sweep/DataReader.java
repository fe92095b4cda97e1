package io.tokensweep.sweep;

import java.util.List;
import java.util.OptionalInt;

/** Reads {@code data}. */
final class DataReader {
  private static final List<String> TYPES = List.of("shapes", "imagefolder", "flat");

  private DataReader() {}

  static DataSpec read(Value value) {
    Fields fields = Fields.of(value, "a map with type");
    Value type = fields.need("type", "one of " + TYPES);
    String word = type.scalar("a type").text();
    return switch (word) {
      case "shapes" -> shapes(fields.only(List.of("type", "count", "seed")));
      case "imagefolder" -> imageFolder(fields.only(List.of("type", "path", "labels")));
      case "flat" -> flat(fields.only(List.of("type", "path", "labels", "classes")));
      default -> throw type.place().unknown("type", word, TYPES);
    };
  }

  private static DataSpec shapes(Fields fields) {
    Value seed = fields.need("seed", "a whole number");
    if (seed.scalar("a whole number").content() instanceof Long number) {
      return new DataSpec.Shapes(
          fields.need("count", "a number of images").scalar("a number").whole(1, 100_000_000),
          number);
    }
    throw seed.place().found(seed.describe(), "a whole number");
  }

  private static DataSpec imageFolder(Fields fields) {
    String allowed = "folders, imagenet or the path of a list of synsets";
    return new DataSpec.ImageFolder(
        path(fields),
        fields.get("labels").map(value -> value.scalar(allowed).word(allowed)).orElse("folders"));
  }

  private static DataSpec flat(Fields fields) {
    String allowed = "a CSV file inside path with the columns image and label";
    return new DataSpec.Flat(
        path(fields),
        fields.need("labels", allowed).scalar(allowed).word(allowed),
        fields
            .get("classes")
            .map(value -> OptionalInt.of(value.scalar("a number").whole(1, 1 << 20)))
            .orElse(OptionalInt.empty()));
  }

  private static String path(Fields fields) {
    return fields.need("path", "a folder").scalar("a folder").word("a folder");
  }
}
