package io.tokensweep.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/**
 * A table of the store: its name and its columns, each with its Parquet type and where a row of
 * type {@code T} has its value. The contract behind it is {@code docs/results-schema.md}.
 */
public final class Table<T> {
  private final String name;
  private final List<Column<T>> columns;

  private record Column<T>(Type type, Cell<T> cell) {}

  private interface Cell<T> {
    boolean isPresent(T row);

    void write(T row, RecordConsumer consumer);
  }

  private Table(String name, List<Column<T>> columns) {
    this.name = name;
    this.columns = List.copyOf(columns);
  }

  /** Folder of the table in the store. */
  public String name() {
    return name;
  }

  /** Columns in order with their Parquet types. */
  public MessageType schema() {
    return new MessageType(name, columns.stream().map(Column::type).toList());
  }

  /** The columns as Spark SQL declares them. */
  public String sparkSchema() {
    return columns.stream()
        .map(column -> column.type.getName() + " " + sparkType(column.type))
        .collect(Collectors.joining(", "));
  }

  private static String sparkType(Type type) {
    if (!type.isPrimitive()) {
      return "ARRAY<" + sparkType(type.asGroupType().getType(0).asGroupType().getType(0)) + ">";
    }
    return switch (type.asPrimitiveType().getPrimitiveTypeName()) {
      case BINARY -> "STRING";
      case INT32 -> "INT";
      case INT64 -> "BIGINT";
      case FLOAT -> "FLOAT";
      case DOUBLE -> "DOUBLE";
      case BOOLEAN -> "BOOLEAN";
      case INT96, FIXED_LEN_BYTE_ARRAY -> throw new IllegalStateException("no column is " + type);
    };
  }

  void write(T row, RecordConsumer consumer) {
    consumer.startMessage();
    for (int i = 0; i < columns.size(); i++) {
      Column<T> column = columns.get(i);
      if (column.cell.isPresent(row)) {
        consumer.startField(column.type.getName(), i);
        column.cell.write(row, consumer);
        consumer.endField(column.type.getName(), i);
      }
    }
    consumer.endMessage();
  }

  static <T> Builder<T> named(String name) {
    return new Builder<>(name);
  }

  /** Adds columns in order. */
  static final class Builder<T> {
    private final String name;
    private final List<Column<T>> columns = new ArrayList<>();

    private Builder(String name) {
      this.name = name;
    }

    Builder<T> text(String column, Function<T, String> value) {
      return required(column, PrimitiveTypeName.BINARY, (row, to) -> addText(value.apply(row), to));
    }

    Builder<T> optionalText(String column, Function<T, Optional<String>> value) {
      return optional(
          column,
          PrimitiveTypeName.BINARY,
          row -> value.apply(row).isPresent(),
          (row, to) -> addText(value.apply(row).orElseThrow(), to));
    }

    Builder<T> int32(String column, ToIntFunction<T> value) {
      return required(
          column, PrimitiveTypeName.INT32, (row, to) -> to.addInteger(value.applyAsInt(row)));
    }

    Builder<T> int32If(String column, Predicate<T> present, ToIntFunction<T> value) {
      return optional(
          column,
          PrimitiveTypeName.INT32,
          present,
          (row, to) -> to.addInteger(value.applyAsInt(row)));
    }

    Builder<T> int64(String column, ToLongFunction<T> value) {
      return required(
          column, PrimitiveTypeName.INT64, (row, to) -> to.addLong(value.applyAsLong(row)));
    }

    Builder<T> int64If(String column, Predicate<T> present, ToLongFunction<T> value) {
      return optional(
          column,
          PrimitiveTypeName.INT64,
          present,
          (row, to) -> to.addLong(value.applyAsLong(row)));
    }

    Builder<T> float32If(String column, Predicate<T> present, ToDoubleFunction<T> value) {
      return optional(
          column,
          PrimitiveTypeName.FLOAT,
          present,
          (row, to) -> to.addFloat((float) value.applyAsDouble(row)));
    }

    Builder<T> float64(String column, ToDoubleFunction<T> value) {
      return required(
          column, PrimitiveTypeName.DOUBLE, (row, to) -> to.addDouble(value.applyAsDouble(row)));
    }

    Builder<T> float64If(String column, Predicate<T> present, ToDoubleFunction<T> value) {
      return optional(
          column,
          PrimitiveTypeName.DOUBLE,
          present,
          (row, to) -> to.addDouble(value.applyAsDouble(row)));
    }

    Builder<T> optionalFloat64(String column, Function<T, OptionalDouble> value) {
      return float64If(
          column, row -> value.apply(row).isPresent(), row -> value.apply(row).orElseThrow());
    }

    Builder<T> bool(String column, Predicate<T> value) {
      return required(
          column, PrimitiveTypeName.BOOLEAN, (row, to) -> to.addBoolean(value.test(row)));
    }

    Builder<T> boolIf(String column, Predicate<T> present, Predicate<T> value) {
      return optional(
          column, PrimitiveTypeName.BOOLEAN, present, (row, to) -> to.addBoolean(value.test(row)));
    }

    Builder<T> int32List(String column, Function<T, int[]> value) {
      Type list = Types.requiredList().requiredElement(PrimitiveTypeName.INT32).named(column);
      return add(list, row -> true, (row, to) -> addList(value.apply(row), to));
    }

    Table<T> build() {
      return new Table<>(name, columns);
    }

    private static void addText(String value, RecordConsumer to) {
      to.addBinary(Binary.fromString(value));
    }

    /** The three levels of a Parquet list. */
    private static void addList(int[] values, RecordConsumer to) {
      to.startGroup();
      if (values.length > 0) {
        to.startField("list", 0);
        for (int value : values) {
          to.startGroup();
          to.startField("element", 0);
          to.addInteger(value);
          to.endField("element", 0);
          to.endGroup();
        }
        to.endField("list", 0);
      }
      to.endGroup();
    }

    private Builder<T> required(
        String column, PrimitiveTypeName type, BiConsumer<T, RecordConsumer> write) {
      return add(column, type, Repetition.REQUIRED, row -> true, write);
    }

    private Builder<T> optional(
        String column,
        PrimitiveTypeName type,
        Predicate<T> present,
        BiConsumer<T, RecordConsumer> write) {
      return add(column, type, Repetition.OPTIONAL, present, write);
    }

    private Builder<T> add(
        String column,
        PrimitiveTypeName type,
        Repetition repetition,
        Predicate<T> present,
        BiConsumer<T, RecordConsumer> write) {
      var field = Types.primitive(type, repetition);
      Type named =
          type == PrimitiveTypeName.BINARY
              ? field.as(LogicalTypeAnnotation.stringType()).named(column)
              : field.named(column);
      return add(named, present, write);
    }

    private Builder<T> add(Type type, Predicate<T> present, BiConsumer<T, RecordConsumer> write) {
      columns.add(
          new Column<>(
              type,
              new Cell<>() {
                @Override
                public boolean isPresent(T row) {
                  return present.test(row);
                }

                @Override
                public void write(T row, RecordConsumer consumer) {
                  write.accept(row, consumer);
                }
              }));
      return this;
    }
  }
}
