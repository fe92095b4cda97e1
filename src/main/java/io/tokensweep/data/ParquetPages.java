package io.tokensweep.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopCodecs;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * The bytes of the images of one row group, by row. It holds the row group's dictionary, if it has
 * one, and the page that was read last, so memory is bounded by what the file's writer put in a
 * page. Not for several threads.
 */
final class ParquetPages {
  private final ParquetChunk chunk;
  private final MessageType schema;
  private final ColumnDescriptor column;
  private final List<Place> pages = new ArrayList<>();
  private Optional<DictionaryPage> dictionary = Optional.empty();
  private int current = -1;
  private List<Optional<Binary>> values = List.of();

  /**
   * A page of values.
   *
   * @param data where it starts, behind its header
   * @param firstRow in the row group
   */
  private record Place(PageHeader header, long data, int firstRow, int rows) {}

  /**
   * Finds the pages.
   *
   * @throws IOException if the file cannot be read
   * @throws RuntimeException if the file is damaged
   */
  ParquetPages(ParquetChunk chunk) throws IOException {
    this.chunk = chunk;
    this.schema = MessageTypeParser.parseMessageType(chunk.schema());
    this.column = schema.getColumns().get(0);
    try (SeekableInputStream file = open()) {
      long position = chunk.start();
      int row = 0;
      while (row < chunk.rows()) {
        file.seek(position);
        PageHeader header = header(file, position);
        long data = file.getPos();
        position = data + header.getCompressed_page_size();
        check(
            header.getCompressed_page_size() >= 0 && position <= chunk.start() + chunk.size(),
            "page at byte %d is longer than its row group",
            data);
        check(
            header.getUncompressed_page_size() >= 0
                && header.getUncompressed_page_size() <= chunk.unpacked(),
            "page at byte %d unpacks to more than its row group",
            data);
        int rows = 0;
        switch (header.getType()) {
          case DATA_PAGE -> rows = header.getData_page_header().getNum_values();
          case DATA_PAGE_V2 -> {
            rows = header.getData_page_header_v2().getNum_rows();
            check(
                rows == header.getData_page_header_v2().getNum_values(),
                "page at byte %d has other than one value in a row",
                data);
          }
          case DICTIONARY_PAGE -> dictionary = Optional.of(dictionary(file, header, data));
          case INDEX_PAGE -> {}
        }
        check(rows >= 0 && rows <= chunk.rows() - row, "page at byte %d has too many rows", data);
        if (rows > 0) {
          pages.add(new Place(header, data, row, rows));
          row += rows;
        }
      }
    }
  }

  private static PageHeader header(SeekableInputStream file, long position) {
    try {
      return Util.readPageHeader(file);
    } catch (IOException e) { // of what it read, not of reading
      throw new IllegalStateException("no page at byte %d".formatted(position), e);
    }
  }

  /** Whether these are the pages of a row group as it was listed, not as it was listed again. */
  @SuppressWarnings("ReferenceEquality") // another listing may be of another file at the same place
  boolean areOf(ParquetChunk other) {
    return chunk == other;
  }

  private SeekableInputStream open() throws IOException {
    return new LocalInputFile(chunk.file().local()).newStream();
  }

  private static void check(boolean fine, String problem, long position) {
    if (!fine) {
      throw new IllegalStateException(problem.formatted(position));
    }
  }

  /**
   * The bytes in a row; empty if it has none.
   *
   * @param row in the row group
   * @throws IOException if the file cannot be read
   * @throws RuntimeException if the file is damaged
   */
  Optional<byte[]> row(int row) throws IOException {
    int page = pages.size() - 1;
    while (pages.get(page).firstRow > row) {
      page--;
    }
    if (page != current) {
      current = -1;
      values = List.of(); // so that it is not held while the next one is read
      values = values(pages.get(page));
      current = page;
    }
    return values.get(row - pages.get(page).firstRow).map(Binary::getBytes);
  }

  private List<Optional<Binary>> values(Place place) throws IOException {
    try (SeekableInputStream file = open()) {
      OnePage page = new OnePage(dictionary, dataPage(file, place), place.rows);
      ColumnReader reader =
          new ColumnReadStoreImpl(page, OnePage.CONVERTER, schema, chunk.writer())
              .getColumnReader(column);
      List<Optional<Binary>> read = new ArrayList<>();
      for (int i = 0; i < place.rows; i++) {
        boolean present = reader.getCurrentDefinitionLevel() == column.getMaxDefinitionLevel();
        read.add(present ? Optional.of(reader.getBinary().copy()) : Optional.empty());
        reader.consume();
      }
      return read;
    }
  }

  private DictionaryPage dictionary(SeekableInputStream file, PageHeader header, long data)
      throws IOException {
    int count = header.getDictionary_page_header().getNum_values();
    check(
        count >= 0 && count <= header.getUncompressed_page_size() / Integer.BYTES, // their lengths
        "page at byte %d has more values than bytes for them",
        data);
    return new DictionaryPage(
        unpacked(stored(file, header, data), header.getUncompressed_page_size()),
        count,
        encoding(header.getDictionary_page_header().getEncoding()));
  }

  private DataPage dataPage(SeekableInputStream file, Place place) throws IOException {
    byte[] stored = stored(file, place.header, place.data);
    return place.header.isSetData_page_header_v2()
        ? secondVersion(place.header, stored)
        : firstVersion(place.header, stored);
  }

  private DataPage firstVersion(PageHeader header, byte[] stored) throws IOException {
    DataPageHeader values = header.getData_page_header();
    return new DataPageV1(
        unpacked(stored, header.getUncompressed_page_size()),
        values.getNum_values(),
        header.getUncompressed_page_size(),
        null,
        encoding(values.getRepetition_level_encoding()),
        encoding(values.getDefinition_level_encoding()),
        encoding(values.getEncoding()));
  }

  private DataPage secondVersion(PageHeader header, byte[] stored) throws IOException {
    DataPageHeaderV2 values = header.getData_page_header_v2();
    int repetition = values.getRepetition_levels_byte_length();
    int definition = values.getDefinition_levels_byte_length();
    int levels = Math.addExact(repetition, definition);
    byte[] data = Arrays.copyOfRange(stored, levels, stored.length);
    boolean packed = !values.isSetIs_compressed() || values.isIs_compressed();
    return DataPageV2.uncompressed(
        values.getNum_rows(),
        values.getNum_nulls(),
        values.getNum_values(),
        BytesInput.from(stored, 0, repetition),
        BytesInput.from(stored, repetition, definition),
        encoding(values.getEncoding()),
        packed && data.length > 0
            ? unpacked(data, header.getUncompressed_page_size() - levels)
            : BytesInput.from(data),
        null);
  }

  /** The page as it is in the file, behind its header. */
  private static byte[] stored(SeekableInputStream file, PageHeader header, long data)
      throws IOException {
    byte[] stored = new byte[header.getCompressed_page_size()];
    file.seek(data);
    file.readFully(stored);
    if (header.isSetCrc()) {
      CRC32 crc = new CRC32();
      crc.update(stored);
      check((int) crc.getValue() == header.getCrc(), "page at byte %d has a wrong check sum", data);
    }
    return stored;
  }

  private BytesInput unpacked(byte[] stored, int size) throws IOException {
    if (chunk.codec() == CompressionCodecName.UNCOMPRESSED) {
      return BytesInput.from(stored);
    }
    CompressionCodecFactory codecs = HadoopCodecs.newFactory(new PlainParquetConfiguration(), 0);
    try {
      ByteBuffer bytes = ByteBuffer.allocate(size);
      codecs
          .getDecompressor(chunk.codec())
          .decompress(ByteBuffer.wrap(stored), stored.length, bytes, size);
      return BytesInput.from(bytes.flip());
    } finally {
      codecs.release();
    }
  }

  private static Encoding encoding(org.apache.parquet.format.Encoding encoding) {
    return Encoding.valueOf(encoding.name());
  }
}
