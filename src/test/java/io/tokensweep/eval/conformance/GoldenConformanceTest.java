package io.tokensweep.eval.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** We compute what the official implementations compute. */
class GoldenConformanceTest {
  private static final Path GOLDEN = Path.of("../shared/golden");

  @TestFactory
  Stream<DynamicTest> agreesWithTheOfficialCode() {
    Assumptions.assumeTrue(Files.isDirectory(GOLDEN), () -> GOLDEN + " is not here");
    return Conformance.caseFolders(GOLDEN).stream()
        .map(
            folder ->
                DynamicTest.dynamicTest(folder.getFileName().toString(), () -> agrees(folder)));
  }

  private static void agrees(Path folder) {
    CaseResult result = Conformance.run(folder).get(0);
    Assumptions.assumeFalse(
        result.status() == CaseResult.Status.UNSUPPORTED, () -> result.detail());
    assertEquals(CaseResult.Status.PASS, result.status(), result.detail());
  }
}
