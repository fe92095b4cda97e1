package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sources still have what the builds of the campaign change. */
class ChangedBuildTest {
  @TempDir Path folder;

  @Test
  void everyBuildOfTheCampaignCompiles() throws IOException {
    Path slower = ChangedBuild.slower(folder.resolve("slower"), 5);
    Path leaking = ChangedBuild.leaking(folder.resolve("leaking"), 4);
    Path flipping = ChangedBuild.flipping(folder.resolve("flipping"), 0.005, 1);
    Path more = ChangedBuild.keepingOneMore(folder.resolve("more"));
    assertTrue(Files.exists(slower.resolve("io/tokensweep/eval/Forward.class")));
    assertTrue(Files.exists(leaking.resolve("io/tokensweep/eval/Forward.class")));
    assertTrue(Files.exists(flipping.resolve("io/tokensweep/eval/Classification.class")));
    assertTrue(Files.exists(more.resolve("io/tokensweep/reduction/Evit.class")));
  }
}
