package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.data.RgbImage;
import io.tokensweep.data.ShapesSource;
import io.tokensweep.data.Transform;
import io.tokensweep.data.View;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PixelBatchTest {

  @ParameterizedTest
  @ValueSource(strings = {"deit", "timm", "lvvit"})
  void normalisingOnTheDeviceIsNormalisingInJavaBitForBit(String transform) {
    View view = new View(Transform.named(transform), 32);
    ShapesSource source = new ShapesSource(5, 1);
    float[] expected = new float[2 * view.bytes()];
    List<Integer> indices = List.of(4, 1);
    for (int i = 0; i < 2; i++) {
      RgbImage image = source.load(indices.get(i), view.transform(), 32);
      view.transform().normalise(image, expected, i * view.bytes());
    }
    PixelBatch batch =
        PixelBatch.load(
            source.images(),
            indices,
            view,
            (entry, index, v) -> source.load(index, v.transform(), v.resolution()).planes());
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray pixels = batch.toArray(manager);
      assertEquals(new Shape(2, 3, 32, 32), pixels.getShape());
      assertArrayEquals(expected, pixels.toFloatArray());
    }
    assertEquals(source.images().get(4), batch.entries().get(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deit", "timm"})
  void everyLevelIsNormalisedAlike(String transform) {
    View view = new View(Transform.named(transform), 16);
    byte[] levels = new byte[view.bytes()];
    byte[] interleaved = new byte[view.bytes()];
    for (int i = 0; i < 256; i++) {
      for (int channel = 0; channel < 3; channel++) {
        levels[channel * 256 + i] = (byte) i;
        interleaved[3 * i + channel] = (byte) i;
      }
    }
    float[] expected = new float[view.bytes()];
    view.transform().normalise(new RgbImage(16, 16, interleaved), expected, 0);
    PixelBatch batch = new PixelBatch(new ShapesSource(1, 0).images(), new long[1], levels, view);
    try (NDManager manager = NDManager.newBaseManager()) {
      assertArrayEquals(expected, batch.toArray(manager).toFloatArray());
    }
  }
}
