package io.tokensweep.model.checkpoint;

import static io.tokensweep.model.checkpoint.PickleWriter.StoredTensor.contiguous;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.InvalidInputException;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.checkpoint.PickleWriter.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchZipTest {
  private static final float[] RAMP = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("weights.pth");
  }

  private String refusal(byte[] pickle) throws IOException {
    return refusal(new TorchArchive(pickle).storage("0", RAMP));
  }

  private String refusal(TorchArchive archive) throws IOException {
    Path file = archive.write(file());
    var refused = assertThrows(InvalidInputException.class, () -> Checkpoints.open(file).close());
    assertTrue(refused.getMessage().startsWith(file.toString()), refused.getMessage());
    assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
    return refused.getMessage();
  }

  private float[] read(StoredTensor tensor) throws IOException {
    byte[] pickle = new PickleWriter().stateDict(Map.of("w", tensor)).stop();
    Path file = new TorchArchive(pickle).storage("0", RAMP).write(file());
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      HostTensor read = checkpoint.read("w");
      assertEquals(tensor.shape(), Arrays.stream(read.shape()).boxed().toList());
      return read.data();
    }
  }

  private static StoredTensor ramp(long offset, List<Long> shape, List<Long> strides) {
    return new StoredTensor("FloatStorage", "0", 12, offset, shape, strides);
  }

  @Test
  void viewsOfAStorageAreGathered() throws IOException {
    assertArrayEquals(RAMP, read(ramp(0, List.of(3L, 4L), List.of(4L, 1L))));
    assertArrayEquals(
        new float[] {0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11},
        read(ramp(0, List.of(4L, 3L), List.of(1L, 4L))));
    assertArrayEquals(new float[] {5, 7, 9, 11}, read(ramp(5, List.of(2L, 2L), List.of(4L, 2L))));
    assertArrayEquals(new float[] {3, 3, 4, 4}, read(ramp(3, List.of(2L, 2L), List.of(1L, 0L))));
    assertArrayEquals(new float[] {11}, read(ramp(11, List.of(), List.of())));
    assertArrayEquals(new float[] {7}, read(ramp(7, List.of(1L, 1L), List.of(99L, 1L))));
    assertArrayEquals(new float[] {}, read(ramp(12, List.of(0L, 4L), List.of(4L, 1L))));
  }

  @Test
  void viewsBeyondTheirStorageAreRefused() throws IOException {
    List<StoredTensor> broken =
        List.of(
            ramp(0, List.of(13L), List.of(1L)),
            ramp(1, List.of(3L, 4L), List.of(4L, 1L)),
            ramp(-1, List.of(1L), List.of(1L)),
            ramp(0, List.of(2L), List.of(12L)),
            ramp(0, List.of(2L), List.of(-1L)),
            ramp(0, List.of(-2L), List.of(1L)),
            ramp(0, List.of(2L), List.of(1L, 1L)),
            ramp(13, List.of(0L), List.of(1L)),
            ramp(0, List.of(2L, 2L), List.of(Long.MAX_VALUE, Long.MAX_VALUE)),
            ramp(0, List.of(1L << 32, 1L << 32), List.of(0L, 0L)),
            ramp(0, List.of(1L << 30), List.of(0L)),
            new StoredTensor("FloatStorage", "0", 13, 0, List.of(1L), List.of(1L)),
            new StoredTensor("FloatStorage", "0", 11, 0, List.of(1L), List.of(1L)),
            new StoredTensor("FloatStorage", "0", -1, 0, List.of(0L), List.of(1L)),
            new StoredTensor("DoubleStorage", "0", 12, 0, List.of(1L), List.of(1L)),
            new StoredTensor("FloatStorage", "0", Long.MAX_VALUE, 0, List.of(1L), List.of(1L)),
            new StoredTensor("FloatStorage", "../0", 12, 0, List.of(1L), List.of(1L)),
            new StoredTensor("FloatStorage", "1", 12, 0, List.of(1L), List.of(1L)));
    for (StoredTensor tensor : broken) {
      refusal(new PickleWriter().stateDict(Map.of("w", tensor)).stop());
    }
  }

  @Test
  void everyElementTypeAndByteOrderIsRead() throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    tensors.put("double", contiguous("DoubleStorage", "d", List.of(1L)));
    tensors.put("half", contiguous("HalfStorage", "h", List.of(2L)));
    tensors.put("brain", contiguous("BFloat16Storage", "b", List.of(1L)));
    tensors.put("long", contiguous("LongStorage", "l", List.of()));
    TorchArchive archive =
        new TorchArchive(new PickleWriter().stateDict(tensors).stop())
            .entry("data/d", ByteBuffer.allocate(8).putDouble(0.1).array())
            .entry("data/h", new byte[] {0x3c, 0, 0, 1})
            .entry("data/b", new byte[] {(byte) 0xbf, (byte) 0x80})
            .entry("data/l", new byte[8])
            .byteOrder("big")
            .folder("deit_tiny/");
    try (Checkpoint checkpoint = Checkpoints.open(archive.write(file()))) {
      assertArrayEquals(new float[] {0.1f}, checkpoint.read("double").data());
      assertArrayEquals(new float[] {1, 0x1p-24f}, checkpoint.read("half").data());
      assertArrayEquals(new float[] {-1}, checkpoint.read("brain").data());
      assertEquals(TensorType.I64, checkpoint.tensors().get("long").type());
      assertThrows(InvalidInputException.class, () -> checkpoint.read("long"));
      assertEquals(Map.of(), checkpoint.metadata());
    }
    assertTrue(refusal(archive.byteOrder("middle")).contains("byteorder is 'middle'"));
  }

  @Test
  void parametersAndUntypedStoragesAreTensors() throws IOException {
    PickleWriter pickle = new PickleWriter().raw('}', '(');
    pickle.text("p").global("torch._utils", "_rebuild_parameter").raw('(');
    pickle.tensor(contiguous("FloatStorage", "0", List.of(12L))).raw(0x88);
    pickle.emptyOrderedDict().raw('t', 'R');
    pickle.text("u").global("torch._utils", "_rebuild_tensor_v3").raw('(');
    pickle.raw('(').text("storage").global("torch.storage", "UntypedStorage").text("0");
    pickle.text("cpu").whole(48).raw('t', 'Q').whole(2).wholes(List.of(2L)).wholes(List.of(3L));
    pickle.raw(0x89).emptyOrderedDict().global("torch", "float32").raw('t', 'R');
    Path file = new TorchArchive(pickle.raw('u').stop()).storage("0", RAMP).write(file());
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      assertArrayEquals(RAMP, checkpoint.read("p").data());
      assertArrayEquals(new float[] {2, 5}, checkpoint.read("u").data());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "state_dict", "state_dict_ema"})
  void stateDictIsFoundUnderItsUsualKeys(String key) throws IOException {
    StoredTensor tensor = contiguous("FloatStorage", "0", List.of(12L));
    PickleWriter pickle = new PickleWriter().raw('}', '(');
    pickle.text("state_dict_ema").stateDict(Map.of("other", tensor));
    pickle.text(key).stateDict(Map.of("w", tensor)).text("best").raw('N', 'u');
    Path file = new TorchArchive(pickle.stop()).storage("0", RAMP).deflated().write(file());
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      assertEquals(Set.of("w"), checkpoint.tensors().keySet());
      assertArrayEquals(RAMP, checkpoint.read("w").data());
    }
  }

  @Test
  void valuesThatAreNoTensorsAreReadPast() throws IOException {
    PickleWriter pickle = new PickleWriter().raw('}', '(');
    pickle.text("w").tensor(contiguous("FloatStorage", "0", List.of(12L)));
    pickle.text("list").raw(']', 'q', 1, '(').whole(1).text("x").raw('N', 'e');
    pickle.text("recursive").raw('h', 1, 'h', 1, 'a');
    pickle.text("set").global("__builtin__", "set").raw('(', ']').whole(1).raw('a', 't', 'R');
    pickle.text("bytes").global("_codecs", "encode").text("a").text("latin1").raw(0x86, 'R');
    pickle.text("long").raw(0x8a, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    pickle.text("size").global("torch", "Size").wholes(List.of(1L)).raw(0x85, 'R');
    pickle.text("type").global("torch", "float32");
    pickle.whole(0).raw('}').whole(1).raw(')', 's').text("short").raw('C', 1, 7);
    Path file = new TorchArchive(pickle.raw('u').stop()).storage("0", RAMP).write(file());
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      assertEquals(Set.of("w"), checkpoint.tensors().keySet());
    }
  }

  @Test
  void codeIsRefusedByNameAndNeverRun() throws IOException {
    Path proof = folder.resolve("proof");
    byte[] system =
        new PickleWriter().global("posix", "system").text("touch " + proof).raw(0x85, 'R').stop();
    assertEquals(
        file() + ": refers to 'posix.system', which is not a tensor; refused", refusal(system));
    assertFalse(Files.exists(proof));
    byte[] byStack =
        new PickleWriter().text("builtins").text("eval").raw(0x93).text("1").raw(0x85, 'R').stop();
    assertTrue(refusal(byStack).contains("'builtins.eval'"));
    byte[] module = new PickleWriter().global("timm.models\r", "VisionTransformer").stop();
    assertTrue(refusal(module).contains("'timm.models?.VisionTransformer'"));
    byte[] instance = new PickleWriter().ascii("(iposix\nsystem\n").stop();
    assertTrue(refusal(instance).contains("opcode 0x69 is unknown"));
  }

  @Test
  void hugeAndDeepPicklesAreRefused() throws IOException {
    assertTrue(
        refusal(new PickleWriter().raw('X').integer(-1).stop()).contains("4294967295 bytes"));
    assertTrue(
        refusal(new PickleWriter().raw(0x8d, 255, 255, 255, 255, 255, 255, 255, 255).stop())
            .contains("18446744073709551615 bytes"));
    assertTrue(refusal(new PickleWriter().raw(0x8b).integer(1 << 30).stop()).contains("claimed"));
    assertTrue(
        refusal(new PickleWriter().ascii("(".repeat(2_000)).stop()).contains("nested more than"));
    assertTrue(
        refusal(new PickleWriter().ascii("]".repeat(200_000)).stop()).contains("on the stack"));
    assertTrue(
        refusal(new PickleWriter().ascii("}" + "\u0094".repeat(1_100_000)).stop())
            .contains("are remembered"));
    assertTrue(
        refusal(new PickleWriter().ascii(")" + "\u0085".repeat(1_000_000)).stop())
            .contains("no tensors"));
    assertTrue(
        refusal(new TorchArchive(new byte[(64 << 20) + 1]).deflated())
            .contains("allowed are at most"));
  }

  @Test
  void malformedPicklesAreRefused() throws IOException {
    for (String opcodes :
        List.of(
            "",
            ".",
            "N.",
            "0.",
            "1.",
            "t.",
            "R.",
            "NR.",
            ")R.",
            "N)R.",
            "}Nb",
            "h\1.",
            "g5\n.",
            "q\1.",
            "gx\n.",
            "Ix\n.",
            "I1",
            "cos",
            "}(Nu.",
            "}(a.",
            "N(Ns.",
            "(NQ.",
            "NQ.",
            "}a.",
            "(00.",
            "\u0080\6.",
            "\u0093.",
            "NN\u0093.",
            ")\u0081.",
            "\u0095\0.",
            "\u00ff.",
            "X\1\0\0\0\u00ff.",
            "ctorch\nFloatStorage\n)R.",
            "ctorch\nFloatStorage\n)\u0081.",
            "ctorch._utils\n_rebuild_tensor_v2\n)R.",
            "ctorch._utils\n_rebuild_parameter\n(Nt R.",
            "ctorch._utils\n_rebuild_tensor_v3\n)R.",
            "ctorch\nSize\n)R.",
            "(X\1\0\0\0atQ.")) {
      refusal(new PickleWriter().ascii(opcodes).stop());
    }
    refusal(new byte[0]);
  }

  @Test
  void archivesOfAnotherKindAreRefused() throws IOException {
    StoredTensor tensor = contiguous("FloatStorage", "0", List.of(12L));
    byte[] pickle = new PickleWriter().stateDict(Map.of("w", tensor)).stop();
    assertTrue(
        refusal(new TorchArchive(pickle).entry("constants.pkl", new byte[4]))
            .contains("TorchScript"));
    assertTrue(
        refusal(new TorchArchive(pickle).folder("a/b/")).contains("0 folders with a data.pkl"));
    Files.write(
        file(), new byte[] {'P', 'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    assertThrows(InvalidInputException.class, () -> Checkpoints.open(file()).close());
  }

  @Test
  void damagedStorageIsFoundByItsChecksum() throws IOException {
    StoredTensor tensor = ramp(0, List.of(1L), List.of(1L));
    byte[] pickle = new PickleWriter().stateDict(Map.of("w", tensor)).stop();
    float marker = Float.intBitsToFloat(0x12345678);
    new TorchArchive(pickle).storage("0", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, marker).write(file());
    byte[] bytes = Files.readAllBytes(file());
    for (int i = 0; i + 3 < bytes.length; i++) {
      if (bytes[i] == 0x78
          && bytes[i + 1] == 0x56
          && bytes[i + 2] == 0x34
          && bytes[i + 3] == 0x12) {
        bytes[i] ^= 1;
      }
    }
    Files.write(file(), bytes);
    try (Checkpoint checkpoint = Checkpoints.open(file())) {
      var refused = assertThrows(InvalidInputException.class, () -> checkpoint.read("w"));
      assertTrue(refused.getMessage().contains("checksum"), refused.getMessage());
    }
  }

  @Test
  void damagedArchivesAreReadOrRefusedAndNothingElse() throws IOException {
    Map<String, HostTensor> tensors = Map.of("a", new HostTensor(new long[] {2, 2}, new float[4]));
    byte[] valid = Files.readAllBytes(TorchArchive.training(tensors).write(file()));
    Mutations.check(valid, new Random(3), 2_000, folder.resolve("fuzz"));
  }

  @Test
  void damagedPicklesAreReadOrRefusedAndNothingElse() throws IOException {
    StoredTensor tensor = ramp(0, List.of(3L, 2L), List.of(4L, 1L));
    byte[] pickle = new PickleWriter().stateDict(Map.of("w", tensor, "v", tensor)).stop();
    Random random = new Random(5);
    for (int round = 0; round < 50_000; round++) {
      byte[] mutated = Mutations.mutate(pickle, random);
      try {
        Unpickler.read(file(), mutated);
      } catch (InvalidInputException expected) {
        assertFalse(expected.getMessage().contains("\n"), expected.getMessage());
      }
    }
  }
}
