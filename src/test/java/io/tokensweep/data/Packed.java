package io.tokensweep.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** The same small photographs as files, in tar shards and in Parquet files. */
public final class Packed {
  static final MessageType HUGGING_FACE =
      MessageTypeParser.parseMessageType(
          "message schema { optional group image { optional binary bytes; optional binary path"
              + " (STRING); } optional int64 label; }");

  private Packed() {}

  /** A file in memory. */
  @SuppressWarnings("ArrayRecordComponent") // a test's own bytes
  public record File(String name, byte[] bytes) {
    public static File text(String name, String text) {
      return new File(name, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** {@code count} images of {@code classes} classes, as files of an image folder; no two alike. */
  public static List<File> photographs(int count, int classes) {
    Random random = new Random(count);
    List<File> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String kind = i % 2 == 0 ? "png" : "jpg";
      files.add(
          new File("class%d/p%03d.%s".formatted(i % classes, i, kind), picture(random, kind)));
    }
    return files;
  }

  private static byte[] picture(Random random, String kind) {
    BufferedImage image = new BufferedImage(40, 36, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 36; y++) {
      for (int x = 0; x < 40; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(image, kind, bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The class index in a name of {@link #photographs}. */
  static int label(File photograph) {
    return photograph.name().charAt("class".length()) - '0';
  }

  public static Path folder(Path folder, List<File> photographs) throws IOException {
    for (File photograph : photographs) {
      Path file = folder.resolve(photograph.name());
      Files.createDirectories(file.getParent());
      Files.write(file, photograph.bytes());
    }
    return folder;
  }

  /** An image and its label, as they lie in a shard. */
  static List<File> sample(File photograph) {
    String name = photograph.name();
    return List.of(
        photograph,
        File.text(name.substring(0, name.length() - 3) + "cls", label(photograph) + "\n"));
  }

  public static Path shard(Path file, List<File> photographs) throws IOException {
    return tar(file, photographs.stream().flatMap(photo -> sample(photo).stream()).toList());
  }

  public static Path tar(Path file, List<File> members) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(Files.newOutputStream(file), "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (File member : members) {
        TarArchiveEntry entry = new TarArchiveEntry(member.name());
        entry.setSize(member.bytes().length);
        tar.putArchiveEntry(entry);
        tar.write(member.bytes());
        tar.closeArchiveEntry();
      }
    }
    return file;
  }

  public static Path parquet(Path file, List<File> photographs) throws IOException {
    return parquet(file, photographs, builder -> builder);
  }

  static Path parquet(
      Path file, List<File> photographs, UnaryOperator<ExampleParquetWriter.Builder> settings)
      throws IOException {
    SimpleGroupFactory rows = new SimpleGroupFactory(HUGGING_FACE);
    List<Group> groups = new ArrayList<>();
    for (File photograph : photographs) {
      Group row = rows.newGroup();
      row.addGroup("image")
          .append("bytes", Binary.fromConstantByteArray(photograph.bytes()))
          .append("path", photograph.name());
      groups.add(row.append("label", (long) label(photograph)));
    }
    return rows(file, HUGGING_FACE, groups, settings);
  }

  static Path rows(
      Path file,
      MessageType schema,
      List<Group> rows,
      UnaryOperator<ExampleParquetWriter.Builder> settings)
      throws IOException {
    Files.deleteIfExists(file);
    try (ParquetWriter<Group> writer =
        settings
            .apply(ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(schema))
            .build()) {
      for (Group row : rows) {
        writer.write(row);
      }
    }
    return file;
  }
}
