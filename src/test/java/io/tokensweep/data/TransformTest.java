package io.tokensweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tokensweep.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TransformTest {
  private static final int[] RESOLUTIONS = {224, 240, 256, 272, 288, 304, 384, 448};
  private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);

  @Test
  void shorterSidesAreThoseOfThePublishedCodes() {
    int[] deit = {256, 274, 292, 310, 329, 347, 438, 512};
    int[] timm = {248, 266, 284, 302, 320, 337, 426, 497};
    assertArrayEquals(deit, sides("deit"));
    assertArrayEquals(timm, sides("timm"));
    assertArrayEquals(timm, sides("lvvit"));
    Transform.ShortSide rule = new Transform.ShortSide(0.875);
    for (int resolution = 1; resolution <= 2048; resolution++) {
      assertEquals(resolution * 256 / 224, rule.side(resolution));
    }
  }

  @Test
  void everyImageBecomesASquareOfTheResolution() {
    Transform squash = new Transform(new Transform.Squash(), HALF, HALF);
    for (RgbImage image : List.of(flat(1, 1), flat(300, 7), flat(7, 300), flat(65_535, 1))) {
      for (Transform transform : List.of(Transform.named("deit"), squash)) {
        RgbImage out = transform.apply(image, 32);
        assertEquals(32, out.width());
        assertEquals(32, out.height());
        assertArrayEquals(flat(32, 32).pixels(), out.pixels());
      }
    }
  }

  @Test
  void anImageOfTheRightSizeIsOnlyCropped() {
    byte[] pixels = new byte[3 * 40 * 37];
    IntStream.range(0, pixels.length).forEach(i -> pixels[i] = (byte) (i * i));
    Transform whole = new Transform(new Transform.ShortSide(1), HALF, HALF);
    byte[] out = whole.apply(new RgbImage(40, 37, pixels), 37).pixels();
    for (int y = 0; y < 37; y++) {
      int start = 3 * (40 * y + 2); // (40 - 37) / 2 = 1.5, to even: 2
      assertArrayEquals(
          Arrays.copyOfRange(pixels, start, start + 3 * 37),
          Arrays.copyOfRange(out, 3 * 37 * y, 3 * 37 * (y + 1)));
    }
  }

  @Test
  void identityIsInTheValuesNotInTheName() {
    assertEquals(Transform.named("timm").canonical(), Transform.named("lvvit").canonical());
    assertNotEquals(Transform.named("timm").canonical(), Transform.named("deit").canonical());
    assertEquals(
        "{crop=0.875, interpolation=bicubic, mean=[0.485, 0.456, 0.406], resize=short_side,"
            + " std=[0.229, 0.224, 0.225]}",
        Transform.named("deit").canonical().toString());
    assertEquals(
        "{interpolation=bicubic, mean=[0.5, 0.5, 0.5], resize=squash, std=[0.5, 0.5, 0.5]}",
        new Transform(new Transform.Squash(), HALF, HALF).canonical().toString());
  }

  @Test
  void survivesSerialization() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(Transform.named("deit"));
    Object copy = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    assertEquals(Transform.named("deit"), copy);
  }

  @Test
  void refusesUnknownNamesAndValuesOutOfRange() {
    InvalidInputException unknown =
        assertThrows(InvalidInputException.class, () -> Transform.named("diet"));
    assertEquals(
        "transform 'diet' is unknown, allowed are deit, lvvit, timm", unknown.getMessage());
    assertThrows(InvalidInputException.class, () -> new Transform.ShortSide(0));
    assertThrows(InvalidInputException.class, () -> new Transform.ShortSide(1.01));
    assertThrows(InvalidInputException.class, () -> new Transform.ShortSide(Double.NaN));
    Transform.Squash squash = new Transform.Squash();
    assertThrows(
        InvalidInputException.class, () -> new Transform(squash, HALF, List.of(0.5, 0.0, 0.5)));
    assertThrows(
        InvalidInputException.class, () -> new Transform(squash, HALF.subList(0, 2), HALF));
    assertThrows(
        InvalidInputException.class, () -> new Transform(squash, List.of(0.5, 123.7, 0.5), HALF));
  }

  private static int[] sides(String name) {
    Transform.ShortSide rule = (Transform.ShortSide) Transform.named(name).resize();
    return Arrays.stream(RESOLUTIONS).map(rule::side).toArray();
  }

  private static RgbImage flat(int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    Arrays.fill(pixels, (byte) 200);
    return new RgbImage(width, height, pixels);
  }
}
