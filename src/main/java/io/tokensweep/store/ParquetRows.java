package io.tokensweep.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Reads tables back, row by row. */
public final class ParquetRows {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ParquetRows() {}

  /**
   * Reads all rows of a file with all their columns, and checks its pages.
   *
   * @return how many there are
   * @throws InvalidInputException if the file is damaged
   */
  public static long count(Path file) {
    LongAdder rows = new LongAdder();
    read(file, row -> rows.increment());
    return rows.sum();
  }

  /**
   * All rows of a file with all the columns that it has.
   *
   * @throws InvalidInputException if the file is damaged
   */
  static void read(Path file, Consumer<Row> rows) {
    read(file, new Builder(new LocalInputFile(file)), rows);
  }

  /**
   * All rows of a file.
   *
   * @param columns of the table those that are read; the file has to have them
   * @throws InvalidInputException if the file is damaged
   */
  static void read(Path file, MessageType columns, Consumer<Row> rows) {
    Builder builder = new Builder(new LocalInputFile(file));
    builder.set(ReadSupport.PARQUET_READ_SCHEMA, columns.toString());
    read(file, builder, rows);
  }

  /** The rows of some trials; parts of a file that have none of them are not read. */
  static void readTrials(Path file, MessageType columns, Set<String> trials, Consumer<Row> rows) {
    Set<Binary> ids = trials.stream().map(Binary::fromString).collect(Collectors.toSet());
    Builder builder = new Builder(new LocalInputFile(file));
    builder.set(ReadSupport.PARQUET_READ_SCHEMA, columns.toString());
    builder.withFilter(FilterCompat.get(FilterApi.in(FilterApi.binaryColumn("trial_id"), ids)));
    read(file, builder, rows);
  }

  private static void read(Path file, Builder builder, Consumer<Row> rows) {
    try (ParquetReader<Group> reader = builder.usePageChecksumVerification().build()) {
      for (Group group = reader.read(); group != null; group = reader.read()) {
        rows.accept(new Row(group));
      }
    } catch (IOException | RuntimeException e) {
      throw new InvalidInputException(
          "%s: not a readable Parquet file: %s; restore it or remove its run's manifest from runs/"
              .formatted(file, firstLine(e)),
          e);
    }
  }

  /** Some columns of a table. */
  static MessageType columns(Table<?> table, List<String> names) {
    MessageType all = table.schema();
    return new MessageType(table.name(), names.stream().map(all::getType).toList());
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** Typed access to one record by column name. */
  record Row(Group group) {
    /** Whether there is a value; older files lack columns that were added since. */
    boolean has(String column) {
      return group.getType().containsField(column) && group.getFieldRepetitionCount(column) > 0;
    }

    String text(String column) {
      return group.getString(column, 0);
    }

    Optional<String> optionalText(String column) {
      return has(column) ? Optional.of(text(column)) : Optional.empty();
    }

    int int32(String column) {
      return group.getInteger(column, 0);
    }

    long int64(String column) {
      return group.getLong(column, 0);
    }

    boolean bool(String column) {
      return group.getBoolean(column, 0);
    }

    double real(String column) {
      return group.getDouble(column, 0);
    }

    /** Any numeric column; true counts as 1 and false as 0. */
    double number(String column) {
      PrimitiveTypeName type =
          group.getType().getType(column).asPrimitiveType().getPrimitiveTypeName();
      return switch (type) {
        case BOOLEAN -> group.getBoolean(column, 0) ? 1 : 0;
        case INT32 -> group.getInteger(column, 0);
        case INT64 -> group.getLong(column, 0);
        case FLOAT -> group.getFloat(column, 0);
        case DOUBLE -> group.getDouble(column, 0);
        case BINARY, INT96, FIXED_LEN_BYTE_ARRAY ->
            throw new IllegalArgumentException("column " + column + " is no number");
      };
    }

    <T> T json(String column, Class<T> type) {
      try {
        return MAPPER.readValue(text(column), type);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("column " + column + ": " + e.getOriginalMessage(), e);
      }
    }
  }

  private static final class Builder extends ParquetReader.Builder<Group> {
    Builder(InputFile file) {
      super(file);
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }
}
