package io.tokensweep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tokensweep.InvalidInputException;
import io.tokensweep.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFilesTest {
  @TempDir Path folder;

  private List<String> find(String text) {
    return DataFiles.find(folder.resolve(text).toString(), ".tar").stream()
        .map(file -> folder.relativize(Path.of(file.toString())).toString())
        .toList();
  }

  private String refusal(String text) {
    return assertThrows(InvalidInputException.class, () -> find(text))
        .getMessage()
        .replace(folder + "/", "");
  }

  private void touch(String... names) throws IOException {
    for (String name : names) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), "");
    }
  }

  @Property(tries = 200)
  void aRangeHasItsNumbersPaddedAlike(
      @ForAll @IntRange(max = 2000) int first, @ForAll @IntRange(max = 300) int more) {
    int last = first + more;
    List<String> padded = NumberRanges.expand("a{%06d..%06d}b".formatted(first, last));
    assertEquals(more + 1, padded.size());
    assertEquals(padded, padded.stream().sorted().toList());
    List<String> plain = NumberRanges.expand("a{%d..%d}b".formatted(first, last));
    for (int i = 0; i <= more; i++) {
      assertEquals("a%06db".formatted(first + i), padded.get(i));
      assertEquals("a%db".formatted(first + i), plain.get(i));
    }
  }

  @Test
  void severalRangesAreAllCombinations() {
    assertEquals(
        List.of("a0/08", "a0/09", "a0/10", "a1/08", "a1/09", "a1/10"),
        NumberRanges.expand("a{0..1}/{08..10}"));
    assertEquals(List.of("plain"), NumberRanges.expand("plain"));
  }

  @Test
  void otherBracesAreRefused() {
    for (String inside : List.of("a,b", "", "1", "3..1", "a..c", "1..2..3", "-1..2")) {
      assertEquals(
          "x{%s}: found {%s}, allowed: {FIRST..LAST}, such as {000..049}, with FIRST at most LAST"
              .formatted(inside, inside),
          assertThrows(InvalidInputException.class, () -> NumberRanges.expand("x{" + inside + "}"))
              .getMessage());
    }
    for (String much : List.of("{0..1000000}", "{0..999}{0..999}{0..1}")) {
      assertEquals(
          much + ": stands for too many files, allowed are 1000000",
          assertThrows(InvalidInputException.class, () -> NumberRanges.expand(much)).getMessage());
    }
  }

  @Test
  void filesFoldersRangesAndPatternsAreFound() throws IOException {
    touch("a/s-1.tar", "a/s-2.TAR", "a/s-10.tar", "a/.s-3.tar", "a/notes.txt", "b/s-1.tar");
    assertEquals(List.of("a/s-1.tar"), find("a/s-1.tar"));
    assertEquals(List.of("a/s-1.tar", "a/s-10.tar", "a/s-2.TAR"), find("a"));
    touch("part0/s-1.tar", "part1/s-1.tar");
    assertEquals(List.of("part0/s-1.tar", "part1/s-1.tar"), find("part{0..1}/s-{1..1}.tar"));
    assertEquals(List.of("a/s-1.tar", "a/s-10.tar"), find("a/s-*.tar"));
    assertEquals(List.of("a/s-1.tar"), find("a/s-?.tar"));
    touch("{0..1}.tar");
    assertEquals(List.of("{0..1}.tar"), find("{0..1}.tar"));
  }

  @Test
  void aGapInARangeIsNamed() throws IOException {
    touch("s-00.tar", "s-02.tar");
    assertEquals(
        "s-01.tar: no such file; 2 of the 4 files of s-{00..03}.tar are missing",
        refusal("s-{00..03}.tar"));
    assertEquals("s-07.tar: no such file or folder", refusal("s-07.tar"));
  }

  @Test
  void whatHoldsNoFilesIsRefused() throws IOException {
    touch("a/notes.txt", "b.tgz");
    assertEquals("a: no .tar file in this folder", refusal("a"));
    assertEquals(
        "a/s-*.tar: no file matches, expected some that end in .tar", refusal("a/s-*.tar"));
    assertEquals("c: no such folder", refusal("c/s-*.tar").replace("c/: ", "c: "));
    assertEquals("b.tgz: allowed are files that end in .tar", refusal("b.tgz"));
    assertEquals("b.tgz: allowed are files that end in .tar", refusal("b.*"));
    assertEquals(
        "*/s.tar: found a pattern in a folder's name, allowed: patterns in the name of the file",
        refusal("*/s.tar"));
  }

  @Test
  void namesAreBelowTheFolderOfAll() {
    assertEquals(List.of("x.tar"), DataFiles.names(List.of(Location.of("/data/a/x.tar"))));
    assertEquals(
        List.of("a/x.tar", "b/c/x.tar"),
        DataFiles.names(List.of(Location.of("/data/a/x.tar"), Location.of("/data/b/c/x.tar"))));
  }
}
