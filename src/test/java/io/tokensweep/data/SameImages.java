package io.tokensweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** What holds of two sources of the same images. */
final class SameImages {
  private static final Transform TRANSFORM = Transform.named("deit");

  private SameImages() {}

  static void check(ImageSource expected, ImageSource found) throws Exception {
    assertEquals(expected.images(), found.images());
    assertEquals(expected.classes(), found.classes());
    for (int i = 0; i < expected.images().size(); i++) {
      assertSame(expected, found, i);
    }
    assertEquals(expected.limit(3).images(), found.limit(3).images());
    assertSame(expected.limit(3), found.limit(3), 2);
    int[] order = found.readingOrder();
    assertArrayEquals(
        IntStream.range(0, found.images().size()).toArray(),
        Arrays.stream(order).sorted().toArray());
  }

  private static void assertSame(ImageSource expected, ImageSource found, int index)
      throws BadImageException {
    assertEquals(expected.contentHash(index), found.contentHash(index));
    assertArrayEquals(
        expected.load(index, TRANSFORM, 24).pixels(), found.load(index, TRANSFORM, 24).pixels());
    View view = new View(TRANSFORM, 32);
    assertArrayEquals(
        expected.open(index).load(List.of(view)).get(0).pixels(),
        found.open(index).load(List.of(view)).get(0).pixels());
  }

  /** Four threads read a copy from another process, each in an order of its own. */
  static void checkCopyUsedByThreads(ImageSource expected, ImageSource source) throws Exception {
    ImageSource copy = copy(source);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> readers =
          IntStream.range(0, 4)
              .<Future<?>>mapToObj(
                  seed ->
                      threads.submit(
                          () -> {
                            for (int index : shuffled(copy.images().size(), seed)) {
                              assertEquals(expected.contentHash(index), copy.contentHash(index));
                            }
                            return null;
                          }))
              .toList();
      for (Future<?> reader : readers) {
        reader.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<Integer> shuffled(int count, int seed) {
    List<Integer> indices = new java.util.ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(indices, new Random(seed));
    return indices;
  }

  static ImageSource copy(ImageSource source) throws Exception {
    return (ImageSource)
        new ObjectInputStream(new ByteArrayInputStream(serialized(source))).readObject();
  }

  static byte[] serialized(ImageSource source) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(source);
    return bytes.toByteArray();
  }
}
