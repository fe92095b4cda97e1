package io.tokensweep.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCacheTest {
  @TempDir Path folder;
  private Path file;
  private Location location;

  @BeforeEach
  void write() throws IOException {
    CountedFileSystem.register(folder);
    file = Files.writeString(folder.resolve("weights.pth"), "some weights");
    location = Location.of(CountedFileSystem.uri(file));
  }

  @AfterEach
  void forget() {
    CountedFileSystem.forget();
  }

  private List<Path> copies() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("copies/files"))) {
      return files.toList();
    }
  }

  @Test
  void whatHasASchemeIsShared() {
    for (String uri :
        List.of("hdfs://namenode:8020/a", "s3a://bucket/a", "file:/a", "viewfs:///")) {
      assertInstanceOf(SharedLocation.class, Location.of(uri));
      assertEquals(uri, Location.of(uri).toString());
    }
    for (String path : List.of("/a/b", "a/b", "a:b", "../x", "", "c:x/y")) {
      assertInstanceOf(LocalLocation.class, Location.of(path));
    }
  }

  @Test
  void aPasswordInAUriIsRefusedAndNotRepeated() {
    String message =
        assertThrows(
                InvalidInputException.class, () -> Location.of("hdfs://me:s3cret@host:8020/data"))
            .getMessage();
    assertTrue(message.startsWith("hdfs://host:8020: found a password in a URI"), message);
    assertFalse(message.contains("s3cret"), message);
    assertInstanceOf(
        SharedLocation.class, Location.of("abfs://container@account.dfs.core.windows.net/data"));
  }

  @Test
  void manyAtOnceFetchAFileOnce() throws IOException {
    List<Path> found =
        IntStream.range(0, 16).parallel().mapToObj(i -> location.pinned().local()).toList();
    assertEquals(List.of(file.toString()), CountedFileSystem.opened());
    assertEquals(1, found.stream().distinct().count());
    assertEquals("some weights", Files.readString(found.get(0)));
    assertEquals(copies(), List.of(found.get(0)));
  }

  /** What a process of its own does. */
  public static void main(String[] uri) {
    System.out.println(Location.of(uri[0]).pinned().local());
  }

  @Test
  void processesOfAHostFetchAFileOnce() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
          .filter(flag -> flag.startsWith("--add-"))
          .forEach(command::add);
      for (String name :
          List.of("spark.hadoop.fs.counted.impl", "counted.log", "tokensweep.files")) {
        command.add("-D%s=%s".formatted(name, System.getProperty(name)));
      }
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(List.of(FileCacheTest.class.getName(), location.toString()));
      processes.add(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
    }
    for (Process process : processes) {
      assertEquals(0, process.waitFor());
    }
    assertEquals(List.of(file.toString()), CountedFileSystem.opened());
    assertEquals(1, copies().size());
  }

  @Test
  void equalContentsAreOneCopyWhateverTheirName() throws IOException {
    Path other = Files.copy(file, folder.resolve("other.pth"));
    assertEquals(
        location.pinned().local(), Location.of(CountedFileSystem.uri(other)).pinned().local());
    assertEquals(1, copies().size());
  }

  @Test
  void aDamagedCopyIsFetchedAnew() throws IOException {
    Location pinned = location.pinned();
    Path copy = pinned.local();
    Files.delete(copy);
    Files.writeString(copy, "some w");
    assertEquals("some weights", Files.readString(pinned.local()));
    assertEquals(2, CountedFileSystem.opened().size());
  }

  @Test
  void aFileThatWasReplacedIsRefusedWhereItsContentIsGone() throws IOException {
    Location pinned = location.pinned();
    Files.writeString(file, "other weights");
    assertEquals("some weights", Files.readString(pinned.local()));
    Files.delete(pinned.local());
    String message = assertThrows(InvalidInputException.class, pinned::local).getMessage();
    assertTrue(message.startsWith(location + " was replaced since the sweep was planned"), message);
    assertNotEquals(pinned.sha256(), location.sha256());
    assertEquals("other weights", Files.readString(location.local()));
  }

  @Test
  void whatAFetchLeftThatDiedIsNoCopyAndIsClearedAwayAfterADay() throws IOException {
    Path copy = location.local();
    Path left = Files.writeString(copy.resolveSibling(".left.tmp"), "some");
    FileCache cache = FileCache.ofThisHost();
    assertEquals(0, cache.collectGarbage(Instant.EPOCH));
    Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    assertEquals(4, cache.collectGarbage(Instant.EPOCH));
    assertEquals(List.of(copy), copies());
  }

  @Test
  void whatIsClearedAwayIsFetchedAgain() throws IOException {
    Location pinned = location.pinned();
    Path copy = pinned.local();
    long freed = FileCache.ofThisHost().collectGarbage(Instant.now().plusSeconds(60));
    assertEquals("some weights".length() + 64, freed); // and what its URI is known to hold
    assertFalse(Files.exists(copy));
    assertEquals("some weights", Files.readString(pinned.local()));
  }

  @Test
  void refusalsNameTheUri() {
    String message =
        assertThrows(
                InvalidInputException.class,
                () ->
                    location.read(
                        copy -> {
                          throw new InvalidInputException(copy + ": no weights");
                        }))
            .getMessage();
    assertEquals(location + ": no weights", message);
  }

  @Test
  void missingClassesAreNamedWithWhatBringsThem() {
    String message =
        assertThrows(InvalidInputException.class, () -> Location.of("s3a://bucket/x.pth").kind())
            .getMessage();
    assertTrue(message.startsWith("s3a://bucket/x.pth: "), message);
    assertTrue(message.contains("--packages org.apache.hadoop:hadoop-aws:3."), message);
    message =
        assertThrows(InvalidInputException.class, () -> Location.of("nosuch://a/b").kind())
            .getMessage();
    assertTrue(message.contains("no classes for nosuch"), message);
  }

  @Test
  void storageThatDoesNotAnswerIsNoWrongInput() {
    System.setProperty("spark.hadoop.ipc.client.connect.max.retries", "0");
    try {
      Location nobody = Location.of("hdfs://127.0.0.1:1/x");
      String message = assertThrows(StorageException.class, nobody::kind).getMessage();
      assertTrue(message.startsWith("hdfs://127.0.0.1:1/x: cannot be read: "), message);
    } finally {
      System.clearProperty("spark.hadoop.ipc.client.connect.max.retries");
    }
  }
}
