package io.tokensweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the documents say about sweep files is what the program reads. */
class DocumentationTest {
  private static final Pattern COMPLETE = Pattern.compile("(?ms)^```yaml complete\n(.*?)^```$");
  private static final Path SWEEP_FILE = Path.of("docs/sweep-file.md");

  @TestFactory
  Stream<DynamicTest> completeExamplesArePlannedOnDrawnPictures() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path document : List.of(Path.of("README.md"), SWEEP_FILE)) {
      List<String> examples =
          COMPLETE
              .matcher(Files.readString(document))
              .results()
              .map(match -> match.group(1))
              .toList();
      assertFalse(examples.isEmpty(), () -> "no complete example in " + document);
      for (String example : examples) {
        String name = document + ": " + example.lines().findFirst().orElseThrow();
        tests.add(DynamicTest.dynamicTest(name, () -> isPlanned(document, example)));
      }
    }
    return tests.stream();
  }

  private static void isPlanned(Path document, String example) {
    List<String> overrides =
        List.of("models.0.checkpoint=", "data={type: shapes, count: 8, seed: 1}");
    Sweep sweep = SweepFile.parse(document.toString(), example, overrides, Map.of());
    Plan plan = Plan.of(sweep, OptionalInt.empty(), Set.of());
    assertTrue(plan.trials().size() > 1, example);
  }

  @Test
  void everyKeyHasItsRow() throws IOException {
    String text = Files.readString(SWEEP_FILE);
    String keys = text.substring(text.indexOf("\n## Keys\n"), text.indexOf("\n## Axes\n"));
    List<String> rows =
        Pattern.compile("(?m)^\\| `(\\w+)` \\|")
            .matcher(keys)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertEquals(Set.copyOf(SweepReader.KEYS), Set.copyOf(rows));
  }
}
