package io.tokensweep.eval.conformance;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.BadImageException;
import io.tokensweep.data.ImageDecoder;
import io.tokensweep.data.RgbImage;
import io.tokensweep.data.Transform;
import io.tokensweep.model.checkpoint.TypedTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Image files to normalised pixels: decoded, resized and cropped bit for bit as Pillow. */
final class PreprocessChecker implements Checker {
  private static final Pattern CROP = Pattern.compile("c(\\d+)");

  @Override
  public CaseResult check(GoldenCase golden) {
    Comparison comparison = new Comparison(golden);
    try (TypedTensors tensors = golden.tensors()) {
      for (int i = 0; i < golden.items("/images").size(); i++) {
        check(golden, comparison, tensors, "/images/" + i);
      }
    }
    return comparison.result();
  }

  private static void check(
      GoldenCase golden, Comparison comparison, TypedTensors tensors, String image) {
    String key = golden.text(image + "/key");
    RgbImage decoded = decode(golden, image + "/file");
    comparison.require(
        key + " decoded",
        sha256(decoded.pixels()).equals(golden.text(image + "/decoded_sha256"))
            && same(decoded, decode(golden, image + "/decoded")),
        "is not the recorded image");
    for (Map.Entry<String, ?> field : golden.json().at(image).properties()) {
      Matcher crop = CROP.matcher(field.getKey());
      if (crop.matches()) {
        int resolution = Integer.parseInt(crop.group(1));
        check(golden, comparison, tensors, image, key, decoded, resolution);
      }
    }
  }

  private static void check(
      GoldenCase golden,
      Comparison comparison,
      TypedTensors tensors,
      String image,
      String key,
      RgbImage decoded,
      int resolution) {
    String crop = image + "/c" + resolution;
    Transform transform = transform(golden, resolution, golden.whole(crop + "/resize_short"));
    RgbImage resized = transform.apply(decoded, resolution);
    comparison.require(
        key + ".out" + resolution,
        sha256(resized.pixels()).equals(golden.text(crop + "/sha256")),
        "has another SHA-256 than recorded");
    if (tensors.tensors().containsKey(key + ".out" + resolution)) {
      comparison.require(
          key + ".out" + resolution,
          Arrays.equals(tensors.bytes(key + ".out" + resolution), resized.pixels()),
          "is not the recorded image");
    }
    if (golden.optionalText(crop + "/file").isPresent()) {
      comparison.require(
          key + ".out" + resolution,
          same(resized, decode(golden, crop + "/file")),
          "is not the recorded image");
    }
    normalised(golden, comparison, tensors, key + ".norm" + resolution, transform, resized);
  }

  /** Compares the recorded top left corner, (3, h, w). */
  private static void normalised(
      GoldenCase golden,
      Comparison comparison,
      TypedTensors tensors,
      String name,
      Transform transform,
      RgbImage resized) {
    if (!tensors.tensors().containsKey(name)) {
      return;
    }
    List<Long> shape = tensors.tensors().get(name).shape();
    int height = Math.toIntExact(shape.get(1));
    int width = Math.toIntExact(shape.get(2));
    int area = resized.width() * resized.height();
    float[] all = new float[3 * area];
    transform.normalise(resized, all, 0);
    float[] corner = new float[3 * height * width];
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < height; y++) {
        System.arraycopy(
            all,
            channel * area + y * resized.width(),
            corner,
            (channel * height + y) * width,
            width);
      }
    }
    comparison.numbers(name, corner, tensors.floats(name), golden.number("/tolerance/norm"));
  }

  /**
   * DeiT's rule where the case states it, else one that gives the recorded shorter side. Mean and
   * standard deviation are recorded in fp32; rounding them again changes nothing.
   */
  private static Transform transform(GoldenCase golden, int resolution, int shortSide) {
    Transform.Resize resize =
        golden.text("/pipeline").contains("256/224")
            ? Transform.named("deit").resize()
            : new Transform.ShortSide(resolution / (shortSide + 0.5));
    return new Transform(resize, doubles(golden, "/mean"), doubles(golden, "/std"));
  }

  private static List<Double> doubles(GoldenCase golden, String pointer) {
    return IntStream.range(0, golden.items(pointer).size())
        .mapToObj(i -> golden.number(pointer + "/" + i))
        .toList();
  }

  private static RgbImage decode(GoldenCase golden, String pointer) {
    Path file = golden.folder().resolve(golden.text(pointer));
    try {
      return ImageDecoder.decode(Files.readAllBytes(file));
    } catch (BadImageException | IOException e) {
      throw new InvalidInputException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static boolean same(RgbImage a, RgbImage b) {
    return a.width() == b.width()
        && a.height() == b.height()
        && Arrays.equals(a.pixels(), b.pixels());
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
