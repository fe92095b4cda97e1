package io.tokensweep.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.RecordConsumer;

/** Writes one Parquet file of a table, zstd-compressed, with page checksums. */
public final class TableWriter<T> implements Closeable {
  private final Path file;
  private final ParquetWriter<T> writer;

  /** Creates the file and its folder; an existing file is replaced. */
  public TableWriter(Table<T> table, Path file) {
    this.file = file;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.deleteIfExists(file);
      writer =
          new Builder<>(table, new LocalOutputFile(file))
              .withCompressionCodec(CompressionCodecName.ZSTD)
              .withPageWriteChecksumEnabled(true)
              .withExtraMetaData(Map.of("tokensweep.schema", SchemaVersion.CURRENT))
              .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void write(T row) {
    try {
      writer.write(row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Finishes the file and forces it to disk: a manifest may name it from now on. */
  @Override
  public void close() throws IOException {
    writer.close();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static final class Builder<T> extends ParquetWriter.Builder<T, Builder<T>> {
    private final Table<T> table;

    Builder(Table<T> table, OutputFile file) {
      super(file);
      this.table = table;
    }

    @Override
    protected Builder<T> self() {
      return this;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract in this Parquet: no other method to override
    protected WriteSupport<T> getWriteSupport(Configuration configuration) {
      return new TableWriteSupport<>(table);
    }
  }

  private static final class TableWriteSupport<T> extends WriteSupport<T> {
    private final Table<T> table;
    private RecordConsumer consumer;

    TableWriteSupport(Table<T> table) {
      this.table = table;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract in this Parquet: no other method to override
    public WriteContext init(Configuration configuration) {
      return new WriteContext(table.schema(), Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
      this.consumer = recordConsumer;
    }

    @Override
    public void write(T row) {
      table.write(row, consumer);
    }
  }
}
