package io.tokensweep.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir Path folder;

  private static byte[] bytes(byte[] header, int buffer) {
    return ByteBuffer.allocate(8 + header.length + buffer)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("weights.safetensors"), bytes);
  }

  private Path file(String header, int buffer) throws IOException {
    return file(bytes(header.getBytes(StandardCharsets.UTF_8), buffer));
  }

  private static String refusal(Path file) {
    var refused = assertThrows(InvalidInputException.class, () -> Checkpoints.open(file).close());
    assertTrue(refused.getMessage().startsWith(file.toString()), refused.getMessage());
    assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
    return refused.getMessage();
  }

  @Test
  void everyFloatingPointTypeIsRead() throws IOException {
    byte[] header =
        """
        {"d":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},
         "f":{"dtype":"F32","shape":[1,2],"data_offsets":[16,24]},
         "h":{"dtype":"F16","shape":[2,1],"data_offsets":[24,28]},
         "b":{"dtype":"BF16","shape":[],"data_offsets":[28,30]},
         "e":{"dtype":"F32","shape":[3,0],"data_offsets":[30,30]},
         "n":{"dtype":"I64","shape":[],"data_offsets":[30,38]},
         "q":{"dtype":"F4","shape":[4],"data_offsets":[38,40]},
         "__metadata__":{"format":"pt","":"x"}} \t\r\n\s"""
            .getBytes(StandardCharsets.UTF_8);
    byte[] bytes = bytes(header, 40);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.position(8 + header.length);
    buffer.putDouble(0.1).putDouble(-2).putFloat(3.25f).putFloat(Float.NaN);
    buffer.putShort((short) 0x3c00).putShort((short) 0x0001).putShort((short) 0xbf80).putLong(7);
    try (Checkpoint checkpoint = Checkpoints.open(file(bytes))) {
      assertArrayEquals(new float[] {0.1f, -2}, checkpoint.read("d").data());
      assertArrayEquals(new float[] {3.25f, Float.NaN}, checkpoint.read("f").data());
      assertArrayEquals(new float[] {1, 0x1p-24f}, checkpoint.read("h").data());
      assertArrayEquals(new float[] {-1}, checkpoint.read("b").data());
      assertArrayEquals(new long[] {3, 0}, checkpoint.read("e").shape());
      assertEquals(
          List.of("d", "f", "h", "b", "e", "n", "q"), List.copyOf(checkpoint.tensors().keySet()));
      assertEquals(new TensorInfo(TensorType.F32, List.of(1L, 2L)), checkpoint.tensors().get("f"));
      assertEquals(Map.of("format", "pt", "", "x"), checkpoint.metadata());
      var integer = assertThrows(InvalidInputException.class, () -> checkpoint.read("n"));
      assertTrue(integer.getMessage().contains("'n' is I64"), integer.getMessage());
      assertThrows(InvalidInputException.class, () -> checkpoint.read("q"));
      assertThrows(IllegalArgumentException.class, () -> checkpoint.read("absent"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':{'dtype':'F31','shape':[2],'data_offsets':[0,8]}}|'a': dtype is 'F31'",
        "{'a':{'dtype':32,'shape':[2],'data_offsets':[0,8]}}|'a': dtype is '32'",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}|'a': shape holds '-2'",
        "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}|'a': shape holds '2.0'",
        "{'a':{'dtype':'F32','shape':['2'],'data_offsets':[0,8]}}|'a': shape holds '2'",
        "{'a':{'dtype':'F32','shape':[null],'data_offsets':[0,8]}}|'a': shape holds 'null'",
        "{'a':{'dtype':'F32','shape':[[2]],'data_offsets':[0,8]}}|'a': shape holds an array",
        "{'a':{'dtype':'F32','shape':2,'data_offsets':[0,8]}}|'a': shape is '2'",
        "{'a':{'dtype':'F32','shape':[18446744073709551616],'data_offsets':[0,8]}}|'a': shape holds",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}}|overflows",
        "{'a':{'dtype':'F32','shape':[576460752303423488],'data_offsets':[0,8]}}|overflows",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}|begin at 8 and end at 0",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8,8]}}|data_offsets has 3 numbers",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}}|data_offsets has 1 numbers",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[-1,7]}}|data_offsets holds '-1'",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}|span 4 bytes, allowed: 8",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,8]}}|span 8 bytes, allowed: 4",
        "{'a':{'dtype':'F4','shape':[3],'data_offsets':[0,2]}}|'a': it has 12 bits",
        "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}}|'a' ends at byte 16",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|tensors end at byte 4",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|'a' begins at byte 4 of the buffer, which leaves a hole",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|'b' begins at byte 4 of the buffer, which overlaps",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[0],'data_offsets':[4,4]}}|'b' begins at byte 4 of the buffer, which overlaps",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|duplicate keys",
        "{'a':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}}|duplicate keys",
        "{'__metadata__':{},'__metadata__':{},'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|duplicate keys",
        "{'a':{'shape':[2],'data_offsets':[0,8]}}|'a': dtype is missing",
        "{'a':{'dtype':'F32','data_offsets':[0,8]}}|'a': shape is missing",
        "{'a':{'dtype':'F32','shape':[2]}}|'a': data_offsets is missing",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'scale':1}}|'a': has the key 'scale'",
        "{'a':8}|'a': the entry is '8'",
        "{'__metadata__':'pt','a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|__metadata__ is 'pt'",
        "{'__metadata__':{'epoch':3},'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|__metadata__: 'epoch' is '3'",
        "{'__metadata__':{'x':{}},'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|__metadata__: 'x' is an object",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} x|not a valid JSON object",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}{}|not a valid JSON object",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}|not a valid JSON object",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},}|not a valid JSON object",
        "{'a':{'dtype':'F32','shape':[02],'data_offsets':[0,8]}}|not a valid JSON object",
        "{/**/'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|not a valid JSON object",
        "{'a':[[[[[[[[[[[[[[]]]]]]]]]]]]]]}|'a': the entry is an array",
        "{'a':{'shape':[[[[[[[[[[[[[[]]]]]]]]]]]]]]}}|'a': shape holds an array",
        "{}|tensors end at byte 0",
      })
  void brokenHeaderIsRefused(String header, String complaint) throws IOException {
    String message = refusal(file(header.replace('\'', '"'), 8));
    assertTrue(message.contains(complaint), message);
  }

  @Test
  void trailingBytesThatAreNoWhitespaceAreRefused() throws IOException {
    assertTrue(refusal(file("{}\0", 0)).contains("not a valid JSON object"));
  }

  @Test
  void invalidUtf8IsRefused() throws IOException {
    byte[] header = "{\"__metadata__\":{\"a\":\"?\"}}".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < header.length; i++) {
      if (header[i] == '?') {
        header[i] = (byte) 0xff;
      }
    }
    assertTrue(refusal(file(bytes(header, 0))).contains("not valid UTF-8"));
  }

  @Test
  void headerBeyondTheFileOrTheLimitIsRefused() throws IOException {
    byte[] bytes = bytes("{}".getBytes(StandardCharsets.UTF_8), 0);
    for (long length : new long[] {3, 100_000_001, Integer.MAX_VALUE, Long.MAX_VALUE, -1}) {
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      String message = refusal(file(bytes));
      assertTrue(
          message.contains("claims %s bytes".formatted(Long.toUnsignedString(length))), message);
    }
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0);
    assertTrue(refusal(file(bytes)).contains("begins with nothing"));
  }

  @Test
  void headerOverTheLimitIsRefusedThoughTheFileIsLongEnough() throws IOException {
    Path file = file("{", 0);
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(100_000_001).array());
      sparse.setLength(200_000_000);
    }
    assertTrue(refusal(file).contains("at most 100000000"));
  }

  @Test
  void filesOfNoKnownFormatAreRefused() throws IOException {
    assertTrue(refusal(folder).contains("is a folder"));
    assertTrue(refusal(folder.resolve("absent.pth")).contains("no such file"));
    assertTrue(refusal(file(new byte[0])).contains("is empty"));
    assertTrue(refusal(file(new byte[] {1, 2, 3})).contains("01 02 03"));
    assertTrue(refusal(file("[]", 0)).contains("allowed is a safetensors file"));
    byte[] legacy = {
      (byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9
    };
    assertTrue(
        refusal(file(legacy))
            .contains("re-save with torch.save(..., _use_new_zipfile_serialization=True)"));
  }

  @Test
  void tensorsBeyondTwoGibibytesAreRead() throws IOException {
    long skipped = 3L << 30;
    byte[] header =
        """
        {"huge":{"dtype":"F32","shape":[%d],"data_offsets":[0,%d]},
         "last":{"dtype":"F32","shape":[2],"data_offsets":[%d,%d]}}"""
            .formatted(skipped / 4, skipped, skipped, skipped + 8)
            .getBytes(StandardCharsets.UTF_8);
    Path file = file(bytes(header, 0));
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(8 + header.length + skipped + 8);
      sparse.seek(8 + header.length + skipped + 4);
      sparse.write(new byte[] {0, 0, (byte) 0x80, 0x3f});
    } catch (IOException e) {
      Assumptions.abort("the file system has no sparse files of 3 GiB: " + e);
    }
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      assertArrayEquals(new float[] {0, 1}, checkpoint.read("last").data());
    }
  }

  @Test
  void tensorLargerThanOneMapIsReadWhole() throws IOException {
    int elements = (1 << 23) + 1;
    byte[] header =
        "{\"d\":{\"dtype\":\"F64\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(elements, elements * 8L)
            .getBytes(StandardCharsets.UTF_8);
    Path file = file(bytes(header, 0));
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(8 + header.length + elements * 8L);
      sparse.seek(8 + header.length + elements * 8L - 8);
      sparse.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(2.5).array());
    } catch (IOException e) {
      Assumptions.abort("the file system has no sparse files: " + e);
    }
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      float[] data = checkpoint.read("d").data();
      assertEquals(2.5f, data[elements - 1]);
      assertEquals(0f, data[elements - 2]);
    }
  }

  @Test
  void tensorBeyondAJavaArrayIsRefused() throws IOException {
    byte[] header =
        "{\"h\":{\"dtype\":\"F16\",\"shape\":[3000000000],\"data_offsets\":[0,6000000000]}}"
            .getBytes(StandardCharsets.UTF_8);
    Path file = file(bytes(header, 0));
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(8 + header.length + 6_000_000_000L);
    } catch (IOException e) {
      Assumptions.abort("the file system has no sparse files of 6 GB: " + e);
    }
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      var refused = assertThrows(InvalidInputException.class, () -> checkpoint.read("h"));
      assertTrue(refused.getMessage().contains("3000000000 elements"), refused.getMessage());
    }
  }

  @Test
  void damagedFilesAreReadOrRefusedAndNothingElse() throws IOException {
    byte[] header =
        """
        {"__metadata__":{"format":"pt"},
         "a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},
         "b":{"dtype":"BF16","shape":[4],"data_offsets":[16,24]}}"""
            .getBytes(StandardCharsets.UTF_8);
    Mutations.check(bytes(header, 24), new Random(7), 2_000, folder.resolve("fuzz"));
  }

  @Test
  void contentHashIsSha256() throws IOException {
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        Checkpoints.contentHash(file("abc".getBytes(StandardCharsets.UTF_8))));
    assertThrows(InvalidInputException.class, () -> Checkpoints.contentHash(folder.resolve("no")));
  }
}
