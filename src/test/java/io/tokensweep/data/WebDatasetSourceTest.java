package io.tokensweep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.Packed.File;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebDatasetSourceTest {
  private static final List<File> PHOTOGRAPHS = Packed.photographs(14, 3);
  private static final Path DATA = Path.of("../shared/data");

  @TempDir Path folder;

  private ImageSource read(String name) {
    return WebDatasetSource.of(folder.resolve(name).toString(), Labels.numbers());
  }

  private String refusal(String name, Labels labels) {
    String path = folder.resolve(name).toString();
    return assertThrows(InvalidInputException.class, () -> WebDatasetSource.of(path, labels))
        .getMessage()
        .replace(folder + "/", "");
  }

  private static String reading(ImageSource source, int index) {
    Transform transform = Transform.named("deit");
    return assertThrows(BadImageException.class, () -> source.load(index, transform, 32))
        .getMessage();
  }

  @Test
  void shardsAreTheImageFolderThatTheyWerePackedFrom() throws Exception {
    ImageSource files = ImageFolderSource.of(Packed.folder(folder.resolve("files"), PHOTOGRAPHS));
    Packed.shard(folder.resolve("s-08.tar"), PHOTOGRAPHS.subList(9, 14));
    Packed.shard(folder.resolve("s-09.tar"), PHOTOGRAPHS.subList(0, 5));
    Packed.shard(folder.resolve("s-10.tar"), PHOTOGRAPHS.subList(5, 9));
    SameImages.check(files, read("s-{08..10}.tar"));
    SameImages.check(files, read("s-*.tar"));
    SameImages.check(files, read(""));
    SameImages.checkCopyUsedByThreads(files, read("s-{08..10}.tar"));

    Packed.shard(folder.resolve("all.tar"), PHOTOGRAPHS);
    SameImages.check(files, read("all.tar"));
    assertTrue(SameImages.serialized(read("all.tar")).length < 14 * 300, "no bytes of images");
  }

  @Test
  void imagesAreReadInTheOrderOfTheTarFile() throws IOException {
    List<File> backwards = new ArrayList<>(PHOTOGRAPHS);
    Collections.reverse(backwards);
    Packed.shard(folder.resolve("s.tar"), backwards);
    ImageSource source = read("s.tar");
    assertEquals(
        backwards.stream().map(File::name).toList(),
        IntStream.of(source.readingOrder())
            .mapToObj(index -> source.images().get(index).name())
            .toList());
  }

  /** An image of 8 TiB, none of which is stored: reading it would take hours. */
  @Test
  @Timeout(60)
  void bytesOfImagesAreNotReadToListThem() throws IOException {
    long size = 1L << 43;
    Path file = folder.resolve("s.tar");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(header("a.jpg", size));
      try {
        channel.position(512 + size);
        channel.write(header("a.cls", 1));
        channel.write(ByteBuffer.wrap(Arrays.copyOf(new byte[] {'3'}, 3 * 512)));
      } catch (IOException e) {
        abort("files with holes cannot be this long here");
      }
    }
    assertEquals(List.of(new ImageEntry("a.jpg", 3)), read("s.tar").images());
  }

  private static ByteBuffer header(String name, long size) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(size);
    byte[] header = new byte[512];
    entry.writeEntryHeader(header, ZipEncodingHelper.getZipEncoding("UTF-8"), true);
    return ByteBuffer.wrap(header);
  }

  @Test
  void membersOfASampleMayLieAnywhereAndHaveMoreBesides() throws IOException {
    byte[] image = PHOTOGRAPHS.get(0).bytes();
    Packed.tar(
        folder.resolve("s.tar"),
        List.of(
            File.text("README", "no dot"),
            new File("./x/b.JPG", image),
            File.text("x/a.json", "{}"),
            new File("x/a.seg.png", image),
            File.text("x/a.cls", " 3\r\n"),
            File.text("x/._a.jpg", "hidden"),
            File.text("./x/b.Cls", "0"),
            new File("x/a.jpeg", image)));
    ImageSource source = read("s.tar");
    assertEquals(
        List.of(new ImageEntry("x/a.jpeg", 3), new ImageEntry("x/b.JPG", 0)), source.images());
    assertEquals(4, source.classes());
  }

  @ParameterizedTest
  @CsvSource({
    TarArchiveOutputStream.LONGFILE_GNU + "," + TarArchiveOutputStream.BIGNUMBER_STAR,
    TarArchiveOutputStream.LONGFILE_POSIX + "," + TarArchiveOutputStream.BIGNUMBER_POSIX
  })
  void longNamesFoldersAndLinksAreTaken(int names, int numbers) throws Exception {
    String stem = "d\u00e9/".repeat(60) + "x".repeat(120);
    Path file = folder.resolve("s.tar");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(Files.newOutputStream(file), "UTF-8")) {
      tar.setLongFileMode(names);
      tar.setBigNumberMode(numbers);
      tar.setAddPaxHeadersForNonAsciiNames(true);
      TarArchiveEntry link = new TarArchiveEntry("other.json", TarArchiveEntry.LF_SYMLINK);
      link.setLinkName(stem + ".json");
      for (TarArchiveEntry empty : List.of(new TarArchiveEntry("d\u00e9/"), link)) {
        tar.putArchiveEntry(empty);
        tar.closeArchiveEntry();
      }
      for (File member :
          List.of(
              new File(stem + ".png", PHOTOGRAPHS.get(0).bytes()), File.text(stem + ".cls", "1"))) {
        TarArchiveEntry entry = new TarArchiveEntry(member.name());
        entry.setSize(member.bytes().length);
        entry.setUserId(1L << 40);
        tar.putArchiveEntry(entry);
        tar.write(member.bytes());
        tar.closeArchiveEntry();
      }
    }
    ImageSource source = read("s.tar");
    assertEquals(List.of(new ImageEntry(stem + ".png", 1)), source.images());
    assertEquals(
        new EncodedImage(PHOTOGRAPHS.get(0).bytes(), "").contentHash(), source.contentHash(0));
  }

  @ParameterizedTest
  @CsvSource({
    TarConstants.LF_LINK + ",b.jpg",
    TarConstants.LF_SYMLINK + ",b.jpg",
    TarConstants.LF_LINK + ",b.cls",
  })
  void linksInPlaceOfImagesOrLabelsAreRefused(byte kind, String name) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(Files.newOutputStream(folder.resolve("s.tar")))) {
      TarArchiveEntry link = new TarArchiveEntry(name, kind);
      link.setLinkName("a.jpg");
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
    }
    assertEquals(
        "s.tar: sample b at byte 512: %s is a link to a.jpg; pack with tar --dereference"
                .formatted(name)
            + " --hard-dereference",
        refusal("s.tar", Labels.numbers()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.jpg:x|sample a at byte 512: has no label: no .cls",
        "a.cls:1|sample a at byte 512: has no image: no .jpg, .jpeg or .png",
        "a.json:1|sample a at byte 512: has no image: no .jpg, .jpeg or .png",
        "a.jpg:x a.png:x a.cls:1|sample a at byte 1536: has the image a.png, and another, a.jpg, at byte 512",
        "a.jpg:x a.cls:1 a.jpg:x|sample a at byte 2560: has the image a.jpg, and another, a.jpg, at byte 512",
        "a.jpg:x a.cls:1 a.cls:1|sample a at byte 2560: has the label a.cls, and another, a.cls, at byte 1536",
        "a.jpg:x a.cls:5|sample a at byte 1536: label '5' is not a whole number from 0 to 4",
        "a.jpg:x a.cls:-1|sample a at byte 1536: label '-1' is not a whole number from 0 to 4",
        "a.jpg:x a.cls:1.0|sample a at byte 1536: label '1.0' is not a whole number from 0 to 4",
        "a.jpg:x a.cls:|sample a at byte 1536: label '' is not a whole number from 0 to 4",
        "a.jpg:x a.cls:cat|sample a at byte 1536: label 'cat' is not a whole number from 0 to 4",
      })
  void samplesThatAreNotOneImageAndOneLabelAreRefused(String members, String message)
      throws IOException {
    List<File> files = new ArrayList<>();
    for (String member : members.split(" ", -1)) {
      int colon = member.indexOf(':');
      files.add(File.text(member.substring(0, colon), member.substring(colon + 1)));
    }
    Packed.tar(folder.resolve("s.tar"), files);
    assertEquals("s.tar: " + message, refusal("s.tar", Labels.numbers(5)));
  }

  @Test
  void aSampleInTwoShardsIsRefused() throws IOException {
    Packed.shard(folder.resolve("s-0.tar"), PHOTOGRAPHS.subList(0, 3));
    Packed.shard(folder.resolve("s-1.tar"), PHOTOGRAPHS.subList(2, 4));
    String message = refusal("s-{0..1}.tar", Labels.numbers());
    assertTrue(
        message.matches("s-1.tar: sample class2/p002 at byte 512: is also in s-0.tar at byte \\d+"),
        message);
  }

  @Test
  void labelsMayBeSynsets() throws IOException {
    Path list = Files.writeString(folder.resolve("synsets.txt"), "n01 a\nn02 b\n");
    Labels labels = Labels.of(Synsets.read(list));
    Packed.tar(
        folder.resolve("s.tar"),
        List.of(
            File.text("a.jpg", ""),
            File.text("a.cls", "n02"),
            File.text("b.jpg", ""),
            File.text("b.cls", "0")));
    ImageSource source = WebDatasetSource.of(folder.resolve("s.tar").toString(), labels);
    assertEquals(List.of(new ImageEntry("a.jpg", 1), new ImageEntry("b.jpg", 0)), source.images());
    assertEquals(2, source.classes());
    Packed.tar(folder.resolve("s.tar"), List.of(File.text("a.jpg", ""), File.text("a.cls", "n03")));
    assertEquals(
        "s.tar: sample a at byte 1024: label 'n03' is not a whole number from 0 to 1 or a class of"
            + " synsets.txt",
        refusal("s.tar", labels));
  }

  @Test
  void imagesThatCannotBeUsedAreReportedOneByOne() throws IOException {
    Path tar = folder.resolve("s.tar");
    byte[] image = PHOTOGRAPHS.get(0).bytes();
    Packed.tar(
        tar,
        List.of(
            File.text("a.webp", "RIFF....WEBPVP8 "),
            File.text("a.cls", "0"),
            File.text("b.jpg", ""),
            File.text("b.cls", "0"),
            new File("c.png", Arrays.copyOf(image, image.length / 2)),
            File.text("c.cls", "0"),
            new File("d.png", image),
            File.text("d.cls", "0")));
    ImageSource source = read("s.tar");
    assertEquals(
        "unsupported format WebP, allowed are JPEG and PNG (s.tar, byte 512)", reading(source, 0));
    assertTrue(reading(source, 1).startsWith("empty file (s.tar, byte "));
    assertTrue(reading(source, 2).endsWith(")"));
    try (var channel = FileChannel.open(tar, StandardOpenOption.WRITE)) {
      channel.truncate(Files.size(tar) - 12_000);
    }
    assertTrue(reading(source, 3).startsWith("file ends before the image"), reading(source, 3));
    Files.delete(tar);
    assertEquals("file does not exist (s.tar, byte 512)", reading(source, 0));
  }

  @Test
  void aTarFileThatIsCutOffAnywhereIsRefused() throws IOException {
    byte[] whole =
        Files.readAllBytes(Packed.shard(folder.resolve("s.tar"), PHOTOGRAPHS.subList(0, 2)));
    int end = whole.length;
    while (whole[end - 1] == 0) {
      end--;
    }
    int endMark = (end + 511) / 512 * 512;
    for (int cut : cuts(endMark + 511)) {
      Files.write(folder.resolve("s.tar"), Arrays.copyOf(whole, cut));
      String message = refusal("s.tar", Labels.numbers());
      assertTrue(
          message.startsWith(
              cut == 0 ? "s.tar: empty" : "s.tar: no whole, undamaged tar file: at byte "),
          () -> cut + ": " + message);
      assertEquals(1, message.lines().count());
    }
    Files.write(folder.resolve("s.tar"), Arrays.copyOf(whole, endMark + 512));
    assertEquals(2, read("s.tar").images().size());
  }

  /** All lengths around the edges of blocks, and some others. */
  private static int[] cuts(int most) {
    return IntStream.rangeClosed(0, most)
        .filter(cut -> cut % 512 <= 1 || cut % 512 == 511 || cut % 37 == 0)
        .toArray();
  }

  /** Whatever byte is wrong: an error of one line, an image that cannot be used, or an image. */
  @Test
  void damageNeverGoesBeyondAnError() throws IOException {
    byte[] whole =
        Files.readAllBytes(Packed.shard(folder.resolve("s.tar"), PHOTOGRAPHS.subList(0, 2)));
    Random random = new Random(3);
    for (int round = 0; round < 400; round++) {
      byte[] damaged = whole.clone();
      int block = random.nextInt(whole.length / 512) * 512;
      damaged[block + random.nextInt(512)] ^= (byte) (1 << random.nextInt(8));
      Files.write(folder.resolve("s.tar"), damaged);
      try {
        ImageSource source = read("s.tar");
        for (int i = 0; i < source.images().size(); i++) {
          source.load(i, Transform.named("deit"), 16);
        }
      } catch (InvalidInputException | BadImageException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      }
    }
  }

  @Test
  void whatIsNoTarFileIsRefused() throws IOException {
    Path tar = Packed.shard(folder.resolve("s.tar"), PHOTOGRAPHS.subList(0, 2));
    byte[] bytes = Files.readAllBytes(tar);
    try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(folder.resolve("z.tar")))) {
      gzip.write(bytes);
    }
    assertEquals(
        "z.tar: compressed with gzip, allowed are plain tar files, since images are read one by"
            + " one; unpack it with gunzip",
        refusal("z.tar", Labels.numbers()));
    Files.copy(folder.resolve("z.tar"), folder.resolve("s.tar.gz"));
    assertEquals(
        "s.tar.gz: allowed are files that end in .tar", refusal("s.tar.gz", Labels.numbers()));
    Files.writeString(folder.resolve("text.tar"), "hello ".repeat(1000));
    assertTrue(
        refusal("text.tar", Labels.numbers()).startsWith("text.tar: no whole, undamaged tar file"));
    Files.write(folder.resolve("empty.tar"), new byte[0]);
    assertEquals("empty.tar: empty, allowed are tar files", refusal("empty.tar", Labels.numbers()));
    Packed.tar(folder.resolve("none.tar"), List.of());
    assertEquals(
        "none.tar: no samples, expected images with a .cls beside each",
        refusal("none.tar", Labels.numbers()));
    Files.write(
        folder.resolve("two.tar"),
        Stream.of(bytes, bytes)
            .collect(ByteArrayOutputStream::new, ByteArrayOutputStream::writeBytes, (a, b) -> {})
            .toByteArray());
    assertTrue(refusal("two.tar", Labels.numbers()).endsWith("something follows the end mark"));
  }

  @Test
  void realPhotographsAreTheSameFromAShard() throws Exception {
    Path val = DATA.resolve("imagenet-val-1300");
    assumeTrue(Files.isDirectory(val), "photographs are absent");
    ImageSource files = FlatSource.of(val, val.resolve("labels.csv"), 1000).limit(40);
    List<File> members = new ArrayList<>();
    for (ImageEntry image : files.images()) {
      String name = image.name();
      members.add(new File(name, Files.readAllBytes(val.resolve(name))));
      members.add(
          File.text(name.substring(0, name.indexOf('.')) + ".cls", String.valueOf(image.label())));
    }
    Packed.tar(folder.resolve("s.tar"), members);
    SameImages.check(
        files, WebDatasetSource.of(folder.resolve("s.tar").toString(), Labels.imageNet()));
  }
}
