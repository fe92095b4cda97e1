package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import io.tokensweep.storage.Location;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;

/**
 * What one Parquet file of images says about them, without the bytes of the images.
 *
 * @param rows in order
 * @param chunks the row groups, in order
 */
record ParquetImages(List<Row> rows, List<ParquetChunk> chunks) {
  ParquetImages {
    rows = List.copyOf(rows);
    chunks = List.copyOf(chunks);
  }

  /** One image: the path that it had when it was packed, if that was kept, and its label. */
  record Row(Optional<String> path, int label) {}

  /**
   * Reads labels, paths and the places of the images.
   *
   * @param name of the file in its data set
   * @throws InvalidInputException if it is no undamaged Parquet file, lacks a column or has one of
   *     another type, has no rows, or a row without a label or with one that there is not
   */
  static ParquetImages read(Location file, String name, ParquetColumns columns, Labels labels) {
    return file.read(local -> read(file, local, name, columns, labels));
  }

  private static ParquetImages read(
      Location location, Path file, String name, ParquetColumns columns, Labels labels) {
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
      FileMetaData metadata = reader.getFooter().getFileMetaData();
      MessageType schema = metadata.getSchema();
      columns.check(file, schema, labels);
      String writer = Optional.ofNullable(metadata.getCreatedBy()).orElse("");
      List<ParquetChunk> chunks = new ArrayList<>();
      long firstRow = 0;
      for (BlockMetaData block : reader.getFooter().getBlocks()) {
        ColumnChunkMetaData bytes = column(block, columns.bytesPath());
        chunks.add(
            new ParquetChunk(
                location,
                name,
                columns.bytesSchema(schema).toString(),
                bytes.getStartingPos(),
                bytes.getTotalSize(),
                bytes.getTotalUncompressedSize(),
                firstRow,
                Math.toIntExact(block.getRowCount()),
                bytes.getCodec(),
                writer));
        firstRow += block.getRowCount();
      }
      List<Row> rows = rows(file, columns, schema, labels);
      if (rows.isEmpty()) {
        throw new InvalidInputException("%s: no rows, expected images".formatted(file));
      }
      if (rows.size() != firstRow) {
        throw new InvalidInputException(
            "%s: damaged: %d rows, its row groups have %d".formatted(file, rows.size(), firstRow));
      }
      return new ParquetImages(rows, chunks);
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new InvalidInputException(
          "%s: not a readable Parquet file: %s".formatted(file, firstLine(e)), e);
    }
  }

  private static ColumnChunkMetaData column(BlockMetaData block, ColumnPath path) {
    return block.getColumns().stream()
        .filter(column -> column.getPath().equals(path))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a row group lacks column " + path));
  }

  private static List<Row> rows(
      Path file, ParquetColumns columns, MessageType schema, Labels labels) throws IOException {
    List<Row> rows = new ArrayList<>();
    Builder builder = new Builder(new LocalInputFile(file));
    builder.set(ReadSupport.PARQUET_READ_SCHEMA, columns.labelSchema(schema).toString());
    try (ParquetReader<Group> reader = builder.usePageChecksumVerification().build()) {
      for (Group group = reader.read(); group != null; group = reader.read()) {
        try {
          rows.add(new Row(path(group, columns), label(group, columns, labels)));
        } catch (InvalidInputException e) {
          throw new InvalidInputException(
              "%s row %d: %s".formatted(file, rows.size(), e.getMessage()), e);
        }
      }
    }
    return rows;
  }

  private static Optional<String> path(Group row, ParquetColumns columns) {
    if (!has(row, columns.image())) {
      return Optional.empty();
    }
    Group image = row.getGroup(columns.image(), 0);
    return has(image, ParquetColumns.PATH)
        ? Optional.of(image.getString(ParquetColumns.PATH, 0))
        : Optional.empty();
  }

  private static int label(Group row, ParquetColumns columns, Labels labels) {
    if (!has(row, columns.label())) {
      throw new InvalidInputException("no label: column %s is null".formatted(columns.label()));
    }
    return labels.index(row.getValueToString(row.getType().getFieldIndex(columns.label()), 0));
  }

  private static boolean has(Group group, String field) {
    GroupType type = group.getType();
    return type.containsField(field) && group.getFieldRepetitionCount(field) > 0;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
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
