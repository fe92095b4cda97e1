package io.tokensweep.store;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;

/** Writes the rows of several Parquet files, in their order, as few large ones. */
final class ParquetMerge {
  private static final String SCHEMA = "tokensweep.schema";

  private final Path folder;
  private final MessageType schema;
  private final Map<String, String> metadata;

  private ParquetMerge(Path folder, MessageType schema, Map<String, String> metadata) {
    this.folder = folder;
    this.schema = schema;
    this.metadata = metadata;
  }

  /**
   * Merges files of one schema.
   *
   * @param folder receives {@code part-0.parquet} and so on, all on disk when this returns
   * @param mostBytes after which the next file is begun; what is buffered comes on top
   * @return rows
   * @throws InvalidInputException if a file is damaged or has another schema than the first
   */
  static long merge(List<Path> files, Path folder, long mostBytes) throws IOException {
    Files.createDirectories(folder);
    FileMetaData first = metadata(files.get(0));
    Map<String, String> metadata = new TreeMap<>();
    String version = first.getKeyValueMetaData().get(SCHEMA);
    metadata.put(SCHEMA, version == null ? SchemaVersion.CURRENT : version);
    return new ParquetMerge(folder, first.getSchema(), metadata).write(files, mostBytes);
  }

  private static FileMetaData metadata(Path file) throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
      return reader.getFooter().getFileMetaData();
    } catch (RuntimeException e) {
      throw new InvalidInputException("%s: not a readable Parquet file".formatted(file), e);
    }
  }

  private long write(List<Path> files, long mostBytes) throws IOException {
    long rows = 0;
    int part = 0;
    int next = 0;
    while (next < files.size()) {
      Path target = folder.resolve("part-%d.parquet".formatted(part++));
      long[] written = new long[1];
      try (ParquetWriter<Group> writer = writer(target)) {
        while (next < files.size() && (written[0] == 0 || writer.getDataSize() < mostBytes)) {
          Path file = files.get(next++);
          if (!metadata(file).getSchema().equals(schema)) {
            throw new InvalidInputException(
                "%s: has other columns than %s of the same run and table"
                    .formatted(file, files.get(0)));
          }
          ParquetRows.read(
              file,
              row -> {
                write(writer, row.group(), file);
                written[0]++;
              });
        }
      }
      try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      rows += written[0];
    }
    return rows;
  }

  private static void write(ParquetWriter<Group> writer, Group row, Path file) {
    try {
      writer.write(row);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("merging " + file, e);
    }
  }

  private ParquetWriter<Group> writer(Path target) throws IOException {
    return ExampleParquetWriter.builder(new LocalOutputFile(target))
        .withType(schema)
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .withPageWriteChecksumEnabled(true)
        .withExtraMetaData(metadata)
        .build();
  }
}
