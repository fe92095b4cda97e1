package io.tokensweep.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PositionInterpolationTest {
  /** A 14 x 14 grid that is 1 in column {@code column} and 0 elsewhere. */
  private static HostTensor column(int column) {
    float[] data = new float[1 + 14 * 14];
    for (int row = 0; row < 14; row++) {
      data[1 + row * 14 + column] = 1;
    }
    return new HostTensor(new long[] {1, data.length, 1}, data);
  }

  /** Weight of input {@code from} in output {@code to} of one axis, 14 to 16. */
  private static double weight(int to, int from) {
    return PositionInterpolation.DEIT.resize(column(from), 1, 16).data()[1 + to];
  }

  @Test
  void publishedWeightsFrom14To16() {
    assertEquals(1.041199, weight(0, 0), 1e-6);
    assertEquals(-0.041199, weight(0, 1), 1e-6);
    assertEquals(-0.021423 + 0.185120, weight(1, 0), 1e-6);
    assertEquals(0.929138, weight(1, 1), 1e-6);
    assertEquals(-0.092834, weight(1, 2), 1e-6);
    assertEquals(-0.041199, weight(7, 5), 1e-6);
    assertEquals(0.991516, weight(7, 6), 1e-6);
    assertEquals(0.052429, weight(7, 7), 1e-6);
    assertEquals(-0.002747, weight(7, 8), 1e-6);
  }

  @ParameterizedTest
  @EnumSource(PositionInterpolation.class)
  void constantsStayAndSpecialsAreCopied(PositionInterpolation variant) {
    float[] data = new float[2 + 25];
    Arrays.fill(data, 3);
    data[0] = -1;
    data[1] = 7;
    for (int grid : new int[] {1, 3, 4, 6, 11}) {
      HostTensor resized =
          variant.resize(new HostTensor(new long[] {1, data.length, 1}, data), 2, grid);
      float[] expected = new float[2 + grid * grid];
      Arrays.fill(expected, 3);
      expected[0] = -1;
      expected[1] = 7;
      assertArrayEquals(new long[] {1, expected.length, 1}, resized.shape());
      assertArrayEquals(expected, resized.data(), 1e-6f);
    }
  }

  @Test
  void sameGridIsLeftAlone() {
    HostTensor embedding = column(3);
    assertSame(embedding, PositionInterpolation.TIMM_0_8.resize(embedding, 1, 14));
  }

  @Test
  void refusesWhatIsNoSquare() {
    HostTensor embedding = new HostTensor(new long[] {1, 7, 1}, new float[7]);
    assertThrows(
        IllegalArgumentException.class, () -> PositionInterpolation.DEIT.resize(embedding, 1, 3));
  }
}
