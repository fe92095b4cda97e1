package io.tokensweep.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * A file of decoded and resized images, written once and as a whole. All numbers are little-endian:
 *
 * <pre>
 *   8 bytes   "TSPIXEL1"
 *   int32     resolution R
 *   int32     images n
 *   n times   SHA-256 of the image's content (32 bytes), CRC-32C of its pixels (int32)
 *   int32     CRC-32C of everything above
 *   n times   3·R·R bytes: all of red in raster order, then green, then blue
 * </pre>
 */
final class PixelPart {
  static final String SUFFIX = ".pixels";
  static final String TEMPORARY = ".tmp";
  private static final byte[] MAGIC = "TSPIXEL1".getBytes(StandardCharsets.US_ASCII);
  private static final int FIXED = MAGIC.length + 2 * Integer.BYTES;
  private static final int HASH = 32;
  private static final int ENTRY = HASH + Integer.BYTES;

  private final Path file;
  private final int imageBytes;
  private final List<String> contents;
  private final int[] checksums;

  private PixelPart(Path file, int imageBytes, List<String> contents, int[] checksums) {
    this.file = file;
    this.imageBytes = imageBytes;
    this.contents = List.copyOf(contents);
    this.checksums = checksums;
  }

  /** An image to write; {@code content} is its SHA-256 as 64 hexadecimal digits. */
  @SuppressWarnings("ArrayRecordComponent") // written once and forgotten
  record Image(String content, byte[] pixels) {}

  /**
   * Writes beside and renames, so that a reader sees the whole file or none.
   *
   * @param images each of {@code 3 * resolution * resolution} bytes
   */
  static void write(Path folder, int resolution, List<Image> images) throws IOException {
    ByteBuffer header = header(resolution, images);
    Files.createDirectories(folder);
    String name = UUID.randomUUID().toString();
    Path temporary = folder.resolve("." + name + TEMPORARY);
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeFully(channel, header);
      for (Image image : images) {
        writeFully(channel, ByteBuffer.wrap(image.pixels));
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    Files.move(temporary, folder.resolve(name + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
  }

  private static ByteBuffer header(int resolution, List<Image> images) {
    byte[] bytes = new byte[FIXED + images.size() * ENTRY + Integer.BYTES];
    ByteBuffer header = littleEndian(bytes).put(MAGIC).putInt(resolution).putInt(images.size());
    for (Image image : images) {
      header.put(HexFormat.of().parseHex(image.content)).putInt(checksum(image.pixels));
    }
    return header.putInt(checksum(bytes, header.position())).flip();
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Reads what a file holds, not the pixels; nothing if it is no whole, undamaged part. */
  static Optional<PixelPart> open(Path file, int resolution) throws IOException {
    int imageBytes = 3 * resolution * resolution;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      byte[] fixed = read(channel, 0, FIXED);
      if (fixed.length < FIXED || !Arrays.equals(Arrays.copyOf(fixed, MAGIC.length), MAGIC)) {
        return Optional.empty();
      }
      ByteBuffer sizes = littleEndian(fixed).position(MAGIC.length);
      if (sizes.getInt() != resolution) {
        return Optional.empty();
      }
      long count = sizes.getInt();
      long headerBytes = FIXED + count * ENTRY + Integer.BYTES;
      if (count < 0 || channel.size() != headerBytes + count * imageBytes) {
        return Optional.empty();
      }
      byte[] bytes = read(channel, 0, Math.toIntExact(headerBytes));
      int length = bytes.length - Integer.BYTES;
      ByteBuffer header = littleEndian(bytes);
      if (header.getInt(length) != checksum(bytes, length)) {
        return Optional.empty();
      }
      header.position(FIXED);
      List<String> contents = new ArrayList<>();
      int[] checksums = new int[(int) count];
      for (int i = 0; i < count; i++) {
        contents.add(HexFormat.of().formatHex(get(header, new byte[HASH])));
        checksums[i] = header.getInt();
      }
      return Optional.of(new PixelPart(file, imageBytes, contents, checksums));
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] get(ByteBuffer buffer, byte[] bytes) {
    buffer.get(bytes);
    return bytes;
  }

  /** As many bytes as there are, at most {@code length}. */
  private static byte[] read(FileChannel channel, long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        return Arrays.copyOf(bytes, buffer.position());
      }
    }
    return bytes;
  }

  private static int checksum(byte[] bytes) {
    return checksum(bytes, bytes.length);
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  Path file() {
    return file;
  }

  /** SHA-256 of the content of each image. */
  List<String> contents() {
    return contents;
  }

  /** The pixels of one image; nothing if they are not those that were written. */
  Optional<byte[]> read(int index) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long start = FIXED + (long) contents.size() * ENTRY + Integer.BYTES;
      byte[] pixels = read(channel, start + (long) index * imageBytes, imageBytes);
      return pixels.length == imageBytes && checksum(pixels) == checksums[index]
          ? Optional.of(pixels)
          : Optional.empty();
    }
  }
}
