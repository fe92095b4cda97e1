package io.tokensweep.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tells LV-ViT from DeiT; its numbers are compared with the official code elsewhere. */
class DesignTest {
  private static final Architecture SMALL = RandomNetworks.small(Design.LV_VIT);

  @Test
  void lvVitHasThePublishedDimensions() {
    Architecture published = Architectures.named("lvvit_s").orElseThrow();
    assertEquals(26_151_824, published.parameters());
    assertEquals(1_351_139_328, Macs.stem(published, 224));
    assertEquals(384_000 + 75_264_000, Macs.head(published, 196));
  }

  @ParameterizedTest
  @CsvSource({"12, 3 6 9", "16, 4 8 12", "6, 1 3 4", "4, 1 2 3", "2, 1", "1, ''"})
  void papersReduceAtTheQuartersOfTheDepth(int depth, String sites) {
    Architecture architecture = new Architecture("vit_custom", 8, 8, 4, depth, 1, 4, 2, Design.VIT);
    assertEquals(
        sites, String.join(" ", architecture.usualSites().stream().map(String::valueOf).toList()));
  }

  @Test
  void paddingIsNeverTheBestPatch() {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(SMALL, 1, manager);
      NDArray x = RandomNetworks.gaussian(new Shape(2, 9, 24), 4, manager).mul(3);
      NDArray marks = manager.create(new float[] {1, 1, 1, 1, 1, 1, 0, 0, 0}).reshape(1, 9);
      Tokens padded =
          new Tokens(
              x, 1, Optional.empty(), false, Optional.of(marks.repeat(0, 2)), Optional.empty());
      Tokens real = Tokens.embedded(x.get(":, :6, :"), 1);
      assertArrayEquals(
          network.classify(real).toFloatArray(), network.classify(padded).toFloatArray(), 1e-6f);
    }
  }

  @Test
  void headTakesHalfTheBestOfEachClassOverThePatches() {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = RandomNetworks.network(SMALL, 1, manager);
      NDArray x = RandomNetworks.gaussian(new Shape(1, 4, 24), 4, manager);
      List<NDArray> parts = network.headLogits(Tokens.embedded(x, 1));
      float[] expected = new float[SMALL.classes()];
      Arrays.fill(expected, Float.NEGATIVE_INFINITY);
      for (int patch = 1; patch < 4; patch++) {
        NDArray alone = x.get(":, 0:1, :").concat(x.get(":, {}:{}, :", patch, patch + 1), 1);
        float[] logits = network.headLogits(Tokens.embedded(alone, 1)).get(1).toFloatArray();
        for (int i = 0; i < expected.length; i++) {
          expected[i] = Math.max(expected[i], logits[i]);
        }
      }
      assertArrayEquals(expected, parts.get(1).toFloatArray(), 1e-6f);
      float[] joined = network.classify(Tokens.embedded(x, 1)).toFloatArray();
      for (int i = 0; i < expected.length; i++) {
        assertEquals(parts.get(0).toFloatArray()[i] + 0.5f * expected[i], joined[i], 1e-5f);
      }
    }
  }

  @Test
  void whatNoNetworkHasIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Architecture("vit_custom", 9, 3, 4, 2, 1, 4, 2, Design.LV_VIT));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Design(Design.Stem.PATCH, true, 0, 1, Design.Head.CLASS));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Design(Design.Stem.PATCH, true, 1e-6, 0, Design.Head.CLASS));
  }
}
