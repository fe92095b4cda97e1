package io.tokensweep.sweep;

import io.tokensweep.Sha256;
import io.tokensweep.data.BadImageException;
import io.tokensweep.data.ImageEntry;
import io.tokensweep.data.ImageSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** SHA-256 over name, label and content of every image: the same data set wherever it lies. */
final class DataIdentity {
  private static final int CHUNK = 4096;
  private static final String UNREADABLE = "unreadable";

  private DataIdentity() {}

  static String of(ImageSource source) {
    MessageDigest digest = Sha256.digest();
    List<ImageEntry> images = source.images();
    IntFunction<String> content = contents(source);
    for (int from = 0; from < images.size(); from += CHUNK) {
      IntStream.range(from, Math.min(from + CHUNK, images.size()))
          .parallel()
          .mapToObj(index -> line(images.get(index), content.apply(index)))
          .forEachOrdered(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
    }
    return Sha256.hex(digest);
  }

  /** Hashes of the contents by index; all of them are made now if another order is better. */
  private static IntFunction<String> contents(ImageSource source) {
    int[] order = source.readingOrder();
    if (order.length == 0) {
      return index -> content(source, index);
    }
    String[] contents = new String[order.length];
    Arrays.stream(order).parallel().forEach(index -> contents[index] = content(source, index));
    return index -> contents[index];
  }

  private static String line(ImageEntry image, String content) {
    return CanonicalJson.of(List.of(image.name(), image.label(), content)) + "\n";
  }

  private static String content(ImageSource source, int index) {
    try {
      return source.contentHash(index);
    } catch (BadImageException e) {
      return UNREADABLE;
    }
  }
}
