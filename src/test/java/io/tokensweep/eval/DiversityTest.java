package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiversityTest {
  /** The eight patches of methods.md, section 11. */
  private static final float[] PATCHES = {
    1, 0, 0.9f, 0.1f, 0, 1, 0.1f, 1.2f, -1, 0.2f, -0.8f, 0.3f, 0.7f, 0.7f, 2, -1
  };

  @Test
  void publishedVector() {
    assertEquals(10.2, Diversity.median(PATCHES, 8, 2), 1e-6);
    assertEquals(10.8, Diversity.medoid(PATCHES, 8, 2), 1e-6);
  }

  @Test
  void equalTokensHaveNone() {
    float[] equal = {1, 2, 3, 1, 2, 3, 1, 2, 3};
    assertEquals(0, Diversity.median(equal, 3, 3));
    assertEquals(0, Diversity.medoid(equal, 3, 3));
    assertEquals(0, Diversity.medoid(new float[0], 0, 3));
    assertEquals(0, Diversity.median(new float[0], 0, 3));
  }

  @Test
  void medianIsNeverAboveMedoid() {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (int count = 1; count < 30; count++) {
        NDArray z = RandomNetworks.gaussian(new Shape(count, 7), count, manager);
        float[] values = z.toFloatArray();
        double medoid = Diversity.medoid(values, count, 7);
        assertTrue(Diversity.median(values, count, 7) <= medoid * (1 + 1e-6));
      }
    }
  }

  /** Against the definition, with ties, outliers and constant columns. */
  @Test
  void sumsOfSortedColumnsAreTheSumsOfDistances() {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (int count : new int[] {1, 2, 3, 16, 17, 40}) {
        float[] z = RandomNetworks.gaussian(new Shape(count, 19), count, manager).toFloatArray();
        for (int i = 0; i < count; i++) {
          z[i * 19] = 3;
          z[i * 19 + 1] = i % 3;
          z[i * 19 + 2] *= i == 0 ? 1e6f : 1;
          z[i * 19 + 3] *= 1e-38f;
          z[i * 19 + 4] = i % 2 == 0 ? 0f : -0f;
          z[i * 19 + 5] = i == count / 2 ? Float.MAX_VALUE / 2 : -Float.MAX_VALUE / 2;
        }
        double medoid = Double.POSITIVE_INFINITY;
        for (int k = 0; k < count; k++) {
          double sum = 0;
          for (int at = 0; at < z.length; at++) {
            sum += Math.abs((double) z[at] - z[k * 19 + at % 19]);
          }
          medoid = Math.min(medoid, sum);
        }
        double median = 0;
        for (int c = 0; c < 19; c++) {
          double[] column = new double[count];
          for (int i = 0; i < count; i++) {
            column[i] = z[i * 19 + c];
          }
          Arrays.sort(column);
          for (double value : column) {
            median += Math.abs(value - column[(count - 1) / 2]);
          }
        }
        assertEquals(medoid, Diversity.medoid(z, count, 19), 1e-13 * medoid);
        assertEquals(median, Diversity.median(z, count, 19), 1e-13 * median);
        z[7] = Float.NaN;
        assertTrue(Double.isNaN(Diversity.medoid(z, count, 19)));
        z[7] = Float.NEGATIVE_INFINITY;
        assertTrue(Double.isNaN(Diversity.median(z, count, 19)));
      }
    }
  }

  @Test
  void specialsAndPaddingDoNotCount() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = RandomNetworks.gaussian(new Shape(2, 7, 3), 1, manager);
      float[] marks = {1, 1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1};
      Tokens tokens =
          new Tokens(
              x,
              2,
              Optional.empty(),
              false,
              Optional.of(manager.create(marks, new Shape(2, 7))),
              Optional.empty());
      Diversity.Scores scores = Diversity.of(tokens);
      for (int image = 0; image < 2; image++) {
        float[] real =
            x.get(image)
                .get(manager.create(image == 0 ? new int[] {2, 4, 6} : new int[] {2, 3, 4, 5, 6}))
                .toFloatArray();
        if (image == 0) {
          assertEquals(Diversity.medoid(real, 3, 3), scores.medoid()[0], 1e-12);
          assertEquals(Diversity.median(real, 3, 3), scores.median()[0], 1e-12);
        }
      }
      assertArrayEquals(new long[] {9, 12}, scores.values());
    }
  }
}
