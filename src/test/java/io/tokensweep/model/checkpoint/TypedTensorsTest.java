package io.tokensweep.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TypedTensorsTest {
  private static final String HEADER =
      "{\"d\": {\"dtype\": \"F64\", \"shape\": [1], \"data_offsets\": [0, 8]},"
          + "\"f\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [8, 12]},"
          + "\"i\": {\"dtype\": \"I32\", \"shape\": [2], \"data_offsets\": [12, 20]},"
          + "\"b\": {\"dtype\": \"U8\", \"shape\": [2], \"data_offsets\": [20, 22]}}";

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + 22).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header);
    bytes.putDouble(Math.PI).putFloat(1.5f).putInt(-7).putInt(1 << 20).put(new byte[] {3, -1});
    file = Files.write(folder.resolve("x.safetensors"), bytes.array());
  }

  @Test
  void readsEveryTypeAsItIsStored() {
    try (TypedTensors tensors = TypedTensors.open(file)) {
      assertArrayEquals(new double[] {Math.PI}, tensors.doubles("d"));
      assertArrayEquals(new float[] {1.5f}, tensors.floats("f"));
      assertArrayEquals(new int[] {-7, 1 << 20}, tensors.integers("i"));
      assertArrayEquals(new byte[] {3, -1}, tensors.bytes("b"));
    }
  }

  @Test
  void refusesOtherTypesAndNames() {
    try (TypedTensors tensors = TypedTensors.open(file)) {
      assertThrows(InvalidInputException.class, () -> tensors.floats("d"));
      assertThrows(InvalidInputException.class, () -> tensors.bytes("x"));
    }
    Path missing = folder.resolve("y.safetensors");
    String message =
        assertThrows(InvalidInputException.class, () -> TypedTensors.open(missing)).getMessage();
    assertTrue(message.contains("y.safetensors"), message);
  }
}
