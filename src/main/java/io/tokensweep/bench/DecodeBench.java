package io.tokensweep.bench;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.BadImageException;
import io.tokensweep.data.ImageDecoder;
import io.tokensweep.data.RgbImage;
import io.tokensweep.data.Transform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Images of a folder become pixels on one thread; their files are in memory. */
public final class DecodeBench {
  private DecodeBench() {}

  /**
   * Decoding alone, and with the views of each resolution.
   *
   * @param folder JPEG and PNG files at any depth
   * @param limit at most so many of them, spread over the order of their names
   * @param transform how decoded images become pixels
   * @param resolutions each timed apart, and all of them of one decode together
   * @throws InvalidInputException if there is no image, or one that cannot be decoded
   */
  public static Comparison run(
      Path folder, int limit, Transform transform, List<Integer> resolutions, Rounds rounds) {
    List<byte[]> files = read(folder, limit);
    return rounds.time(
        "%d images of %s".formatted(files.size(), folder),
        "images/s",
        contestants(files, transform, resolutions));
  }

  static List<Contestant> contestants(
      List<byte[]> files, Transform transform, List<Integer> resolutions) {
    List<Contestant> contestants = new ArrayList<>();
    contestants.add(contestant("decode", files, transform, List.of()));
    for (int resolution : resolutions) {
      contestants.add(
          contestant("decode, to " + resolution, files, transform, List.of(resolution)));
    }
    if (resolutions.size() > 1) {
      contestants.add(contestant("decode, to all of these", files, transform, resolutions));
    }
    return contestants;
  }

  private static Contestant contestant(
      String name, List<byte[]> files, Transform transform, List<Integer> resolutions) {
    return new Contestant(
        name,
        Contestant.Work.of(() -> files.forEach(file -> load(file, transform, resolutions))),
        files.size(),
        Optional.empty());
  }

  private static void load(byte[] file, Transform transform, List<Integer> resolutions) {
    try {
      RgbImage image = ImageDecoder.decode(file);
      resolutions.forEach(resolution -> transform.apply(image, resolution).planes());
    } catch (BadImageException e) {
      throw new InvalidInputException("an image cannot be used: " + e.getMessage(), e);
    }
  }

  private static List<byte[]> read(Path folder, int limit) {
    List<Path> files = files(folder);
    int count = Math.min(limit, files.size());
    List<byte[]> contents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = files.get((int) ((long) i * files.size() / count));
      try {
        byte[] content = Files.readAllBytes(file);
        ImageDecoder.decode(content);
        contents.add(content);
      } catch (BadImageException e) {
        throw new InvalidInputException("%s: %s".formatted(file, e.getMessage()), e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return contents;
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException("%s: no such folder".formatted(folder));
    }
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> images =
          all.filter(Files::isRegularFile).filter(DecodeBench::isImage).sorted().toList();
      if (images.isEmpty()) {
        throw new InvalidInputException(
            "%s: found no image, allowed: files .jpg, .jpeg or .png".formatted(folder));
      }
      return images;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Stream.of(".jpg", ".jpeg", ".png").anyMatch(name::endsWith);
  }
}
