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
    "0, 16, 5dc94237aec708c28f689141317286c41ecfed0e444cd93f71cee688743981df",
    "1, 64, e127bddf712d1eec5dcaead12ad3ff3b64c05ce54536efd650a2d6b356cc8963",
    "2, 96, 628c0b64941fd38f0aed42da3e20ceab0fbeebb90e155d2b690204622dfdf157",
    "3, 33, fb27f170ce0ffa96c66e5f3a061a35b3ce8175793974d68781cc7661f581766b",
  })
  void picturesOfThisVersionStayTheSame(long seed, int resolution, String expected)
      throws NoSuchAlgorithmException {
    assertEquals("shapes-2", ShapesRenderer.VERSION);
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
