package io.tokensweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.data.RgbImage;
import io.tokensweep.report.TokenMap.Fate;
import io.tokensweep.report.TokenMaps.OfTrial;
import io.tokensweep.report.TokenMaps.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Pictures of constructed sources, pixel by pixel. */
class TokenMapTest {
  /** Kept, two groups of two and of three, and dropped patches on a grid of 3 x 3. */
  private static final TokenMap MAP = new TokenMap(6, 4, new int[] {0, 1, 1, 2, 3, -1, 3, 3, -1});

  private static final int GREEN = 0xff209040;

  private static RgbImage plain(int side) {
    byte[] pixels = new byte[3 * side * side];
    for (int i = 0; i < side * side; i++) {
      pixels[3 * i] = (byte) 0x20;
      pixels[3 * i + 1] = (byte) 0x90;
      pixels[3 * i + 2] = (byte) 0x40;
    }
    return new RgbImage(side, side, pixels);
  }

  private static int centre(BufferedImage image, TokenMap map, int patch) {
    int cell = image.getWidth() / map.side();
    return image.getRGB(patch % map.side() * cell + cell / 2, patch / map.side() * cell + cell / 2);
  }

  @Test
  void everyPatchIsKeptMergedOrDropped() {
    assertEquals(2, MAP.count(Fate.KEPT));
    assertEquals(5, MAP.count(Fate.MERGED));
    assertEquals(2, MAP.count(Fate.DROPPED));
    assertEquals(2, MAP.groups());
    assertEquals(4, MAP.leader(7));
    assertEquals("2 kept, 5 in 2 groups, 2 dropped", TokenMapText.counts(MAP));
  }

  @Test
  void whatIsNoMapIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new TokenMap(0, 1, new int[] {0, 0, 0}));
    assertThrows(IllegalArgumentException.class, () -> new TokenMap(0, 1, new int[] {0, 1, 0, 0}));
    assertThrows(IllegalArgumentException.class, () -> new TokenMap(0, 1, new int[] {}));
  }

  @Test
  void keptPatchesShowThePhotographAndDroppedOnesFade() {
    BufferedImage image = TokenMapPainter.paint(plain(30), Optional.of(MAP), 30);
    for (int patch : new int[] {0, 3}) {
      for (int y = 0; y < 10; y++) {
        for (int x = 0; x < 10; x++) {
          assertEquals(GREEN, image.getRGB(patch % 3 * 10 + x, patch / 3 * 10 + y));
        }
      }
    }
    int wash = TokenMapOverlay.DROPPED;
    double alpha = (wash >>> 24) / 255.0;
    assertTrue(alpha > 0.8 && alpha < 1, "a little of the photograph stays");
    for (int patch : new int[] {5, 8}) {
      assertTrue(difference(mixed(wash), centre(image, MAP, patch)) <= 1, "rounding of one level");
    }
  }

  @Test
  void aGroupHasOneColourAndGroupsDiffer() {
    BufferedImage image = TokenMapPainter.paint(plain(60), Optional.of(MAP), 60);
    int first = centre(image, MAP, 1);
    int second = centre(image, MAP, 4);
    assertEquals(first, centre(image, MAP, 2));
    assertEquals(second, centre(image, MAP, 6));
    assertEquals(second, centre(image, MAP, 7));
    assertTrue(difference(first, second) > 60, "%x and %x".formatted(first, second));
    assertTrue(difference(mixed(TokenMapOverlay.fill(MAP, 1)), first) <= 1);
    // no line between patches of a token, one between tokens: 20 pixels to a patch
    assertEquals(first, image.getRGB(40, 10));
    assertNotEquals(first, image.getRGB(20, 10));
    assertNotEquals(GREEN, image.getRGB(20, 10));
    assertEquals(GREEN, image.getRGB(19, 10));
  }

  @Test
  void neighbouringGroupsAreToldApartOnEveryGrid() {
    for (int side : new int[] {4, 8, 14, 28}) {
      int[] pairs = new int[side * side];
      for (int patch = 0; patch < pairs.length; patch++) {
        pairs[patch] = patch / 2;
      }
      TokenMap map = new TokenMap(3, pairs.length / 2, pairs);
      for (int patch = 0; patch < pairs.length; patch++) {
        for (int[] step : new int[][] {{1, 0}, {-1, 1}, {0, 1}, {1, 1}}) {
          int column = patch % side + step[0];
          int other = (patch / side + step[1]) * side + column;
          boolean inside = column >= 0 && column < side && other < pairs.length;
          if (inside && pairs[other] != pairs[patch]) {
            int a = mixed(TokenMapOverlay.fill(map, patch));
            int b = mixed(TokenMapOverlay.fill(map, other));
            assertTrue(difference(a, b) > 20, "patches %d, %d of %d".formatted(patch, other, side));
          }
        }
      }
    }
  }

  @Test
  void aGroupKeepsItsColourWhileItGrows() {
    TokenMap later = new TokenMap(9, 2, new int[] {0, 1, 1, -1, 1, -1, 1, 1, -1});
    assertEquals(TokenMapOverlay.fill(MAP, 1), TokenMapOverlay.fill(later, 7));
  }

  @Test
  void stagesEndWithTheLast() {
    List<TokenMap> maps =
        List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11).stream()
            .map(block -> new TokenMap(block, 1, new int[] {0}))
            .toList();
    OfTrial trial = new OfTrial("a", "a", maps);
    assertEquals(List.of(2, 5, 8, 11), trial.stages(4).stream().map(TokenMap::block).toList());
    assertEquals("final, after block 11", TokenMapText.place(maps.get(11), trial));
    assertEquals("after block 2", TokenMapText.place(maps.get(2), trial));
  }

  @Test
  void thePageHoldsEachPhotographOnceAndTheMapsOfEachTrial() throws IOException {
    String name = "\"><script>alert(1)</script>\u202e.png";
    TokenMaps maps =
        new TokenMaps(
            List.of(
                new Picture(
                    name,
                    30,
                    plain(30),
                    List.of(
                        new OfTrial("0123456789abcdef", "evit at keep rate 0.5", List.of(MAP)),
                        new OfTrial("fedcba9876543210", "<b>none</b>", List.of())))));
    String html = TokenMapSection.html(maps);
    assertTrue(html.contains("id=\"maps-0123456789abcdef\""), html);
    assertTrue(html.contains("id=\"maps-fedcba9876543210\""), html);
    assertEquals(1, html.split("data:image/jpeg", -1).length - 1);
    assertEquals(3, html.split("<use ", -1).length - 1, "two originals and one map");
    assertTrue(!html.contains("<script") && !html.contains("<b>") && !html.contains("\u202e"));
    List<BufferedImage> overlays =
        Pattern.compile("data:image/png;base64,([^\"]+)")
            .matcher(html)
            .results()
            .map(TokenMapTest::decoded)
            .toList();
    assertEquals(1, overlays.size());
    BufferedImage overlay = overlays.get(0);
    assertEquals(0, centre(overlay, MAP, 0) >>> 24, "nothing over a kept patch");
    assertEquals(TokenMapOverlay.DROPPED, centre(overlay, MAP, 5));
    assertEquals(TokenMapOverlay.fill(MAP, 7), centre(overlay, MAP, 7));
  }

  private static BufferedImage decoded(MatchResult match) {
    try {
      return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(match.group(1))));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void drawingsOfManyColoursKeepThemAll() {
    int[] pairs = new int[40 * 40];
    for (int patch = 0; patch < pairs.length; patch++) {
      pairs[patch] = patch / 2;
    }
    TokenMap map = new TokenMap(3, pairs.length / 2, pairs);
    BufferedImage overlay = TokenMapOverlay.draw(map, 8);
    String png = Pictures.png(overlay);
    BufferedImage read =
        decoded(Pattern.compile("base64,(.*)").matcher(png).results().findFirst().orElseThrow());
    Set<Integer> colours = new HashSet<>();
    for (int patch = 0; patch < pairs.length; patch++) {
      colours.add(centre(read, map, patch));
      assertEquals(centre(overlay, map, patch), centre(read, map, patch));
    }
    assertTrue(colours.size() > 256, "more than a palette holds: " + colours.size());
  }

  /** A colour over the plain photograph. */
  private static int mixed(int argb) {
    double alpha = (argb >>> 24) / 255.0;
    int mixed = 0xff;
    for (int shift : new int[] {16, 8, 0}) {
      double value = ((argb >> shift) & 0xff) * alpha + ((GREEN >> shift) & 0xff) * (1 - alpha);
      mixed = (mixed << 8) | (int) Math.round(value);
    }
    return mixed;
  }

  /** Largest of a channel. */
  private static int difference(int a, int b) {
    return Arrays.stream(new int[] {16, 8, 0})
        .map(shift -> Math.abs(((a >> shift) & 0xff) - ((b >> shift) & 0xff)))
        .max()
        .orElseThrow();
  }
}
