package io.tokensweep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapesPicturesTest {

  /**
   * Whoever changes the drawing raises {@link ShapesRenderer#VERSION} and pins the new pictures.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 16, 723a312cf6d2762976a61f65071fdad72a02d9b17c7032ba0124ae3150f66d36",
    "1, 64, 3512469d98e39c9622597619110915aff5c8512867b9b488265244b2267de6a5",
    "2, 96, 78e41f4fa173b78db563fd20de0ebbb4e9fcbf2256ca849a1a0b7c114305fff0",
    "3, 33, df72de80f79452002afec8a89c7d3481403cf873240415cc4516ae53196e2c8a",
  })
  void picturesOfThisVersionStayTheSame(long seed, int resolution, String expected)
      throws NoSuchAlgorithmException {
    assertEquals("shapes-3", ShapesRenderer.VERSION);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int index = 0; index < 100; index++) {
      digest.update(ShapesRenderer.render(seed, index, resolution).pixels());
    }
    assertEquals(expected, HexFormat.of().formatHex(digest.digest()));
  }

  @Test
  void sameSceneAtTwiceTheResolution() {
    for (int index = 0; index < 50; index++) {
      double same = difference(4, index, index);
      double other = difference(4, index, index + 1);
      assertTrue(same < 12, "image " + index + " differs by " + same);
      assertTrue(same < other / 2, "image " + index + ": " + same + " against " + other);
    }
  }

  /** Mean absolute difference of one picture at 64 pixels and another at 128, in grey levels. */
  private static double difference(long seed, int index, int otherIndex) {
    byte[] small = ShapesRenderer.render(seed, index, 64).pixels();
    byte[] large = ShapesRenderer.render(seed, otherIndex, 128).pixels();
    double sum = 0;
    for (int at = 0; at < small.length; at++) {
      int channel = at % 3;
      int column = at / 3 % 64;
      int row = at / 3 / 64;
      int corner = 3 * (2 * row * 128 + 2 * column) + channel;
      double mean =
          ((large[corner] & 0xFF)
                  + (large[corner + 3] & 0xFF)
                  + (large[corner + 3 * 128] & 0xFF)
                  + (large[corner + 3 * 128 + 3] & 0xFF))
              / 4.0;
      sum += Math.abs(mean - (small[at] & 0xFF));
    }
    return sum / small.length;
  }
}
