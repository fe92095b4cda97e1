package io.tokensweep.store;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** Reads files of plain columns without making an object for each value: they have many rows. */
final class FlatRows {
  private FlatRows() {}

  /** The values of one row; those of the next take their place. */
  interface Cells {
    /**
     * @param column place in the columns that are read
     */
    String text(int column);

    /** NaN if there is none. */
    double number(int column);
  }

  /**
   * All rows of a file.
   *
   * @param columns texts and numbers, each of which the file has
   * @throws InvalidInputException if the file is missing or damaged
   */
  static void read(Path file, MessageType columns, Consumer<Cells> rows) {
    try (ParquetReader<Boolean> reader =
        new Builder(new LocalInputFile(file), columns, new Rows(columns, rows))
            .usePageChecksumVerification()
            .build()) {
      while (reader.read() != null) {
        // the row was given away by now
      }
    } catch (IOException | RuntimeException e) {
      throw new InvalidInputException("%s: not a readable Parquet file".formatted(file), e);
    }
  }

  private static final class Rows extends RecordMaterializer<Boolean> implements Cells {
    private final List<Cell> cells;
    private final GroupConverter root;

    Rows(MessageType columns, Consumer<Cells> rows) {
      cells =
          columns.getFields().stream()
              .map(Type::asPrimitiveType)
              .map(type -> type.getPrimitiveTypeName() == PrimitiveTypeName.BINARY)
              .map(isText -> isText ? new TextCell() : new NumberCell())
              .toList();
      root =
          new GroupConverter() {
            @Override
            public Converter getConverter(int field) {
              return cells.get(field);
            }

            @Override
            public void start() {
              cells.forEach(Cell::clear);
            }

            @Override
            public void end() {
              rows.accept(Rows.this);
            }
          };
    }

    @Override
    public String text(int column) {
      return ((TextCell) cells.get(column)).value;
    }

    @Override
    public double number(int column) {
      return ((NumberCell) cells.get(column)).value;
    }

    @Override
    public Boolean getCurrentRecord() {
      return true;
    }

    @Override
    public GroupConverter getRootConverter() {
      return root;
    }
  }

  private abstract static class Cell extends PrimitiveConverter {
    abstract void clear();
  }

  /** A text of a dictionary becomes a string once. */
  private static final class TextCell extends Cell {
    private String[] dictionary = {};
    private String value = "";

    @Override
    void clear() {
      value = "";
    }

    @Override
    public boolean hasDictionarySupport() {
      return true;
    }

    @Override
    public void setDictionary(Dictionary values) {
      dictionary = new String[values.getMaxId() + 1];
      Arrays.setAll(dictionary, id -> values.decodeToBinary(id).toStringUsingUTF8());
    }

    @Override
    public void addValueFromDictionary(int id) {
      value = dictionary[id];
    }

    @Override
    public void addBinary(Binary text) {
      value = text.toStringUsingUTF8();
    }
  }

  private static final class NumberCell extends Cell {
    private double value = Double.NaN;

    @Override
    void clear() {
      value = Double.NaN;
    }

    @Override
    public void addInt(int number) {
      value = number;
    }

    @Override
    public void addLong(long number) {
      value = number;
    }

    @Override
    public void addDouble(double number) {
      value = number;
    }
  }

  private static final class Builder extends ParquetReader.Builder<Boolean> {
    private final MessageType columns;
    private final Rows rows;

    Builder(InputFile file, MessageType columns, Rows rows) {
      super(file);
      this.columns = columns;
      this.rows = rows;
    }

    @Override
    protected ReadSupport<Boolean> getReadSupport() {
      return new ReadSupport<>() {
        @Override
        public ReadContext init(InitContext context) {
          return new ReadContext(columns);
        }

        @Override
        @SuppressWarnings("deprecation") // abstract in this Parquet: no other method to override
        public RecordMaterializer<Boolean> prepareForRead(
            Configuration configuration,
            Map<String, String> metadata,
            MessageType fileSchema,
            ReadContext context) {
          return rows;
        }
      };
    }
  }
}
