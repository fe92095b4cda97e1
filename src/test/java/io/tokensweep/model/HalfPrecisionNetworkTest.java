package io.tokensweep.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks whose blocks compute in half precision. */
class HalfPrecisionNetworkTest {
  /** The embedding is that of fp32, rounded once. */
  @ParameterizedTest
  @CsvSource({"false, bf16", "false, fp16", "true, bf16", "true, fp16"})
  void tokensThatEnterTheFirstBlockAreRoundedOnce(boolean distilled, String precision) {
    UnaryOperator<NDArray> type = type(precision);
    Architecture architecture = RandomNetworks.small(distilled);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray pixels = RandomNetworks.images(architecture, 2, 3, manager);
      NDArray full = network(architecture, Casts::wide, manager).embed(pixels).x();
      NDArray half = network(architecture, type, manager).embed(pixels).x();
      assertEquals(2 * full.size(), Casts.bytes(half));
      assertArrayEquals(
          Casts.wide(type.apply(full)).toFloatArray(), Casts.wide(half).toFloatArray());
    }
  }

  /** A stem of convolutions computes in half precision; its 576 products a value round each. */
  @ParameterizedTest
  @CsvSource({"bf16, 0.1", "fp16, 0.02"})
  void stemOfConvolutionsComesNearFp32(String precision, float tolerance) {
    Architecture architecture = RandomNetworks.small(Design.LV_VIT);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray pixels = RandomNetworks.images(architecture, 2, 3, manager);
      NDArray full = network(architecture, Casts::wide, manager).embed(pixels).x();
      NDArray half = network(architecture, type(precision), manager).embed(pixels).x();
      assertEquals(2 * full.size(), Casts.bytes(half));
      assertArrayEquals(full.toFloatArray(), Casts.wide(half).toFloatArray(), tolerance);
    }
  }

  @Test
  void logitsAreFp32() {
    Architecture architecture = RandomNetworks.small(false);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray pixels = RandomNetworks.images(architecture, 2, 3, manager);
      NDArray logits = network(architecture, Casts::brainFloat, manager).logits(pixels);
      assertEquals(DataType.FLOAT32, logits.getDataType());
      assertEquals(new Shape(2, architecture.classes()), logits.getShape());
    }
  }

  private static UnaryOperator<NDArray> type(String precision) {
    return precision.equals("bf16") ? Casts::brainFloat : Casts::half;
  }

  private static VisionTransformer network(
      Architecture architecture, UnaryOperator<NDArray> type, NDManager manager) {
    return VisionTransformer.load(
        architecture,
        architecture.imageSize(),
        PositionInterpolation.DEIT,
        RandomNetworks.weights(architecture, 5),
        type,
        manager);
  }
}
