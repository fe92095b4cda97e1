package io.tokensweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.InvalidInputException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapesSourceTest {

  @Test
  void everyTenImagesHaveEveryClassOnce() {
    List<ImageEntry> images = new ShapesSource(1_000, 3).images();
    for (int block = 0; block < images.size(); block += 10) {
      Set<Integer> labels = new HashSet<>();
      images.subList(block, block + 10).forEach(image -> labels.add(image.label()));
      assertEquals(10, labels.size(), "block from " + block);
    }
  }

  @Test
  void labelsDoNotRepeatFromBlockToBlock() {
    List<Integer> labels =
        new ShapesSource(100, 3).images().stream().map(ImageEntry::label).toList();
    assertNotEquals(labels.subList(0, 10), labels.subList(10, 20));
  }

  @Test
  void labelIsTheDrawnClass() {
    List<ImageEntry> images = new ShapesSource(50, -9).images();
    for (int i = 0; i < images.size(); i++) {
      assertEquals(images.get(i).label(), ShapesRenderer.scene(-9, i).shape().label());
    }
  }

  @Test
  void namesAreUniqueAndAscending() {
    List<String> names = new ShapesSource(120, 5).images().stream().map(ImageEntry::name).toList();
    assertEquals("shapes-5-00000000.png", names.get(0));
    assertEquals(names.stream().sorted().distinct().toList(), names);
  }

  @Test
  void hasTenNamedClasses() {
    assertEquals(10, new ShapesSource(1, 0).classes());
    assertEquals(
        List.of(
            "house", "tree", "car", "boat", "fish", "flower", "key", "mug", "umbrella", "rocket"),
        ShapesSource.classNames());
  }

  @Test
  void limitKeepsTheFirstImages() {
    ShapesSource all = new ShapesSource(30, 8);
    assertEquals(all.images().subList(0, 12), all.limit(12).images());
    assertEquals(all, all.limit(1_000));
  }

  @Test
  void seedsGiveDifferentImagesAndHashes() {
    assertFalse(
        Arrays.equals(
            ShapesRenderer.render(1, 0, 32).pixels(), ShapesRenderer.render(2, 0, 32).pixels()));
    ShapesSource one = new ShapesSource(2, 1);
    ShapesSource two = new ShapesSource(2, 2);
    Set<String> hashes = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      hashes.add(one.contentHash(i));
      hashes.add(two.contentHash(i));
    }
    assertEquals(4, hashes.size());
    assertTrue(hashes.stream().allMatch(hash -> hash.matches("[0-9a-f]{64}")), hashes.toString());
  }

  @Test
  void contentHashDoesNotDependOnTheCount() {
    assertEquals(new ShapesSource(5, 4).contentHash(3), new ShapesSource(500, 4).contentHash(3));
  }

  @Test
  void refusesAnIndexOutOfRange() {
    ShapesSource source = new ShapesSource(3, 0);
    for (int index : new int[] {-1, 3}) {
      assertThrows(
          IndexOutOfBoundsException.class, () -> source.load(index, Transform.named("deit"), 32));
      assertThrows(IndexOutOfBoundsException.class, () -> source.contentHash(index));
      assertThrows(IndexOutOfBoundsException.class, () -> source.images().get(index));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, ShapesSource.LARGEST_COUNT + 1})
  void refusesACountOutOfBounds(int count) {
    InvalidInputException refusal =
        assertThrows(InvalidInputException.class, () -> new ShapesSource(count, 0));
    assertEquals(
        "shapes: count %d, allowed are 1 to 100000000".formatted(count), refusal.getMessage());
  }

  @Test
  void refusesALimitBelowOne() {
    ShapesSource source = new ShapesSource(3, 0);
    assertThrows(IllegalArgumentException.class, () -> source.limit(0));
  }

  @Test
  void refusesAResolutionThatShowsNothing() {
    assertThrows(InvalidInputException.class, () -> ShapesRenderer.render(0, 0, 15));
    assertEquals(16, ShapesRenderer.render(0, 0, 16).width());
  }

  @Test
  void loadsThePictureOfItsSeedAndIndex() {
    Transform transform = Transform.named("deit");
    RgbImage loaded = new ShapesSource(20, 6).load(17, transform, 48);
    assertEquals(48, loaded.width());
    assertEquals(48, loaded.height());
    assertArrayEquals(ShapesRenderer.render(6, 17, 48).pixels(), loaded.pixels());
  }

  @Test
  void rendersTheSameBytesTwice() {
    assertArrayEquals(
        ShapesRenderer.render(6, 17, 48).pixels(), ShapesRenderer.render(6, 17, 48).pixels());
  }

  @Test
  void everyClassStandsBeforeEveryTexture() {
    for (ShapeClass shape : ShapeClass.values()) {
      Set<Texture> seen = EnumSet.noneOf(Texture.class);
      IntStream.range(0, 3_000)
          .filter(i -> ShapesRenderer.shape(2, i) == shape)
          .forEach(i -> seen.add(ShapesRenderer.scene(2, i).backdrop().texture()));
      assertEquals(EnumSet.allOf(Texture.class), seen, shape.name());
    }
  }

  /** The family is the class's own with probability 0.5 + 0.5 / 10 = 0.55. */
  @Test
  void textureOftenGoesWithTheClass() {
    long matching =
        IntStream.range(0, 4_000)
            .mapToObj(i -> ShapesRenderer.scene(1, i))
            .filter(scene -> scene.backdrop().texture() == scene.shape().family())
            .count();
    assertEquals(0.55, matching / 4_000.0, 0.03);
  }

  @Test
  void aboutAQuarterOfTheObjectsIsOccluded() {
    long occluded =
        IntStream.range(0, 4_000)
            .filter(i -> !ShapesRenderer.scene(1, i).occluders().isEmpty())
            .count();
    assertEquals(0.25, occluded / 4_000.0, 0.03);
  }
}
