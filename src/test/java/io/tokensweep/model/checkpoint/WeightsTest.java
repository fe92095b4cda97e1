package io.tokensweep.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.HostTensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class WeightsTest {
  private static final Path SHARED = Path.of("../shared");
  private static final Architecture TINY =
      new Architecture("deit_tiny_patch16_224", 224, 16, 192, 12, 3, 768, 1000, false);

  private static Architecture mini(boolean distilled) {
    return new Architecture("vit_custom", 64, 8, 64, 12, 4, 256, 10, distilled);
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
      Map<String, HostTensor> weights = Weights.load(List.of(plain, rest), mini(true), Map.of());
      assertEquals(mini(true).parameters(), count(weights));
      assertArrayEquals(rest.read("pos_embed").data(), weights.get("pos_embed").data());
    }
  }
}
