package io.tokensweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pillow's and torchvision's results on photographs and generated images. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoldenPreprocessTest {
  private static final Path GOLDEN = Path.of("../shared/golden/preprocess");
  private static final Transform DEIT = Transform.named("deit");

  private JsonNode images;
  private JsonNode tensors;
  private ByteBuffer data;

  @BeforeAll
  void open() throws IOException {
    assumeTrue(Files.isDirectory(GOLDEN), "golden data is absent");
    ObjectMapper json = new ObjectMapper();
    images = json.readTree(GOLDEN.resolve("case.json").toFile()).get("images");
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(GOLDEN.resolve("io.safetensors")))
            .order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[Math.toIntExact(file.getLong())];
    file.get(header);
    tensors = json.readTree(header);
    data = file.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  List<JsonNode> images() {
    return StreamSupport.stream(images.spliterator(), false).toList();
  }

  @ParameterizedTest
  @MethodSource("images")
  void decodesToPillowsPixels(JsonNode image) throws Exception {
    RgbImage decoded = decode(image);
    assertEquals(image.get("width").asInt(), decoded.width());
    assertEquals(image.get("height").asInt(), decoded.height());
    assertArrayEquals(pixels(image.get("decoded").asText()), decoded.pixels());
  }

  @ParameterizedTest
  @MethodSource("images")
  void resizesAndCropsToPillowsPixels(JsonNode image) throws Exception {
    RgbImage decoded = decode(image);
    byte[] expected = new byte[3 * 224 * 224];
    tensor(image, "out224").get(expected);
    assertArrayEquals(expected, DEIT.apply(decoded, 224).pixels());
    String out288 = image.get("c288").get("file").asText();
    assertArrayEquals(pixels(out288), DEIT.apply(decoded, 288).pixels());
  }

  @ParameterizedTest
  @MethodSource("images")
  void normalisesAsTorchvision(JsonNode image) throws Exception {
    for (int resolution : new int[] {224, 288}) {
      float[] values = new float[1 + 3 * resolution * resolution];
      DEIT.normalise(DEIT.apply(decode(image), resolution), values, 1);
      FloatBuffer expected = tensor(image, "norm" + resolution).asFloatBuffer();
      for (int channel = 0; channel < 3; channel++) {
        for (int y = 0; y < 8; y++) {
          float[] row = new float[8];
          expected.get(row);
          int start = 1 + (channel * resolution + y) * resolution;
          assertArrayEquals(row, Arrays.copyOfRange(values, start, start + 8), 1e-6f);
        }
      }
    }
  }

  private static RgbImage decode(JsonNode image) throws Exception {
    return ImageDecoder.decode(Files.readAllBytes(GOLDEN.resolve(image.get("file").asText())));
  }

  private ByteBuffer tensor(JsonNode image, String name) {
    JsonNode range = tensors.get(image.get("key").asText() + "." + name).get("data_offsets");
    int start = range.get(0).asInt();
    return data.slice(start, range.get(1).asInt() - start).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Through ImageIO alone, so that the reference does not depend on what is tested. */
  private static byte[] pixels(String file) throws IOException {
    BufferedImage image = ImageIO.read(GOLDEN.resolve(file).toFile());
    byte[] pixels = new byte[3 * image.getWidth() * image.getHeight()];
    int o = 0;
    for (int rgb :
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth())) {
      pixels[o++] = (byte) (rgb >> 16);
      pixels[o++] = (byte) (rgb >> 8);
      pixels[o++] = (byte) rgb;
    }
    return pixels;
  }
}
