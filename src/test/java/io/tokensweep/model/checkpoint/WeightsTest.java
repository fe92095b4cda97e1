package io.tokensweep.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.InvalidInputException;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.HostTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsTest {
  private static final Path SHARED = Path.of("../shared");
  private static final Architecture TINY =
      new Architecture("deit_tiny_patch16_224", 224, 16, 192, 12, 3, 768, 1000, Design.VIT);

  private static Architecture mini(boolean distilled) {
    return new Architecture(
        "vit_custom", 64, 8, 64, 12, 4, 256, 10, distilled ? Design.DISTILLED : Design.VIT);
  }

  private static Path shared(String name) {
    Path file = SHARED.resolve(name);
    Assumptions.assumeTrue(Files.exists(file), () -> file + " is not here");
    return file;
  }

  private static long count(Map<String, HostTensor> weights) {
    return weights.values().stream().mapToLong(tensor -> tensor.data().length).sum();
  }

  @Test
  void publishedDeitTinyHasEveryParameter() {
    try (Checkpoint checkpoint =
        Checkpoints.open(shared("data/deit_tiny_patch16_224.safetensors"))) {
      Map<String, HostTensor> weights = Weights.load(checkpoint, TINY);
      assertEquals(152, weights.size());
      assertEquals(5_717_416, count(weights));
      assertEquals(TINY.parameters(), count(weights));
      assertArrayEquals(new long[] {1, 197, 192}, weights.get("pos_embed").shape());
      assertEquals("pt", checkpoint.metadata().get("format"));
    }
  }

  @Test
  void goldenMiniLoads() {
    try (Checkpoint checkpoint = Checkpoints.open(shared("golden/deit_mini/weights.safetensors"))) {
      Map<String, HostTensor> weights = Weights.load(checkpoint, mini(false));
      assertEquals(mini(false).parameters(), count(weights));
    }
  }

  @Test
  void laterCheckpointsReplaceAndAdd() {
    try (Checkpoint plain = Checkpoints.open(shared("golden/deit_mini/weights.safetensors"));
        Checkpoint rest =
            Checkpoints.open(shared("golden/deit_distilled_mini/weights.safetensors"))) {
      Map<String, HostTensor> weights =
          Weights.load(List.of(plain, rest), mini(true), Map.of(), name -> false);
      assertEquals(mini(true).parameters(), count(weights));
      assertArrayEquals(rest.read("pos_embed").data(), weights.get("pos_embed").data());
    }
  }

  private static final Architecture SMALL =
      new Architecture("vit_small_test", 8, 4, 6, 2, 2, 10, 3, Design.VIT);
  private static final Architecture DISTILLED =
      new Architecture("vit_small_distilled_test", 8, 4, 6, 2, 2, 10, 3, Design.DISTILLED);

  private static final Architecture LV_VIT =
      new Architecture("lvvit_small_test", 8, 4, 6, 2, 2, 10, 3, Design.LV_VIT);

  @TempDir Path folder;

  private static Map<String, HostTensor> random(Architecture architecture) {
    Random random = new Random(11);
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    WeightNames.of(architecture).forEach((name, shape) -> weights.put(name, random(random, shape)));
    return weights;
  }

  private static HostTensor random(Random random, List<Long> shape) {
    long[] dimensions = shape.stream().mapToLong(Long::longValue).toArray();
    float[] data = new float[(int) Arrays.stream(dimensions).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < data.length; i++) {
      data[i] = random.nextFloat();
    }
    return new HostTensor(dimensions, data);
  }

  /** The HuggingFace layout, written out by hand for two blocks. */
  private static Map<String, HostTensor> huggingFace(
      Map<String, HostTensor> timm, String prefix, String head) {
    Map<String, HostTensor> renamed = new LinkedHashMap<>();
    timm.forEach(
        (name, tensor) -> {
          if (name.contains(".qkv.")) {
            String[] parts = {"query", "key", "value"};
            int length = tensor.data().length / 3;
            for (int i = 0; i < 3; i++) {
              long[] shape = tensor.shape().clone();
              shape[0] /= 3;
              String part = prefix + name.replace("blocks", "encoder.layer");
              renamed.put(
                  part.replace("attn.qkv", "attention.attention." + parts[i]),
                  new HostTensor(
                      shape, Arrays.copyOfRange(tensor.data(), i * length, (i + 1) * length)));
            }
          } else if (name.startsWith("head_dist.")) {
            renamed.put(name.replace("head_dist", "distillation_classifier"), tensor);
          } else if (name.startsWith("head.")) {
            renamed.put(name.replace("head", head), tensor);
          } else {
            renamed.put(
                prefix
                    + name.replaceFirst("^cls_token$", "embeddings.cls_token")
                        .replaceFirst("^dist_token$", "embeddings.distillation_token")
                        .replaceFirst("^pos_embed$", "embeddings.position_embeddings")
                        .replace("patch_embed.proj", "embeddings.patch_embeddings.projection")
                        .replaceFirst("^norm", "layernorm")
                        .replace("blocks", "encoder.layer")
                        .replace("norm1", "layernorm_before")
                        .replace("norm2", "layernorm_after")
                        .replace("attn.proj", "attention.output.dense")
                        .replace("mlp.fc1", "intermediate.dense")
                        .replace("mlp.fc2", "output.dense"),
                tensor);
          }
        });
    return renamed;
  }

  private Path safetensors(Map<String, HostTensor> tensors) throws IOException {
    Path file = folder.resolve("weights.safetensors");
    SafetensorsWriter.write(file, tensors, Map.of(), TensorType.F32);
    return file;
  }

  private static Map<String, HostTensor> load(Path file, Architecture architecture) {
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      return Weights.load(checkpoint, architecture);
    }
  }

  private static void assertSame(Map<String, HostTensor> expected, Map<String, HostTensor> actual) {
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
    expected.forEach(
        (name, tensor) -> {
          assertArrayEquals(tensor.shape(), actual.get(name).shape(), name);
          assertArrayEquals(tensor.data(), actual.get(name).data(), name);
        });
  }

  private String refusal(Map<String, HostTensor> tensors, Architecture architecture)
      throws IOException {
    Path file = safetensors(tensors);
    String message =
        assertThrows(InvalidInputException.class, () -> load(file, architecture)).getMessage();
    assertTrue(
        message.startsWith(
            file + ": does not hold the weights of " + architecture.name() + " (width 6, "),
        message);
    assertFalse(message.contains("\n"), message);
    return message;
  }

  @Test
  void everyLayoutAndFormatGivesTheSameWeights() throws IOException {
    for (Architecture architecture : List.of(SMALL, DISTILLED)) {
      Map<String, HostTensor> weights = random(architecture);
      assertEquals(architecture.parameters(), count(weights));
      assertSame(weights, load(safetensors(weights), architecture));
      Path torch = folder.resolve("weights.pth");
      assertSame(weights, load(TorchArchive.training(weights).write(torch), architecture));
      Map<String, HostTensor> parallel = new LinkedHashMap<>();
      weights.forEach((name, tensor) -> parallel.put("module." + name, tensor));
      assertSame(weights, load(TorchArchive.training(parallel).write(torch), architecture));
      String head = architecture.specials() == 2 ? "cls_classifier" : "classifier";
      for (String prefix : List.of("vit.", "deit.", "")) {
        Map<String, HostTensor> renamed = huggingFace(weights, prefix, head);
        renamed.put(prefix + "pooler.dense.weight", random(new Random(), List.of(6L, 6L)));
        renamed.put(prefix + "embeddings.mask_token", random(new Random(), List.of(1L, 1L, 6L)));
        assertSame(weights, load(safetensors(renamed), architecture));
        assertSame(weights, load(TorchArchive.training(renamed).write(torch), architecture));
      }
    }
  }

  @Test
  void lvVitHasTheNamesOfItsOfficialCheckpoint() throws IOException {
    Map<String, HostTensor> weights = random(LV_VIT);
    long statistics = 3L * 2 * Design.STEM_CHANNELS;
    assertEquals(LV_VIT.parameters(), count(weights) - statistics);
    assertTrue(
        weights
            .keySet()
            .containsAll(
                List.of(
                    "patch_embed.conv3.weight",
                    "patch_embed.bn1.running_var",
                    "patch_embed.proj.bias",
                    "aux_head.bias")));
    assertFalse(weights.containsKey("blocks.0.attn.qkv.bias"));
    Map<String, HostTensor> saved = new LinkedHashMap<>();
    weights.forEach((name, tensor) -> saved.put("module." + name, tensor));
    saved.put("module.patch_embed.bn2.num_batches_tracked", random(new Random(), List.of(1L)));
    assertSame(weights, load(safetensors(saved), LV_VIT));
    Path torch = folder.resolve("weights.pth.tar");
    assertSame(weights, load(TorchArchive.training(saved).write(torch), LV_VIT));
    assertTrue(refusal(random(SMALL), LV_VIT).contains("'patch_embed.conv1.weight'"));
    assertTrue(refusal(weights, SMALL).contains("'aux_head.bias'"));
  }

  @Test
  void allThatDoesNotFitIsListedAtOnce() throws IOException {
    Map<String, HostTensor> weights = random(SMALL);
    weights.remove("norm.bias");
    weights.put("fc_norm.weight", weights.get("norm.weight"));
    weights.put("head.bias", new HostTensor(new long[] {4}, new float[4]));
    String message = refusal(weights, SMALL);
    assertTrue(message.contains("1 missing ('norm.bias')"), message);
    assertTrue(message.contains("1 unexpected ('fc_norm.weight')"), message);
    assertTrue(message.contains("1 of another shape ('head.bias' is [4], expected [3])"), message);
  }

  @Test
  void longListsAreCutButCounted() throws IOException {
    String message =
        refusal(Map.of("cls_token", new HostTensor(new long[] {1, 1, 6}, new float[6])), SMALL);
    assertTrue(message.contains("31 missing ('pos_embed', 'patch_embed.proj.weight', "), message);
    assertTrue(message.endsWith(", …)"), message);
  }

  @Test
  void distilledAndPlainAreNotTakenForEachOther() throws IOException {
    String plain = refusal(random(DISTILLED), SMALL);
    assertTrue(plain.contains("3 unexpected ('dist_token', 'head_dist."), plain);
    assertTrue(plain.contains("'pos_embed' is [1, 6, 6], expected [1, 5, 6]"), plain);
    String distilled = refusal(random(SMALL), DISTILLED);
    assertTrue(distilled.contains("3 missing ('dist_token', 'head_dist."), distilled);
  }

  @Test
  void missingPartOfAProjectionIsNamedAsInTheFile() throws IOException {
    Map<String, HostTensor> weights = huggingFace(random(SMALL), "vit.", "classifier");
    String key = "vit.encoder.layer.1.attention.attention.key.bias";
    weights.remove(key);
    assertTrue(refusal(weights, SMALL).contains("1 missing ('" + key + "')"));
  }

  @Test
  void positionEmbeddingOfAnySquareGridIsReturnedAsItIs() throws IOException {
    Map<String, HostTensor> weights = random(SMALL);
    HostTensor larger = random(new Random(), List.of(1L, 10L, 6L));
    weights.put("pos_embed", larger);
    assertArrayEquals(larger.data(), load(safetensors(weights), SMALL).get("pos_embed").data());
    for (List<Long> shape : List.of(List.of(1L, 1L, 6L), List.of(1L, 9L, 6L), List.of(5L, 6L))) {
      weights.put("pos_embed", random(new Random(), shape));
      assertTrue(refusal(weights, SMALL).contains("'pos_embed' is " + shape));
    }
  }

  @Test
  void additionalWeightsAreExpectedToo() throws IOException {
    Map<String, HostTensor> weights = random(SMALL);
    weights.put("score_predictor.0.weight", random(new Random(), List.of(2L, 6L)));
    weights.put("bn.num_batches_tracked", new HostTensor(new long[] {}, new float[1]));
    Map<String, List<Long>> additional = Map.of("score_predictor.0.weight", List.of(2L, 6L));
    try (Checkpoint checkpoint = Checkpoints.open(safetensors(weights))) {
      Map<String, HostTensor> loaded =
          Weights.load(List.of(checkpoint), SMALL, additional, name -> false);
      weights.remove("bn.num_batches_tracked");
      assertSame(weights, loaded);
      assertThrows(InvalidInputException.class, () -> Weights.load(checkpoint, SMALL));
      Map<String, List<Long>> absent = Map.of("score_predictor.1.weight", List.of(2L, 6L));
      assertThrows(
          InvalidInputException.class,
          () -> Weights.load(List.of(checkpoint), SMALL, absent, name -> false));
    }
  }

  /** Rows {@code from} to {@code to} of thirds of a tensor. */
  private static HostTensor thirds(HostTensor tensor, int from, int to) {
    int third = tensor.data().length / 3;
    long[] shape = tensor.shape().clone();
    shape[0] = shape[0] / 3 * (to - from);
    return new HostTensor(shape, Arrays.copyOfRange(tensor.data(), from * third, to * third));
  }

  /** The names of YifanXu74/Evo-ViT. */
  private static Map<String, HostTensor> evoVit(Map<String, HostTensor> timm) {
    Map<String, HostTensor> renamed = new LinkedHashMap<>();
    timm.forEach(
        (name, tensor) -> {
          if (name.contains("attn.qkv")) {
            String[] parts = name.split("\\.", -1);
            String kind = parts[4];
            renamed.put("qks." + parts[1] + ".qk." + kind, thirds(tensor, 0, 2));
            renamed.put("vs." + parts[1] + ".v." + kind, thirds(tensor, 2, 3));
          } else {
            renamed.put(
                name.replaceFirst("blocks\\.(\\d+)\\.norm1", "norms.$1")
                    .replaceFirst("blocks\\.(\\d+)\\.attn\\.proj", "projs.$1"),
                tensor);
          }
        });
    return renamed;
  }

  @Test
  void evoVitCheckpointsLoad() throws IOException {
    Map<String, HostTensor> weights = random(SMALL);
    Map<String, HostTensor> renamed = evoVit(weights);
    renamed.put("head_cls.weight", weights.get("head.weight"));
    renamed.put("norm_cls.bias", weights.get("norm.bias"));
    assertSame(weights, load(safetensors(renamed), SMALL));
    renamed.put("qks.1.qk.bias", new HostTensor(new long[] {6}, new float[6]));
    renamed.remove("vs.0.v.weight");
    String message = refusal(renamed, SMALL);
    assertTrue(message.contains("1 missing ('vs.0.v.weight')"), message);
    assertTrue(message.contains("('qks.1.qk.bias' is [6], expected [12])"), message);
  }

  @Test
  void evoVitNamesWinOverThoseOfTimm() throws IOException {
    Map<String, HostTensor> weights = random(SMALL);
    Map<String, HostTensor> both = new LinkedHashMap<>(evoVit(weights));
    both.put("blocks.0.attn.qkv.bias", new HostTensor(new long[] {18}, new float[18]));
    try (Checkpoint checkpoint = Checkpoints.open(safetensors(both))) {
      assertSame(weights, Weights.load(List.of(checkpoint), SMALL, Map.of(), name -> true));
      assertThrows(InvalidInputException.class, () -> Weights.load(checkpoint, SMALL));
    }
  }

  @Test
  void adaVitCheckpointsLoad() throws IOException {
    Map<String, HostTensor> weights = random(SMALL);
    Map<String, HostTensor> renamed = new LinkedHashMap<>();
    String[] parts = {"query", "key", "value"};
    weights.forEach(
        (name, tensor) -> {
          for (int i = 0; i < 3; i++) {
            boolean stacked = name.contains("attn.qkv");
            renamed.put(
                name.replace("attn.qkv", "attn." + parts[i]),
                stacked ? thirds(tensor, i, i + 1) : tensor);
          }
        });
    assertSame(weights, load(safetensors(renamed), SMALL));
    renamed.remove("pos_embed");
    assertTrue(refusal(renamed, SMALL).contains("1 missing ('pos_embed')"));
  }

  @Test
  void integersAreNoWeights() throws IOException {
    Map<String, PickleWriter.StoredTensor> tensors =
        Map.of(
            "cls_token",
            PickleWriter.StoredTensor.contiguous("LongStorage", "0", List.of(1L, 1L, 6L)));
    Path file =
        new TorchArchive(new PickleWriter().stateDict(tensors).stop())
            .entry("data/0", new byte[48])
            .write(folder.resolve("weights.pth"));
    String message =
        assertThrows(InvalidInputException.class, () -> load(file, SMALL)).getMessage();
    assertTrue(
        message.contains("1 of a type other than F64, F32, F16 or BF16 ('cls_token' is I64)"),
        message);
  }
}
