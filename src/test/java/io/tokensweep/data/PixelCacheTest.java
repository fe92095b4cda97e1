package io.tokensweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.Sha256;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PixelCacheTest {
  private static final View VIEW = new View(Transform.named("deit"), 16);

  @TempDir Path root;

  private static String content(int image) {
    return Sha256.of("image " + image);
  }

  private static byte[] planes(int image) {
    byte[] planes = new byte[VIEW.bytes()];
    new Random(image).nextBytes(planes);
    return planes;
  }

  private void write(int... images) {
    PixelCache.Writer writer = new PixelCache.Writer(root, VIEW);
    for (int image : images) {
      writer.add(content(image), planes(image));
    }
    writer.write();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void imagesOfAllPartsAreFoundByTheirContent() throws IOException {
    write(1, 2);
    write(3);
    assertEquals(2, files().size());
    PixelCache cache = PixelCache.open(root, VIEW);
    assertEquals(3, cache.size());
    for (int image : new int[] {1, 2, 3}) {
      assertArrayEquals(planes(image), cache.find(content(image)).orElseThrow());
    }
    assertEquals(Optional.empty(), cache.find(content(4)));
    assertEquals(0, PixelCache.open(root, new View(Transform.named("timm"), 16)).size());
  }

  @Test
  void aViewIsNamedByWhatItShows() {
    assertEquals(
        new View(Transform.named("timm"), 224).key(),
        new View(Transform.named("lvvit"), 224).key());
    assertNotEquals(VIEW.key(), new View(Transform.named("timm"), 16).key());
    assertNotEquals(VIEW.key(), new View(Transform.named("deit"), 32).key());
    Transform other =
        new Transform(new Transform.ShortSide(0.875), List.of(0.5, 0.5, 0.5), List.of(1., 1., 1.));
    assertEquals(VIEW.key(), new View(other, 16).key());
  }

  private static void flip(Path file, int position) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(position);
      int old = bytes.read();
      bytes.seek(position);
      bytes.write(old ^ 0x40);
    }
  }

  /** Whatever byte is wrong: of the header, of a hash or of a checksum. */
  @ParameterizedTest
  @ValueSource(ints = {0, 7, 8, 12, 16, 40, 48, 52, 83, 88, 91})
  void aPartWithADamagedHeaderIsRemoved(int position) throws IOException {
    write(1, 2);
    flip(files().get(0), position);
    assertEquals(0, PixelCache.open(root, VIEW).size());
    assertEquals(List.of(), files());
  }

  @ParameterizedTest
  @ValueSource(ints = {92, 500, 859})
  void damagedPixelsAreNeverUsedAndOthersOfTheirPartAre(int position) throws IOException {
    write(1, 2);
    flip(files().get(0), position);
    PixelCache cache = PixelCache.open(root, VIEW);
    assertEquals(Optional.empty(), cache.find(content(1)));
    assertArrayEquals(planes(2), cache.find(content(2)).orElseThrow());
    write(1);
    assertArrayEquals(
        planes(1), PixelCache.open(root, VIEW).find(content(1)).orElseThrow(), "written anew");
  }

  @Test
  void aShortenedOrLengthenedFileIsRemoved() throws IOException {
    write(1);
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 5, 16, 60, whole.length - 1, whole.length + 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertEquals(0, PixelCache.open(root, VIEW).size(), "of %d bytes".formatted(length));
      assertEquals(List.of(), files());
    }
  }

  @Test
  void onlyWhatNobodyUsedIsGarbage() throws IOException {
    write(1);
    write(2);
    Path old = files().get(0);
    Instant now = Instant.now();
    Files.setLastModifiedTime(old, FileTime.from(now.minusSeconds(1000)));
    long bytes = Files.size(old);
    assertEquals(bytes, PixelCache.collectGarbage(root, now.minusSeconds(500)));
    assertEquals(1, files().size());
    Files.setLastModifiedTime(files().get(0), FileTime.from(now.minusSeconds(1000)));
    PixelCache.open(root, VIEW).touch();
    PixelCache cache = PixelCache.open(root, VIEW);
    boolean found = cache.find(content(1)).isPresent() || cache.find(content(2)).isPresent();
    assertTrue(found);
    cache.touch();
    assertEquals(0, PixelCache.collectGarbage(root, now.minusSeconds(500)));
    assertEquals(0, PixelCache.collectGarbage(root.resolve("absent"), now));
  }

  @Test
  void garbageIsOnlyWhatACacheWrites() throws IOException {
    Instant tomorrow = Instant.now().plusSeconds(86_400);
    write(1);
    Path photographs = Files.createDirectories(root.resolve("photographs"));
    List<Path> mine =
        List.of(
            Files.write(photographs.resolve("a.jpg"), new byte[3]),
            Files.write(root.resolve("b.pixels"), new byte[3]),
            Files.write(root.resolve(VIEW.key()).resolve("c.jpg"), new byte[3]));
    Path unfinished = Files.write(root.resolve(VIEW.key()).resolve(".d.tmp"), new byte[3]);
    Path abandoned = Files.write(root.resolve(VIEW.key()).resolve(".e.tmp"), new byte[3]);
    Files.setLastModifiedTime(abandoned, FileTime.from(tomorrow.minusSeconds(200_000)));
    assertTrue(PixelCache.collectGarbage(root, tomorrow) > 3);
    assertEquals(0, PixelCache.open(root, VIEW).size());
    assertTrue(mine.stream().allMatch(Files::exists));
    assertTrue(Files.exists(unfinished));
    assertTrue(!Files.exists(abandoned));
  }

  @Test
  void planesAreTheChannelsOneAfterTheOther() {
    RgbImage image = new RgbImage(2, 1, new byte[] {1, 2, 3, 4, 5, 6});
    assertArrayEquals(new byte[] {1, 4, 2, 5, 3, 6}, image.planes());
  }
}
