package io.tokensweep.store;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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

/**
 * Reads four columns of the predictions table without making an object for a row: a whole
 * validation set of hundreds of trials has tens of millions.
 */
final class OutcomeReader {
  private static final MessageType COLUMNS =
      ParquetRows.columns(Tables.PREDICTIONS, List.of("trial_id", "image", "correct1", "macs"));

  private final Outcomes.Collector collector;
  private final Map<String, Integer> places = new HashMap<>();

  OutcomeReader(Outcomes.Collector collector) {
    this.collector = collector;
  }

  /**
   * Adds the rows of a file to the collector.
   *
   * @param trials those whose rows are wanted
   * @throws InvalidInputException if the file is damaged
   */
  void read(Path file, Set<String> trials) {
    try (ParquetReader<Boolean> reader =
        new Builder(new LocalInputFile(file), new Rows(trials))
            .usePageChecksumVerification()
            .build()) {
      while (reader.read() != null) {
        // the row is in the collector by now
      }
    } catch (IOException | RuntimeException e) {
      throw new InvalidInputException(
          "%s: not a readable Parquet file; restore it or remove its run's manifest from runs/"
              .formatted(file),
          e);
    }
  }

  private int place(String image) {
    return places.computeIfAbsent(image, collector::newImage);
  }

  private final class Rows extends RecordMaterializer<Boolean> {
    private final Looked<Optional<Outcomes.Building>> trial;
    private final Looked<Integer> image = new Looked<>(OutcomeReader.this::place);
    private final Whole correct = new Whole();
    private final Whole macs = new Whole();
    private final GroupConverter root;

    Rows(Set<String> trials) {
      trial =
          new Looked<>(
              id -> trials.contains(id) ? Optional.of(collector.trial(id)) : Optional.empty());
      List<Converter> fields = List.of(trial, image, correct, macs);
      root =
          new GroupConverter() {
            @Override
            public Converter getConverter(int field) {
              return fields.get(field);
            }

            @Override
            public void start() {}

            @Override
            public void end() {
              trial.value.ifPresent(of -> of.add(image.value, correct.value == 1, macs.value));
            }
          };
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

  /** A text that stands for something else, which is looked up once for each text. */
  private static final class Looked<T> extends PrimitiveConverter {
    private final Function<String, T> lookup;
    private final Map<Binary, T> known = new HashMap<>();
    private Object[] dictionary = {};
    private T value;

    Looked(Function<String, T> lookup) {
      this.lookup = lookup;
    }

    @Override
    public boolean hasDictionarySupport() {
      return true;
    }

    @Override
    public void setDictionary(Dictionary values) {
      dictionary = new Object[values.getMaxId() + 1];
      for (int id = 0; id < dictionary.length; id++) {
        dictionary[id] = lookup.apply(values.decodeToBinary(id).toStringUsingUTF8());
      }
    }

    @Override
    @SuppressWarnings("unchecked") // filled with T above
    public void addValueFromDictionary(int id) {
      value = (T) dictionary[id];
    }

    @Override
    public void addBinary(Binary text) {
      T found = known.get(text);
      if (found == null) {
        found = lookup.apply(text.toStringUsingUTF8());
        known.put(text.copy(), found);
      }
      value = found;
    }
  }

  private static final class Whole extends PrimitiveConverter {
    private long value;

    @Override
    public void addLong(long number) {
      value = number;
    }

    @Override
    public void addBoolean(boolean flag) {
      value = flag ? 1 : 0;
    }
  }

  private static final class Builder extends ParquetReader.Builder<Boolean> {
    private final Rows rows;

    Builder(InputFile file, Rows rows) {
      super(file);
      this.rows = rows;
    }

    @Override
    protected ReadSupport<Boolean> getReadSupport() {
      return new ReadSupport<>() {
        @Override
        public ReadContext init(InitContext context) {
          return new ReadContext(COLUMNS);
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
