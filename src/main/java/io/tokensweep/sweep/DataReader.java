package io.tokensweep.sweep;

import io.tokensweep.data.ParquetColumns;
import java.util.List;
import java.util.OptionalInt;

/** Reads {@code data}. */
final class DataReader {
  private static final List<String> TYPES =
      List.of("shapes", "imagefolder", "flat", "webdataset", "parquet");

  private DataReader() {}

  static DataSpec read(Value value) {
    Fields fields = Fields.of(value, "a map with type");
    Value type = fields.need("type", "one of " + TYPES);
    String word = type.scalar("a type").text();
    return switch (word) {
      case "shapes" -> shapes(fields.only(List.of("type", "count", "seed")));
      case "imagefolder" -> imageFolder(fields.only(List.of("type", "path", "labels")));
      case "flat" -> flat(fields.only(List.of("type", "path", "labels", "classes")));
      case "webdataset" -> webDataset(fields.only(List.of("type", "path", "labels", "classes")));
      case "parquet" ->
          parquet(
              fields.only(
                  List.of("type", "path", "labels", "classes", "image_column", "label_column")));
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
        classes(fields));
  }

  private static DataSpec webDataset(Fields fields) {
    return new DataSpec.WebDataset(files(fields, "tar"), labels(fields));
  }

  private static DataSpec parquet(Fields fields) {
    return new DataSpec.Parquet(
        files(fields, "parquet"),
        labels(fields),
        new ParquetColumns(
            column(fields, "image_column", ParquetColumns.USUAL.image()),
            column(fields, "label_column", ParquetColumns.USUAL.label())));
  }

  private static String column(Fields fields, String key, String usual) {
    String allowed = "the name of a column";
    return fields.get(key).map(value -> value.scalar(allowed).word(allowed)).orElse(usual);
  }

  private static DataSpec.LabelSpec labels(Fields fields) {
    String allowed = "numbers, imagenet or the path of a list of synsets";
    String labels =
        fields.get("labels").map(value -> value.scalar(allowed).word(allowed)).orElse("numbers");
    OptionalInt classes = classes(fields);
    if (classes.isPresent() && !labels.equals("numbers")) {
      throw fields
          .placeOf("classes")
          .found("classes with labels: " + labels, "classes with labels: numbers");
    }
    return new DataSpec.LabelSpec(labels, classes);
  }

  private static OptionalInt classes(Fields fields) {
    return fields
        .get("classes")
        .map(value -> OptionalInt.of(value.scalar("a number").whole(1, 1 << 20)))
        .orElse(OptionalInt.empty());
  }

  private static String files(Fields fields, String ending) {
    String allowed =
        "a .%1$s file, a folder of them, or several such as part-{000..049}.%1$s".formatted(ending);
    return fields.need("path", allowed).scalar(allowed).word(allowed);
  }

  private static String path(Fields fields) {
    return fields.need("path", "a folder").scalar("a folder").word("a folder");
  }
}
