package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * The columns of a Parquet file of images, as HuggingFace datasets writes them.
 *
 * @param image a group of {@code bytes}, an encoded image, and maybe {@code path}, a text
 * @param label a whole number, or a text where labels have names
 */
public record ParquetColumns(String image, String label) {
  /** The usual names. */
  public static final ParquetColumns USUAL = new ParquetColumns("image", "label");

  /** What ends a name where schemas are kept as text. */
  private static final Pattern RESERVED = Pattern.compile("[\\s,;{}()=]");

  static final String BYTES = "bytes";
  static final String PATH = "path";

  ColumnPath bytesPath() {
    return ColumnPath.get(image, BYTES);
  }

  /** The schema of a file with nothing but the bytes of the images. */
  MessageType bytesSchema(MessageType schema) {
    return new MessageType(schema.getName(), part(schema, BYTES));
  }

  /** The schema of a file with labels, and paths if it has them, but no bytes of images. */
  MessageType labelSchema(MessageType schema) {
    Type labels = schema.getType(label);
    return schema.getType(image).asGroupType().containsField(PATH)
        ? new MessageType(schema.getName(), part(schema, PATH), labels)
        : new MessageType(schema.getName(), labels);
  }

  private Type part(MessageType schema, String field) {
    GroupType group = schema.getType(image).asGroupType();
    return group.withNewFields(group.getType(field));
  }

  /**
   * Refuses a file whose columns are not such.
   *
   * @throws InvalidInputException if a column is missing or of another type, or its name cannot
   *     stand in a schema
   */
  void check(Path file, MessageType schema, Labels labels) {
    for (String name : List.of(image, label)) {
      if (RESERVED.matcher(name).find()) {
        throw new InvalidInputException(
            "%s: column '%s': allowed are names without blanks and ,;{}()=".formatted(file, name));
      }
    }
    Type images = column(file, schema, image);
    if (!isImage(images)) {
      throw wrongType(file, images, "a struct of bytes (binary) and path (text)");
    }
    Type numbers = column(file, schema, label);
    if (!isNumber(numbers) && !(labels.named() && isText(numbers))) {
      throw wrongType(file, numbers, "whole numbers" + (labels.named() ? " or texts" : ""));
    }
  }

  private static Type column(Path file, MessageType schema, String name) {
    if (!schema.containsField(name)) {
      throw new InvalidInputException(
          "%s: no column %s, it has: %s"
              .formatted(
                  file,
                  name,
                  schema.getFields().stream()
                      .map(Type::getName)
                      .collect(Collectors.joining(", "))));
    }
    return schema.getType(name);
  }

  private static boolean isImage(Type type) {
    if (!isSingle(type) || type.isPrimitive() || !type.asGroupType().containsField(BYTES)) {
      return false;
    }
    GroupType group = type.asGroupType();
    return isBinary(group.getType(BYTES))
        && (!group.containsField(PATH) || isText(group.getType(PATH)));
  }

  private static boolean isBinary(Type type) {
    return isPrimitive(type, List.of(PrimitiveTypeName.BINARY));
  }

  private static boolean isText(Type type) {
    return isBinary(type)
        && type.getLogicalTypeAnnotation()
            instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation;
  }

  private static boolean isNumber(Type type) {
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    return isPrimitive(type, List.of(PrimitiveTypeName.INT32, PrimitiveTypeName.INT64))
        && (meaning == null || meaning instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation);
  }

  private static boolean isPrimitive(Type type, List<PrimitiveTypeName> names) {
    return isSingle(type)
        && type.isPrimitive()
        && names.contains(type.asPrimitiveType().getPrimitiveTypeName());
  }

  private static boolean isSingle(Type type) {
    return !type.isRepetition(Type.Repetition.REPEATED);
  }

  private static InvalidInputException wrongType(Path file, Type found, String allowed) {
    return new InvalidInputException(
        "%s: column %s is %s, allowed: %s"
            .formatted(file, found.getName(), describe(found), allowed));
  }

  private static String describe(Type type) {
    if (type.isPrimitive()) {
      PrimitiveType primitive = type.asPrimitiveType();
      LogicalTypeAnnotation meaning = primitive.getLogicalTypeAnnotation();
      return primitive.getPrimitiveTypeName() + (meaning == null ? "" : " " + meaning);
    }
    return type.asGroupType().getFields().stream()
        .map(field -> field.getName() + " (" + (field.isPrimitive() ? describe(field) : "…") + ")")
        .collect(Collectors.joining(", ", "a struct of ", ""));
  }
}
