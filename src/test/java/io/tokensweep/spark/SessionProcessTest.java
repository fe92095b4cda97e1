package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.Sweep;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A failure in the process of a session means what it would mean in the process of the run. */
@Timeout(60)
class SessionProcessTest {
  @TempDir Path folder;

  @Test
  void aSignalIsOfTheMachine() {
    for (int signal : new int[] {6, 9, 11, 15}) { // ABRT, KILL, SEGV, TERM
      TaskFailure failure = SessionProcess.failure("session 2 of 3", 128 + signal, "");
      assertEquals(FailureKind.INFRASTRUCTURE, failure.kind());
      assertTrue(
          failure
              .getMessage()
              .startsWith("session 2 of 3 was killed (code %d)".formatted(128 + signal)),
          failure::getMessage);
    }
  }

  @Test
  void theCodeTellsTheKind() {
    for (FailureKind kind : FailureKind.values()) {
      TaskFailure failure = SessionProcess.failure("session", SessionProcess.code(kind), "why");
      assertEquals(kind, failure.kind());
      assertEquals("why", failure.getMessage());
    }
    assertEquals(FailureKind.DEFECT, SessionProcess.failure("session", 1, "why").kind());
  }

  @Test
  void aFileThatIsGoneIsOfTheMachineInBoth() throws IOException {
    Sweep sweep = TinySweep.read(TinySweep.write(folder));
    Plan plan = Plan.of(sweep, OptionalInt.empty(), Set.of());
    Path checkpoint = folder.resolve("tiny.safetensors");
    Files.delete(checkpoint);
    SessionProcess.Work work =
        new SessionProcess.Work(
            "run",
            "unit",
            0,
            plan.groups().get(0),
            sweep.measure().throughput().orElseThrow(),
            1,
            new TaskDevice.Cpu(),
            new CachedPixels(
                plan.source(),
                folder.resolve("pixels").toString(),
                "run",
                Collections.nCopies(TinySweep.IMAGES, "")),
            List.of(0),
            folder.resolve("attempt").toString());
    NoSuchFileException gone = new NoSuchFileException(checkpoint.toString());
    assertEquals(FailureKind.INFRASTRUCTURE, FailureKind.of(new UncheckedIOException(gone)));
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    TaskFailure failure =
        assertThrows(
            TaskFailure.class,
            () -> SessionProcess.run(work, new PrintStream(log, true, StandardCharsets.UTF_8)));
    assertEquals(FailureKind.INFRASTRUCTURE, failure.kind(), log::toString);
    assertTrue(failure.getMessage().contains(checkpoint.toString()), failure::getMessage);
  }
}
