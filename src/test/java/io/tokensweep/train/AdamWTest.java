package io.tokensweep.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tokensweep.model.HostTensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdamWTest {
  private static Parameter parameter(String name, long[] shape, float... values) {
    return Parameter.initial(name, new HostTensor(shape, values));
  }

  @Test
  void movesEachValueByTheLearningRateAtFirst() {
    Parameter bias = parameter("head.bias", new long[] {2}, 1, 1);
    AdamW.update(Map.of("b", bias), Map.of("b", new float[] {0.3f, -0.001f}), 0, 0.01, 0.5);
    assertArrayEquals(new float[] {0.99f, 1.01f}, bias.value().data(), 1e-6f);
  }

  @Test
  void followsTheBiasCorrectedMoments() {
    Parameter bias = parameter("head.bias", new long[] {1}, 0);
    AdamW.update(Map.of("b", bias), Map.of("b", new float[] {0.5f}), 0, 0.1, 0);
    AdamW.update(Map.of("b", bias), Map.of("b", new float[] {-0.25f}), 1, 0.1, 0);
    double mean = (0.9 * 0.1 * 0.5 - 0.1 * 0.25) / (1 - 0.81);
    double variance = (0.999 * 0.001 * 0.25 + 0.001 * 0.0625) / (1 - 0.999 * 0.999);
    assertEquals(-0.1 - 0.1 * mean / Math.sqrt(variance), bias.value().data()[0], 1e-6);
  }

  @Test
  void decaysMatricesButNeitherBiasesNorEmbeddings() {
    Parameter matrix = parameter("head.weight", new long[] {1, 1}, 2);
    Parameter bias = parameter("head.bias", new long[] {1}, 2);
    Parameter position = parameter("pos_embed", new long[] {1, 1, 1}, 2);
    Parameter token = parameter("cls_token", new long[] {1, 1, 1}, 2);
    float[] none = new float[1];
    AdamW.update(
        Map.of("m", matrix, "b", bias, "p", position, "t", token),
        Map.of("m", none, "b", none, "p", none, "t", none),
        0,
        0.1,
        0.5);
    assertEquals(1.9f, matrix.value().data()[0], 1e-6f);
    assertEquals(2f, bias.value().data()[0]);
    assertEquals(2f, position.value().data()[0]);
    assertEquals(2f, token.value().data()[0]);
  }

  @Test
  void clipsByTheNormOverAllGradients() {
    Parameter first = parameter("a.bias", new long[] {1}, 0);
    Parameter second = parameter("b.bias", new long[] {1}, 0);
    AdamW.update(
        Map.of("a", first, "b", second),
        Map.of("a", new float[] {30}, "b", new float[] {40}),
        0,
        0.1,
        0);
    assertEquals(0.06f, first.mean()[0], 1e-6f);
    assertEquals(0.08f, second.mean()[0], 1e-6f);
  }
}
