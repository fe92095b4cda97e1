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
    "0, 16, daa391975d562b901e6bd8c64feae71c22204932968bb85e7aeba0c52e5adbfe",
    "1, 64, b9b8efea4c3d04e4d62ad8a6bec50e6f3c370267d57d43dfec00f6926731fc2d",
    "2, 96, cb3fb2ec2e22b732270c4531d414d8134f943abe1083c635ecab6505ffd387e6",
    "3, 33, 6696883867372218dbcb0a74aa2cd791bdb0f6ee14ecfa65c4be775696699029",
  })
  void picturesOfThisVersionStayTheSame(long seed, int resolution, String expected)
      throws NoSuchAlgorithmException {
    assertEquals("shapes-4", ShapesRenderer.VERSION);
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
