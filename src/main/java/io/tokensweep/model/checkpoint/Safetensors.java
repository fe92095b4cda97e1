package io.tokensweep.model.checkpoint;

import io.tokensweep.InvalidInputException;
import io.tokensweep.model.HostTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A safetensors file: eight bytes of little-endian header length, a JSON header, the buffer.
 *
 * <p>The header is checked in full when the file is opened; tensors are memory-mapped one at a time
 * when they are read, so that files of any size work.
 */
final class Safetensors implements Checkpoint {
  private static final long LENGTH_BYTES = 8;
  private static final long LONGEST_HEADER = 100_000_000;
  private static final long LARGEST_MAP = 1L << 26;

  private final Path file;
  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final Map<String, TensorInfo> tensors;
  private final long bufferStart;

  private Safetensors(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw new InvalidInputException(
          "%s: the file has %d bytes, a safetensors file has at least %d"
              .formatted(file, size, LENGTH_BYTES));
    }
    long length = bytes(0, (int) LENGTH_BYTES).getLong();
    long longest = Math.min(LONGEST_HEADER, size - LENGTH_BYTES);
    if (length < 0 || length > longest) {
      throw new InvalidInputException(
          "%s: the safetensors header claims %s bytes, allowed are at most %d"
              .formatted(file, Long.toUnsignedString(length), longest));
    }
    this.bufferStart = LENGTH_BYTES + length;
    this.header =
        SafetensorsHeader.parse(
            file, bytes(LENGTH_BYTES, (int) length).array(), size - bufferStart);
    Map<String, TensorInfo> infos = new LinkedHashMap<>();
    header.entries().forEach((name, entry) -> infos.put(name, entry.info()));
    this.tensors = Collections.unmodifiableMap(infos);
  }

  @SuppressWarnings("MustBeClosedChecker") // the channel lives as long as the checkpoint
  static Safetensors open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new Safetensors(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private ByteBuffer bytes(long position, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new IOException("the file shrank while it was read");
      }
    }
    return bytes.flip();
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public HostTensor read(String name) {
    Tensors.checkReadable(this, name);
    SafetensorsHeader.Entry entry = header.entries().get(name);
    TensorInfo info = entry.info();
    float[] data = new float[(int) ((entry.end() - entry.begin()) / (info.type().bits() / 8))];
    int read = 0;
    try {
      for (long at = entry.begin(); at < entry.end(); at += LARGEST_MAP) {
        ByteBuffer map =
            channel.map(
                FileChannel.MapMode.READ_ONLY,
                bufferStart + at,
                Math.min(LARGEST_MAP, entry.end() - at));
        read = Decoder.decode(info.type(), map.order(ByteOrder.LITTLE_ENDIAN), data, read);
      }
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: tensor %s cannot be read: %s".formatted(file, Quoted.of(name), e.getMessage()), e);
    }
    return new HostTensor(info.shape().stream().mapToLong(Long::longValue).toArray(), data);
  }

  /**
   * The stored bytes of a tensor of any type, little-endian.
   *
   * @param name one of {@link #tensors()}
   */
  ByteBuffer stored(String name) {
    SafetensorsHeader.Entry entry = header.entries().get(name);
    try {
      return bytes(bufferStart + entry.begin(), Math.toIntExact(entry.end() - entry.begin()));
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: tensor %s cannot be read: %s".formatted(file, Quoted.of(name), e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
