package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.InvalidInputException;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.sweep.Model;
import io.tokensweep.sweep.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights are those that the trials are named for. */
class WeightFilesTest {
  @TempDir Path folder;

  @Test
  void aFileThatWasReplacedIsRefused() throws IOException {
    Path sweep = TinySweep.write(folder);
    Model model =
        Plan.of(TinySweep.read(sweep), OptionalInt.empty(), Set.of())
            .groups()
            .get(0)
            .setting()
            .model();
    Networks.weights(model);
    TinySweep.checkpoint(
        folder.resolve("tiny.safetensors"), RandomNetworks.weights(TinySweep.ARCHITECTURE, 6));
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> Networks.weights(model));
    assertTrue(e.getMessage().contains("tiny.safetensors was replaced"), e.getMessage());
  }
}
