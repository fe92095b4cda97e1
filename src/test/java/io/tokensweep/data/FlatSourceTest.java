package io.tokensweep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlatSourceTest {
  private static final Path DATA = Path.of("../shared/data");

  @TempDir Path folder;
  private Path csv;

  @BeforeEach
  void images() throws IOException {
    csv = folder.resolve("labels.csv");
    Files.createDirectory(folder.resolve("sub"));
    for (String name : List.of("b.jpg", "a.webp", "sub/c.png", "x, \"y\".jpg")) {
      Files.writeString(folder.resolve(name), "");
    }
  }

  @Test
  void rowsNameImagesInAnyOrderAndFormat() throws IOException {
    labels(
        "\ufeffimage,label\r\nsub/c.png,3\r\n\"x, \"\"y\"\".jpg\",0\r\n./b.jpg, 1 \r\na.webp,\"1\"\r\n\r\n");
    FlatSource source = FlatSource.of(folder, csv);
    assertEquals(
        List.of(
            new ImageEntry("a.webp", 1),
            new ImageEntry("b.jpg", 1),
            new ImageEntry("sub/c.png", 3),
            new ImageEntry("x, \"y\".jpg", 0)),
        source.images());
    assertEquals(4, source.classes());
    assertEquals(10, FlatSource.of(folder, csv, 10).classes());
    assertEquals(
        List.of("a.webp", "sub/c.png"),
        source.limit(2).images().stream().map(ImageEntry::name).toList());
  }

  @Test
  void labelsMayBeSynsets() throws IOException {
    Path list = Files.writeString(folder.resolve("synsets.txt"), "n01 a\nn02 b\n");
    labels("image,label\nb.jpg,n02\na.webp,0\n");
    FlatSource source = FlatSource.of(folder, csv, Synsets.read(list));
    assertEquals(2, source.classes());
    assertEquals(List.of(new ImageEntry("a.webp", 0), new ImageEntry("b.jpg", 1)), source.images());
    labels("image,label\nb.jpg,n03\n");
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class, () -> FlatSource.of(folder, csv, Synsets.read(list)));
    assertEquals(
        "%s line 2: label 'n03' is not a whole number from 0 to 1 or a class of %s"
            .formatted(csv, list),
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "file,class|line 1: found 'file,class', expected the header image,label",
        "image,label|no images after the header",
        "image,label;b.jpg|line 2: found 'b.jpg', expected image,label",
        "image,label;b.jpg,1;b.jpg,2|line 3: image 'b.jpg' is already on line 2",
        "image,label;b.jpg,1;;./b.jpg,2|line 4: image 'b.jpg' is already on line 2",
        "image,label;b.jpg,5|line 2: label '5' is not a whole number from 0 to 4",
        "image,label;b.jpg,-1|line 2: label '-1' is not a whole number from 0 to 4",
        "image,label;b.jpg,1.0|line 2: label '1.0' is not a whole number from 0 to 4",
        "image,label;b.jpg,|line 2: label '' is not a whole number from 0 to 4",
        "image,label;b.jpg,cat|line 2: label 'cat' is not a whole number from 0 to 4",
        "image,label;c.jpg,1|line 2: there is no image 'c.jpg' in FOLDER",
        "image,label;sub,1|line 2: there is no image 'sub' in FOLDER",
        "image,label;,1|line 2: there is no image '' in FOLDER",
        "image,label;../b.jpg,1|line 2: there is no image '../b.jpg' in FOLDER",
        "image,label;/etc/passwd,1|line 2: there is no image '/etc/passwd' in FOLDER",
      })
  void badRowsAreRefusedWithTheirLine(String text, String message) throws IOException {
    labels(text.replace(';', '\n') + "\n");
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> FlatSource.of(folder, csv, 5));
    String place = message.startsWith("line") ? csv + " " : csv + ": ";
    assertEquals(place + message.replace("FOLDER", folder.toString()), e.getMessage());
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    Path none = folder.resolve("none");
    assertEquals(
        csv + ": no such file",
        assertThrows(InvalidInputException.class, () -> FlatSource.of(folder, csv)).getMessage());
    assertEquals(
        none + ": no such folder",
        assertThrows(InvalidInputException.class, () -> FlatSource.of(none, csv)).getMessage());
    Files.write(csv, new byte[] {'i', (byte) 0xff, (byte) 0xfe});
    assertEquals(
        csv + ": not a UTF-8 text",
        assertThrows(InvalidInputException.class, () -> FlatSource.of(folder, csv)).getMessage());
  }

  @Test
  void realPhotographsHaveTheirLabels() throws Exception {
    Path val = DATA.resolve("imagenet-val-1300");
    assumeTrue(Files.isDirectory(val), "photographs are absent");
    FlatSource source = FlatSource.of(val, val.resolve("labels.csv"), 1000);
    Map<String, Integer> labels =
        source.images().stream().collect(Collectors.toMap(ImageEntry::name, ImageEntry::label));
    assertEquals(1300, labels.size());
    assertEquals(472, labels.get("ILSVRC2012_val_00000347.JPEG"));
    ImageSource some = source.limit(13);
    for (int i = 0; i < 13; i++) {
      assertEquals(288, some.load(i, Transform.named("deit"), 288).height());
    }
  }

  private void labels(String text) throws IOException {
    Files.writeString(csv, text);
  }
}
