package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.BuildInfo;
import io.tokensweep.InvalidInputException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CodeOriginTest {
  private static final String OWN = "a".repeat(40);
  private static final String OTHER = "b".repeat(40);
  private static final BuildInfo BUILD =
      new BuildInfo("1", OWN, true, "main", "then", "0".repeat(64));

  @Test
  void itIsTheBuildUnlessSomebodyNamesAnotherCommit() {
    CodeOrigin build = new CodeOrigin(OWN, true, "main", "then");
    assertEquals(build, CodeOrigin.of(BUILD, Map.of()));
    assertEquals(build, CodeOrigin.of(BUILD, Map.of("TOKENSWEEP_COMMIT", "")));
    assertEquals(
        build,
        CodeOrigin.of(BUILD, Map.of("TOKENSWEEP_COMMIT", OWN)),
        "its own code is known to be changed");
    assertEquals(
        new CodeOrigin(OTHER, false, "topic", "unknown"),
        CodeOrigin.of(BUILD, Map.of("TOKENSWEEP_COMMIT", OTHER, "TOKENSWEEP_BRANCH", "topic")));
  }

  @Test
  void aNameIsNoHash() {
    String message =
        assertThrows(
                InvalidInputException.class,
                () -> CodeOrigin.of(BUILD, Map.of("TOKENSWEEP_COMMIT", "main")))
            .getMessage();
    assertTrue(message.contains("TOKENSWEEP_COMMIT: found 'main'"), message);
  }
}
