package io.tokensweep.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tokensweep.model.HostTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  private static final HostTensor LARGE = new HostTensor(new long[] {70_001}, ramp(70_001));
  private static final HostTensor SMALL =
      new HostTensor(new long[] {1, 3}, new float[] {0x1.002p0f, Float.NaN, -0f});

  @TempDir Path folder;

  private static float[] ramp(int length) {
    float[] ramp = new float[length];
    for (int i = 0; i < length; i++) {
      ramp[i] = i / 7f;
    }
    return ramp;
  }

  @Test
  void float32SurvivesARoundTrip() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Map<String, String> metadata = Map.of("format", "pt", "note", "line\n\"ü\"");
    SafetensorsWriter.write(file, Map.of("b\"é", LARGE, "a", SMALL), metadata, TensorType.F32);
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      assertEquals(List.of("a", "b\"é"), List.copyOf(checkpoint.tensors().keySet()));
      assertArrayEquals(LARGE.data(), checkpoint.read("b\"é").data());
      assertArrayEquals(SMALL.data(), checkpoint.read("a").data());
      assertArrayEquals(SMALL.shape(), checkpoint.read("a").shape());
      assertEquals(metadata, checkpoint.metadata());
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(0, bytes.getLong(0) % 8);
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void float16RoundsToNearestEven() throws IOException {
    Path file = folder.resolve("a.safetensors");
    SafetensorsWriter.write(file, Map.of("a", SMALL), Map.of(), TensorType.F16);
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      assertEquals(TensorType.F16, checkpoint.tensors().get("a").type());
      assertArrayEquals(new float[] {1, Float.NaN, -0f}, checkpoint.read("a").data());
    }
  }

  @Test
  void bytesDoNotDependOnTheOrderOfTheMap() throws IOException {
    Map<String, HostTensor> forward = new LinkedHashMap<>();
    forward.put("a", SMALL);
    forward.put("b", LARGE);
    Map<String, HostTensor> backward = new LinkedHashMap<>();
    backward.put("b", LARGE);
    backward.put("a", SMALL);
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    SafetensorsWriter.write(first, forward, Map.of("x", "1", "y", "2"), TensorType.F32);
    SafetensorsWriter.write(second, backward, Map.of("y", "2", "x", "1"), TensorType.F32);
    assertEquals(Checkpoints.contentHash(first), Checkpoints.contentHash(second));
  }

  @Test
  void failedWriteLeavesTheOldFileAlone() throws IOException {
    Path file = folder.resolve("a.safetensors");
    SafetensorsWriter.write(file, Map.of("a", SMALL), Map.of(), TensorType.F32);
    String before = Checkpoints.contentHash(file);
    var huge = new HostTensor(new long[] {1}, new float[] {70_000});
    assertThrows(
        IllegalArgumentException.class,
        () -> SafetensorsWriter.write(file, Map.of("a", huge), Map.of(), TensorType.F16));
    assertThrows(
        IllegalArgumentException.class,
        () -> SafetensorsWriter.write(file, Map.of("a", SMALL), Map.of(), TensorType.F64));
    assertEquals(before, Checkpoints.contentHash(file));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }
}
