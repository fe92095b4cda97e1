package io.tokensweep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.Packed.File;
import io.tokensweep.storage.Location;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetSourceTest {
  private static final List<File> PHOTOGRAPHS = Packed.photographs(30, 3);
  private static final ParquetColumns COLUMNS = ParquetColumns.USUAL;

  @TempDir Path folder;

  private ImageSource read(String name) {
    return ParquetSource.of(folder.resolve(name).toString(), COLUMNS, Labels.numbers());
  }

  private String refusal(String name, Labels labels) {
    String path = folder.resolve(name).toString();
    return assertThrows(InvalidInputException.class, () -> ParquetSource.of(path, COLUMNS, labels))
        .getMessage()
        .replace(folder + "/", "");
  }

  private static String reading(ImageSource source, int index) {
    return assertThrows(BadImageException.class, () -> source.contentHash(index)).getMessage();
  }

  /** How files can be written: page versions, dictionary or not, codec, bytes of a row group. */
  static Stream<UnaryOperator<ExampleParquetWriter.Builder>> writers() {
    List<UnaryOperator<ExampleParquetWriter.Builder>> writers = new ArrayList<>();
    for (WriterVersion version : WriterVersion.values()) {
      for (boolean dictionary : new boolean[] {true, false}) {
        for (CompressionCodecName codec :
            List.of(
                CompressionCodecName.UNCOMPRESSED,
                CompressionCodecName.SNAPPY,
                CompressionCodecName.ZSTD,
                CompressionCodecName.GZIP)) {
          for (long rowGroup : new long[] {1, 1 << 20}) {
            writers.add(
                builder ->
                    builder
                        .withWriterVersion(version)
                        .withDictionaryEncoding(dictionary)
                        .withDictionaryPageSize(20_000)
                        .withCompressionCodec(codec)
                        .withRowGroupSize(rowGroup)
                        .withPageRowCountLimit(4)
                        .withMinRowCountForPageSizeCheck(1)
                        .withPageSize(6_000));
          }
        }
      }
    }
    return writers.stream();
  }

  /** Row groups of ten rows, four rows in a page. */
  private static ExampleParquetWriter.Builder small(ExampleParquetWriter.Builder builder) {
    return builder
        .withRowGroupRowCountLimit(10)
        .withPageRowCountLimit(4)
        .withDictionaryEncoding(false);
  }

  @ParameterizedTest
  @MethodSource("writers")
  void rowsAreTheImageFolderThatTheyWereMadeOf(UnaryOperator<ExampleParquetWriter.Builder> writer)
      throws Exception {
    ImageSource files = ImageFolderSource.of(Packed.folder(folder.resolve("files"), PHOTOGRAPHS));
    Packed.parquet(folder.resolve("p-0.parquet"), PHOTOGRAPHS.subList(17, 30), writer);
    Packed.parquet(folder.resolve("p-1.parquet"), PHOTOGRAPHS.subList(0, 17), writer);
    SameImages.check(files, read("p-{0..1}.parquet"));
  }

  @Test
  void filesOfAnotherWriterAreRead() throws Exception {
    Path files = Packed.folder(folder.resolve("files"), PHOTOGRAPHS);
    for (String codec : List.of("uncompressed", "snappy", "zstd", "lz4_raw")) {
      try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
          Statement statement = duck.createStatement()) {
        statement.execute(
            ("COPY (SELECT {'bytes': content, 'path': replace(filename, '%1$s/', '')} AS image,"
                    + " regexp_extract(filename, 'class(\\d)', 1)::BIGINT AS label"
                    + " FROM read_blob('%1$s/*/*')) TO '%2$s/p.parquet' (FORMAT parquet, CODEC %3$s)")
                .formatted(files, folder, codec));
      }
      SameImages.check(ImageFolderSource.of(files), read("p.parquet"));
    }
  }

  @Test
  void aCopyIsUsedByThreadsAndShipsNoBytesOfImages() throws Exception {
    ImageSource files = ImageFolderSource.of(Packed.folder(folder.resolve("files"), PHOTOGRAPHS));
    Packed.parquet(folder.resolve("p.parquet"), PHOTOGRAPHS, ParquetSourceTest::small);
    ImageSource source = read("p.parquet");
    source.contentHash(0);
    SameImages.checkCopyUsedByThreads(files, source);
    assertTrue(SameImages.serialized(source).length < 30 * 300, "no bytes of images");
  }

  @Test
  void anImageIsReadFromItsPageAlone() throws Exception {
    ImageSource files = ImageFolderSource.of(Packed.folder(folder.resolve("files"), PHOTOGRAPHS));
    Path file = Packed.parquet(folder.resolve("p.parquet"), PHOTOGRAPHS, ParquetSourceTest::small);
    ImageSource source = read("p.parquet");
    List<BlockMetaData> groups;
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
      groups = reader.getFooter().getBlocks();
    }
    assertEquals(3, groups.size());
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, 4, Math.toIntExact(groups.get(1).getStartingPos()), (byte) 0);
    Files.write(file, bytes);
    int[] order = source.readingOrder();
    for (int place = 10; place < 30; place++) {
      assertEquals(files.contentHash(order[place]), source.contentHash(order[place]));
    }
    assertTrue(reading(source, order[0]).startsWith("Parquet file is damaged: "));
    assertTrue(reading(source, order[0]).endsWith(" (p.parquet, row 0)"));
  }

  @Test
  void imagesAreReadInTheOrderOfTheRows() throws IOException {
    List<File> backwards = new ArrayList<>(PHOTOGRAPHS);
    Collections.reverse(backwards);
    Packed.parquet(folder.resolve("p.parquet"), backwards, ParquetSourceTest::small);
    ImageSource source = read("p.parquet");
    assertEquals(
        backwards.stream().map(File::name).toList(),
        IntStream.of(source.readingOrder())
            .mapToObj(index -> source.images().get(index).name())
            .toList());
  }

  private Path rows(String file, MessageType schema, List<Consumer<Group>> rows)
      throws IOException {
    SimpleGroupFactory factory = new SimpleGroupFactory(schema);
    List<Group> groups = new ArrayList<>();
    for (Consumer<Group> fill : rows) {
      Group row = factory.newGroup();
      fill.accept(row);
      groups.add(row);
    }
    return Packed.rows(folder.resolve(file), schema, groups, builder -> builder);
  }

  private static Consumer<Group> row(String path, long label) {
    return row -> {
      Group image = row.addGroup("image");
      image.append("bytes", Binary.fromConstantByteArray(PHOTOGRAPHS.get(0).bytes()));
      if (!path.isEmpty()) {
        image.append("path", path);
      }
      row.append("label", label);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "a.jpg, b.jpg, a.jpg, b.jpg",
    "b.jpg, ./a.jpg, a.jpg, b.jpg",
    "a.jpg, a.jpg, p.parquet/00000000, p.parquet/00000001",
    "a.jpg, '', p.parquet/00000000, p.parquet/00000001",
    "a.jpg, /tmp/b.jpg, p.parquet/00000000, p.parquet/00000001",
  })
  void pathsAreNamesIfEachImageHasOneOfItsOwn(
      String first, String second, String name1, String name2) throws IOException {
    rows("p.parquet", Packed.HUGGING_FACE, List.of(row(first, 0), row(second, 1)));
    assertEquals(
        List.of(name1, name2), read("p.parquet").images().stream().map(ImageEntry::name).toList());
  }

  @Test
  void rowsWithoutAnImageAreReportedOneByOne() throws Exception {
    rows(
        "p.parquet",
        Packed.HUGGING_FACE,
        List.of(
            row("a.jpg", 0),
            row -> row.append("label", 1L),
            row -> {
              row.addGroup("image").append("path", "c.jpg");
              row.append("label", 2L);
            },
            row -> {
              row.addGroup("image").append("bytes", "RIFF....WEBPVP8 ");
              row.append("label", 2L);
            }));
    ImageSource source = read("p.parquet");
    assertEquals(4, source.images().size());
    assertEquals("no image: its bytes are null (p.parquet, row 1)", reading(source, 1));
    assertEquals("no image: its bytes are null (p.parquet, row 2)", reading(source, 2));
    assertEquals(
        "unsupported format WebP, allowed are JPEG and PNG (p.parquet, row 3)",
        assertThrows(BadImageException.class, () -> source.load(3, Transform.named("deit"), 32))
            .getMessage());
    assertEquals(
        new EncodedImage(PHOTOGRAPHS.get(0).bytes(), "").contentHash(), source.contentHash(0));
  }

  @Test
  void rowsWithoutALabelThatThereIsAreRefused() throws IOException {
    rows(
        "p.parquet",
        Packed.HUGGING_FACE,
        List.of(row("a.jpg", 4), row -> row.addGroup("image").append("path", "b.jpg")));
    assertEquals(
        "p.parquet row 1: no label: column label is null", refusal("p.parquet", Labels.numbers()));
    assertEquals(
        "p.parquet row 0: label '4' is not a whole number from 0 to 3",
        refusal("p.parquet", Labels.numbers(4)));
    rows("p.parquet", Packed.HUGGING_FACE, List.of(row("a.jpg", 1L << 40)));
    assertTrue(refusal("p.parquet", Labels.numbers()).startsWith("p.parquet row 0: label '1099"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "optional group image {optional binary bytes;}|no column label, it has: image",
        "optional int64 label;|no column image, it has: label",
        "optional binary image; optional int64 label;|column image is BINARY, allowed: a struct of bytes (binary) and path (text)",
        "optional group image {optional binary path (STRING);} optional int64 label;|column image is a struct of path (BINARY STRING), allowed: a struct of bytes (binary) and path (text)",
        "optional group image {optional int32 bytes;} optional int64 label;|column image is a struct of bytes (INT32), allowed: a struct of bytes (binary) and path (text)",
        "repeated group image {optional binary bytes;} optional int64 label;|column image is a struct of bytes (BINARY), allowed: a struct of bytes (binary) and path (text)",
        "optional group image {optional binary bytes;} optional double label;|column label is DOUBLE, allowed: whole numbers",
        "optional group image {optional binary bytes;} optional binary label (STRING);|column label is BINARY STRING, allowed: whole numbers",
      })
  void otherColumnsAreRefused(String columns, String message) throws IOException {
    rows(
        "p.parquet",
        MessageTypeParser.parseMessageType("message m {" + columns + "}"),
        List.of(row -> {}));
    assertEquals("p.parquet: " + message, refusal("p.parquet", Labels.numbers()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"the label", "label(s)", "a=b", "a;b", "a,b", "{a}"})
  void columnsWhoseNamesCannotStandInASchemaAreRefused(String name) throws IOException {
    String file = Packed.parquet(folder.resolve("p.parquet"), PHOTOGRAPHS.subList(0, 1)).toString();
    ParquetColumns columns = new ParquetColumns("image", name);
    assertEquals(
        file + ": column '" + name + "': allowed are names without blanks and ,;{}()=",
        assertThrows(
                InvalidInputException.class,
                () -> ParquetSource.of(file, columns, Labels.numbers()))
            .getMessage());
  }

  @Test
  void columnsMayHaveOtherNamesAndLabelsMayBeSynsets() throws Exception {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m {required group img {required binary bytes;} required binary kind (STRING);"
                + " optional group image {optional binary bytes;} optional int32 label;}");
    Path file =
        rows(
            "p.parquet",
            schema,
            List.of(
                row -> {
                  row.addGroup("img")
                      .append("bytes", Binary.fromConstantByteArray(PHOTOGRAPHS.get(0).bytes()));
                  row.append("kind", "n02");
                }));
    Path list = Files.writeString(folder.resolve("synsets.txt"), "n01 a\nn02 b\nn03 c\n");
    ImageSource source =
        ParquetSource.of(
            file.toString(), new ParquetColumns("img", "kind"), Labels.of(Synsets.read(list)));
    assertEquals(List.of(new ImageEntry("p.parquet/00000000", 1)), source.images());
    assertEquals(3, source.classes());
    assertEquals(
        new EncodedImage(PHOTOGRAPHS.get(0).bytes(), "").contentHash(), source.contentHash(0));
  }

  @Test
  void whatIsNoParquetFileOfImagesIsRefused() throws IOException {
    Files.writeString(folder.resolve("text.parquet"), "hello ".repeat(1000));
    Files.write(folder.resolve("empty.parquet"), new byte[0]);
    Path whole = Packed.parquet(folder.resolve("whole.parquet"), PHOTOGRAPHS);
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(bytes, bytes.length - 100));
    for (String name : List.of("text", "empty", "cut")) {
      String message = refusal(name + ".parquet", Labels.numbers());
      assertTrue(message.startsWith(name + ".parquet: not a readable Parquet file: "), message);
      assertEquals(1, message.lines().count());
    }
    rows("none.parquet", Packed.HUGGING_FACE, List.of());
    assertEquals(
        "none.parquet: no rows, expected images", refusal("none.parquet", Labels.numbers()));
    Files.delete(folder.resolve("none.parquet"));
    assertEquals(
        "w-1.parquet: no such file; 2 of the 2 files of w-{1..2}.parquet are missing",
        refusal("w-{1..2}.parquet", Labels.numbers()));
  }

  /** Whatever byte is wrong: an error of one line, or images that cannot be used, or no change. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void damageIsNeverTakenForAnImage(boolean dictionary) throws IOException {
    Path file =
        Packed.parquet(
            folder.resolve("p.parquet"),
            dictionary ? repeated() : PHOTOGRAPHS.subList(0, 12),
            builder -> small(builder).withDictionaryEncoding(dictionary));
    byte[] whole = Files.readAllBytes(file);
    List<String> hashes = new ArrayList<>();
    PHOTOGRAPHS.forEach(photo -> hashes.add(new EncodedImage(photo.bytes(), "").contentHash()));
    Random random = new Random(4);
    for (int round = 0; round < 400; round++) {
      byte[] damaged = whole.clone();
      int at = round % 2 == 0 ? random.nextInt(whole.length) : whole.length - 1 - round * 2;
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      try {
        ImageSource source = read("p.parquet");
        for (int i = 0; i < source.images().size(); i++) {
          assertTrue(hashes.contains(source.contentHash(i)), "byte " + at);
        }
      } catch (InvalidInputException | BadImageException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      }
    }
  }

  /** Three pictures, four times each, so that a dictionary is worth it. */
  private static List<File> repeated() {
    return IntStream.range(0, 12)
        .mapToObj(i -> new File(PHOTOGRAPHS.get(i).name(), PHOTOGRAPHS.get(i % 3).bytes()))
        .toList();
  }

  @Test
  void aDictionaryOfMoreValuesThanItHasBytesForIsRefused() throws IOException {
    Path file =
        Packed.parquet(
            folder.resolve("p.parquet"),
            repeated(),
            builder -> small(builder).withDictionaryEncoding(true));
    ParquetChunk chunk =
        ParquetImages.read(Location.of(file), "p.parquet", COLUMNS, Labels.numbers())
            .chunks()
            .get(0);
    byte[] whole = Files.readAllBytes(file);
    ByteArrayInputStream rest = new ByteArrayInputStream(whole);
    rest.skipNBytes(chunk.start());
    PageHeader header = Util.readPageHeader(rest);
    header.getDictionary_page_header().setNum_values(1 << 30);
    ByteArrayOutputStream damaged = new ByteArrayOutputStream();
    damaged.write(whole, 0, Math.toIntExact(chunk.start()));
    Util.writePageHeader(header, damaged);
    damaged.write(rest.readAllBytes());
    Files.write(file, damaged.toByteArray());
    ParquetChunk longer =
        new ParquetChunk(
            chunk.file(),
            chunk.name(),
            chunk.schema(),
            chunk.start(),
            chunk.size() + damaged.size() - whole.length,
            chunk.unpacked() + damaged.size() - whole.length,
            chunk.firstRow(),
            chunk.rows(),
            chunk.codec(),
            chunk.writer());
    String message =
        assertThrows(IllegalStateException.class, () -> new ParquetPages(longer)).getMessage();
    assertTrue(message.endsWith("has more values than bytes for them"), message);
  }

  @Test
  void aFileThatIsGoneIsReportedImageByImage() throws IOException {
    Path file = Packed.parquet(folder.resolve("p.parquet"), PHOTOGRAPHS);
    ImageSource source = read("p.parquet");
    Files.delete(file);
    int first = source.readingOrder()[0];
    assertTrue(reading(source, first).endsWith("(p.parquet, row 0)"), reading(source, first));
  }
}
