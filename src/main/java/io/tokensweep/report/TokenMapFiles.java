package io.tokensweep.report;

import io.tokensweep.InvalidInputException;
import io.tokensweep.report.TokenMaps.Picture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Token maps as files: PNG grids and one page that needs nothing else. */
public final class TokenMapFiles {
  private static final int TRIALS_OF_A_GRID = 6;
  private static final int LONGEST_NAME = 60;

  private TokenMapFiles() {}

  /**
   * Writes {@code index.html}, a grid {@code 01-<image>.png} for each image, and {@code
   * overview.png} with all images where there are several.
   *
   * @param title of the page
   * @return the files, the page first
   * @throws InvalidInputException if the folder cannot be written or the machine has no fonts
   */
  public static List<Path> write(TokenMaps maps, String title, Path folder) {
    List<Path> files = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      files.add(
          Files.writeString(
              folder.resolve("index.html"),
              resource("maps.html")
                  .replace("{{style}}", resource("report.css") + resource("maps.css"))
                  .replace("{{title}}", Text.html(title))
                  .replace("{{maps}}", TokenMapSection.html(maps))));
      files.addAll(overviews(maps, folder));
      for (int i = 0; i < maps.pictures().size(); i++) {
        Picture picture = maps.pictures().get(i);
        String resolution = maps.differInResolution() ? "-" + picture.resolution() : "";
        String name = "%02d-%s%s.png".formatted(i + 1, safe(picture.image()), resolution);
        files.add(png(TokenMapGrid.sites(picture), folder.resolve(name)));
      }
      return files;
    } catch (IOException e) {
      throw new InvalidInputException(
          "token maps cannot be written to %s: %s".formatted(folder, e.getMessage()), e);
    } catch (NoClassDefFoundError | UnsatisfiedLinkError e) {
      throw new InvalidInputException(
          "pictures with text need fontconfig and a font, such as the package fonts-dejavu-core: "
              + e.getMessage(),
          e);
    }
  }

  /** Those of equal trials together. */
  private static List<Path> overviews(TokenMaps maps, Path folder) throws IOException {
    Map<List<String>, List<Picture>> alike = new LinkedHashMap<>();
    for (Picture picture : maps.pictures()) {
      List<String> trials = picture.trials().stream().map(TokenMaps.OfTrial::trialId).toList();
      alike.computeIfAbsent(trials, absent -> new ArrayList<>()).add(picture);
    }
    List<Path> files = new ArrayList<>();
    for (List<Picture> pictures : alike.values()) {
      int trials = pictures.get(0).trials().size();
      for (int from = 0; from < trials && pictures.size() > 1; from += TRIALS_OF_A_GRID) {
        List<Integer> shown =
            IntStream.range(from, Math.min(trials, from + TRIALS_OF_A_GRID)).boxed().toList();
        String name =
            files.isEmpty() ? "overview.png" : "overview-%d.png".formatted(files.size() + 1);
        files.add(png(TokenMapGrid.ends(pictures, shown), folder.resolve(name)));
      }
    }
    return files;
  }

  private static Path png(BufferedImage image, Path file) throws IOException {
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException("no writer for PNG");
    }
    return file;
  }

  /** The end of a name, with nothing in it that a file system may refuse. */
  private static String safe(String image) {
    String name = image.replaceAll("[^A-Za-z0-9._-]+", "-").toLowerCase(Locale.ROOT);
    return name.length() <= LONGEST_NAME ? name : name.substring(name.length() - LONGEST_NAME);
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = TokenMapFiles.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(name + " is missing from the classpath");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
