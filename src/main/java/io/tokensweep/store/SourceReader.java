package io.tokensweep.store;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

/** Reads the sources table back into rows; it is too long for Parquet's records of objects. */
final class SourceReader {
  private SourceReader() {}

  /**
   * @param trials those whose rows are wanted
   */
  static void read(Path file, Set<String> trials, Consumer<SourceRow> rows) {
    try (ParquetReader<SourceRow> reader =
        new Builder(new LocalInputFile(file)).usePageChecksumVerification().build()) {
      for (SourceRow row = reader.read(); row != null; row = reader.read()) {
        if (trials.contains(row.trialId())) {
          rows.accept(row);
        }
      }
    } catch (IOException | RuntimeException e) {
      throw new InvalidInputException(
          "%s: not a readable Parquet file; restore it or remove its run's manifest from runs/"
              .formatted(file),
          e);
    }
  }

  private static final class Builder extends ParquetReader.Builder<SourceRow> {
    Builder(InputFile file) {
      super(file);
    }

    @Override
    protected ReadSupport<SourceRow> getReadSupport() {
      return new Support();
    }
  }

  private static final class Support extends ReadSupport<SourceRow> {
    @Override
    public ReadContext init(InitContext context) {
      return new ReadContext(Tables.SOURCES.schema());
    }

    @Override
    @SuppressWarnings("deprecation") // abstract in this Parquet: no other method to override
    public RecordMaterializer<SourceRow> prepareForRead(
        Configuration configuration,
        Map<String, String> metadata,
        MessageType fileSchema,
        ReadContext context) {
      return new Rows();
    }
  }

  private static final class Rows extends RecordMaterializer<SourceRow> {
    private final Texts runId = new Texts();
    private final Texts trialId = new Texts();
    private final Texts image = new Texts();
    private final Whole block = new Whole();
    private final Whole tokens = new Whole();
    private final Wholes sources = new Wholes();
    private final Converter root =
        group(
            List.of(runId, trialId, image, block, tokens, group(List.of(group(List.of(sources))))));

    @Override
    public SourceRow getCurrentRecord() {
      return new SourceRow(
          runId.value, trialId.value, image.value, block.value, tokens.value, sources.take());
    }

    @Override
    public GroupConverter getRootConverter() {
      return root.asGroupConverter();
    }
  }

  private static GroupConverter group(List<Converter> fields) {
    return new GroupConverter() {
      @Override
      public Converter getConverter(int field) {
        return fields.get(field);
      }

      @Override
      public void start() {}

      @Override
      public void end() {}
    };
  }

  private static final class Texts extends PrimitiveConverter {
    private String value = "";
    private String[] dictionary = {};

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

  private static final class Whole extends PrimitiveConverter {
    private int value;

    @Override
    public void addInt(int number) {
      value = number;
    }
  }

  /** The elements of a list. */
  private static final class Wholes extends PrimitiveConverter {
    private int[] values = new int[256];
    private int count;

    @Override
    public void addInt(int number) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = number;
    }

    int[] take() {
      int[] taken = Arrays.copyOf(values, count);
      count = 0;
      return taken;
    }
  }
}
