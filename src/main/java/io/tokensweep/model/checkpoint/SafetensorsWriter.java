package io.tokensweep.model.checkpoint;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tokensweep.model.HostTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** Writes safetensors files whose bytes depend on nothing but the tensors and the metadata. */
public final class SafetensorsWriter {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int CHUNK_ELEMENTS = 1 << 16;
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Writes a file in the order of the names; it appears complete or not at all.
   *
   * @param file replaced if it exists
   * @param tensors values by name
   * @param metadata free text, stored under {@code __metadata__} unless empty
   * @param type {@code F32}, or {@code F16} for rounding to nearest, ties to even
   * @throws IllegalArgumentException if {@code type} is another one or a finite value is beyond the
   *     range of F16
   */
  public static void write(
      Path file, Map<String, HostTensor> tensors, Map<String, String> metadata, TensorType type)
      throws IOException {
    if (type != TensorType.F32 && type != TensorType.F16) {
      throw new IllegalArgumentException("%s cannot be written, only F32 and F16".formatted(type));
    }
    SortedMap<String, HostTensor> ordered = new TreeMap<>(tensors);
    byte[] header = header(ordered, new TreeMap<>(metadata), type);
    Path folder = file.toAbsolutePath().getParent();
    Path temporary = folder.resolve(".%s.%s.tmp".formatted(file.getFileName(), UUID.randomUUID()));
    try {
      try (FileChannel channel = FileChannel.open(temporary, CREATE_NEW, WRITE)) {
        writeAll(channel, littleEndian(Long.BYTES).putLong(header.length).flip());
        writeAll(channel, ByteBuffer.wrap(header));
        for (Map.Entry<String, HostTensor> entry : ordered.entrySet()) {
          write(channel, entry.getKey(), entry.getValue().data(), type);
        }
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static byte[] header(
      Map<String, HostTensor> tensors, Map<String, String> metadata, TensorType type)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long offset = 0;
      for (Map.Entry<String, HostTensor> entry : tensors.entrySet()) {
        HostTensor tensor = entry.getValue();
        long end = offset + (long) tensor.data().length * type.bits() / 8;
        json.writeObjectFieldStart(entry.getKey());
        json.writeStringField("dtype", type.name());
        json.writeFieldName("shape");
        json.writeArray(tensor.shape(), 0, tensor.shape().length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {offset, end}, 0, 2);
        json.writeEndObject();
        offset = end;
      }
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  private static void write(FileChannel channel, String name, float[] data, TensorType type)
      throws IOException {
    ByteBuffer chunk = littleEndian(CHUNK_ELEMENTS * Float.BYTES);
    for (int start = 0; start < data.length; start += CHUNK_ELEMENTS) {
      int end = Math.min(data.length, start + CHUNK_ELEMENTS);
      chunk.clear();
      for (int i = start; i < end; i++) {
        if (type == TensorType.F32) {
          chunk.putFloat(data[i]);
        } else {
          chunk.putShort(half(name, data[i]));
        }
      }
      writeAll(channel, chunk.flip());
    }
  }

  private static short half(String name, float value) {
    if (Float.isFinite(value) && Math.abs(value) >= HalfPrecision.OVERFLOW) {
      throw new IllegalArgumentException(
          "tensor '%s' holds %s, which is beyond the range of F16".formatted(name, value));
    }
    return HalfPrecision.toHalf(value);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
