package io.tokensweep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tokensweep.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderSourceTest {
  private static final Path DATA = Path.of("../shared/data");

  @TempDir Path folder;

  @Test
  void labelsAreRanksOfClassFoldersAndImagesAreSortedByName() throws IOException {
    for (String name :
        List.of(
            "b/2.JPEG",
            "b/10.png",
            "a/x/deep.Jpg",
            "a/z.jpeg",
            "B/1.jpg",
            "b/notes.txt",
            "b/.hidden.jpg",
            ".cache/1.jpg",
            "loose.jpg")) {
      touch(name);
    }
    ImageFolderSource source = ImageFolderSource.of(folder);
    assertEquals(3, source.classes());
    assertEquals(
        List.of(
            new ImageEntry("B/1.jpg", 0),
            new ImageEntry("a/x/deep.Jpg", 1),
            new ImageEntry("a/z.jpeg", 1),
            new ImageEntry("b/10.png", 2),
            new ImageEntry("b/2.JPEG", 2)),
        source.images());
  }

  @Test
  void namesAreInCodePointOrder() {
    List<String> ordered = List.of("", "A", "a", "a/b", "ab", "\u00e9", "\uffee", "\ud83d\ude00");
    assertEquals(
        ordered,
        ordered.stream()
            .sorted((a, b) -> -a.compareTo(b))
            .sorted(ImageFiles::compareCodePoints)
            .toList());
  }

  @Test
  void labelsComeFromTheSynsetListWhereOnlySomeClassesArePresent() throws IOException {
    touch("n03/1.jpg");
    touch("n01/1.jpg");
    Path list = write("synsets.txt", "n01 tench, Tinca tinca\nn02 goldfish\nn03\n");
    ImageFolderSource source = ImageFolderSource.of(folder, Synsets.read(list));
    assertEquals(3, source.classes());
    assertEquals(
        List.of(new ImageEntry("n01/1.jpg", 0), new ImageEntry("n03/1.jpg", 2)), source.images());
    touch("n04/1.jpg");
    assertRefused(
        () -> ImageFolderSource.of(folder, Synsets.read(list)),
        folder + ": class folder n04 is not among the 3 classes of " + list);
  }

  @Test
  void synsetListsAreRefusedWithTheLineThatIsWrong() throws IOException {
    Path list = write("synsets.txt", "n01 a\nn02 b\nn01 c\n");
    assertRefused(() -> Synsets.read(list), list + " line 3: n01 is already on line 1");
    write("synsets.txt", "n01 a\n\nn02 b\n");
    assertRefused(() -> Synsets.read(list), list + " line 2: empty, expected a class identifier");
    write("synsets.txt", "");
    assertRefused(() -> Synsets.read(list), list + ": empty, expected one class a line");
    Path missing = folder.resolve("none.txt");
    assertRefused(() -> Synsets.read(missing), missing + ": no such file");
  }

  @Test
  void imageNetLabelsWithoutAListNeedAllClasses() throws IOException {
    for (int i = 0; i < 999; i++) {
      touch("n%08d/1.jpg".formatted(i));
    }
    assertRefused(
        () -> ImageFolderSource.imageNet(folder),
        folder + ": ImageNet labels without a synset list need 1000 class folders, found 999");
    touch("n99999999/1.jpg");
    assertEquals(1000, ImageFolderSource.imageNet(folder).classes());
  }

  @Test
  void foldersThatHoldNoDataSetAreRefused() throws IOException {
    Path missing = folder.resolve("missing");
    assertRefused(() -> ImageFolderSource.of(missing), missing + ": no such folder");
    Path file = write("file", "");
    assertRefused(() -> ImageFolderSource.of(file), file + ": not a folder");
    assertRefused(
        () -> ImageFolderSource.of(folder),
        folder + ": no class folders, expected one sub-folder of images per class");
    touch("a/1.jpg");
    touch("b/1.txt");
    assertRefused(
        () -> ImageFolderSource.of(folder),
        folder + ": class folder b has no .jpg, .jpeg or .png image");
  }

  @Test
  void linksAreFollowedAndLoopsRefused() throws IOException {
    touch("real/1.jpg");
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.createSymbolicLink(data.resolve("linked"), folder.resolve("real"));
    assertEquals(List.of(new ImageEntry("linked/1.jpg", 0)), ImageFolderSource.of(data).images());
    Files.createSymbolicLink(folder.resolve("real/up"), folder.resolve("real"));
    assertRefused(
        () -> ImageFolderSource.of(data),
        data.resolve("linked/up") + ": is a link to a folder that contains it");
  }

  @Test
  void limitSpreadsOverAllClasses() throws IOException {
    for (int i = 0; i < 30; i++) {
      touch("class%d/%02d.jpg".formatted(i / 10, i % 10));
    }
    ImageFolderSource source = ImageFolderSource.of(folder);
    ImageSource four = source.limit(4);
    assertEquals(
        List.of("class0/00.jpg", "class0/07.jpg", "class1/05.jpg", "class2/02.jpg"),
        four.images().stream().map(ImageEntry::name).toList());
    assertEquals(3, four.classes());
    assertEquals(source.images(), source.limit(30).images());
    assertEquals(source.images(), source.limit(1000).images());
    assertThrows(IllegalArgumentException.class, () -> source.limit(0));
  }

  @Test
  void unreadableImagesAreReportedOneByOne() throws IOException {
    touch("a/empty.jpg");
    Files.createSymbolicLink(folder.resolve("a/gone.jpg"), folder.resolve("nowhere"));
    ImageFolderSource source = ImageFolderSource.of(folder);
    Transform transform = Transform.named("deit");
    BadImageException empty =
        assertThrows(BadImageException.class, () -> source.load(0, transform, 32));
    assertEquals("empty file", empty.getMessage());
    BadImageException gone = assertThrows(BadImageException.class, () -> source.contentHash(1));
    assertEquals("file does not exist", gone.getMessage());
  }

  @Test
  void contentHashIsSha256OfTheFileAndSurvivesSerialization() throws Exception {
    write("a/1.jpg", "abc");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(ImageFolderSource.of(folder));
    ImageSource copy =
        (ImageSource)
            new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", copy.contentHash(0));
  }

  @Test
  void realPhotographsLoadWithTheirImageNetLabels() throws Exception {
    Path val = DATA.resolve("imagenette-160/val");
    assumeTrue(Files.isDirectory(val), "photographs are absent");
    Synsets synsets = Synsets.read(DATA.resolve("imagenet_synsets.txt"));
    ImageFolderSource source = ImageFolderSource.of(val, synsets);
    assertEquals(1000, source.images().size());
    assertEquals(1000, source.classes());
    assertEquals(
        List.of(0, 217, 482, 491, 497, 566, 569, 571, 574, 701),
        source.images().stream().map(ImageEntry::label).distinct().toList());
    ImageSource some = source.limit(20);
    for (int i = 0; i < some.images().size(); i++) {
      assertEquals(224, some.load(i, Transform.named("timm"), 224).width());
    }
  }

  private Path touch(String name) throws IOException {
    return write(name, "");
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static void assertRefused(Executable action, String message) {
    assertEquals(message, assertThrows(InvalidInputException.class, action).getMessage());
  }
}
