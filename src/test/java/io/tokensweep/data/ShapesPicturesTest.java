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
    "0, 16, 490693940ffd508f39beb6a7727ee026c6eb3ef6e0600414f20e7d1c3794bab4",
    "1, 64, dc892ddf3adf76613841a888eb7df15565072ad20a79b600b403b23e651517d1",
    "2, 96, df40bc9ba71c2c2968a881ce01201d8632b29c1f9367bdd4ac68a2b26d60676e",
    "3, 33, 8f94bf3f3240f0b8ea28e58c05f793e139b551352846af0b03ce0706091bd8b2",
  })
  void picturesOfThisVersionStayTheSame(long seed, int resolution, String expected)
      throws NoSuchAlgorithmException {
    assertEquals("shapes-1", ShapesRenderer.VERSION);
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
