package io.tokensweep.spark;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.checkpoint.SafetensorsWriter;
import io.tokensweep.model.checkpoint.TensorType;
import io.tokensweep.spark.RunOptions.OnBadImage;
import io.tokensweep.sweep.Sweep;
import io.tokensweep.sweep.SweepFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A sweep of seconds: seven trials of a random network on drawn pictures. */
public final class TinySweep {
  public static final Architecture ARCHITECTURE =
      new Architecture("vit_custom", 32, 8, 16, 4, 2, 32, 10, Design.VIT);
  public static final int TRIALS = 7;
  public static final int IMAGES = 40;

  private TinySweep() {}

  /** Writes {@code tiny.safetensors} and {@code tiny.yaml}. */
  public static Path write(Path folder) throws IOException {
    checkpoint(folder.resolve("tiny.safetensors"), RandomNetworks.weights(ARCHITECTURE, 5));
    return Files.writeString(folder.resolve("tiny.yaml"), text(folder.resolve("tiny.safetensors")));
  }

  public static Path checkpoint(Path file, Map<String, HostTensor> weights) throws IOException {
    SafetensorsWriter.write(file, weights, Map.of(), TensorType.F32);
    return file;
  }

  public static String text(Path checkpoint) {
    return """
        name: tiny
        data: {type: shapes, count: 40, seed: 3}
        models:
          - {name: vit_custom, checkpoint: "%s", image_size: 32, patch: 8, width: 16, depth: 4, heads: 2, hidden: 32, classes: 10}
        methods:
          - {name: none}
          - {name: random}
          - {name: evit, fuse: [true, false]}
        keep_rates: [0.5, 0.7]
        resolutions: [32]
        sites: [1, 2]
        measure:
          quality: {batch_size: 5}
          throughput: {batch_size: 4, repeats: 3, warmup_limit: 4, latency_repeats: 5}
        """
        .formatted(checkpoint);
  }

  public static Sweep read(Path file, String... overrides) {
    return SweepFile.read(file, List.of(overrides), Map.of());
  }

  /** Runs in this process on {@code slots} task slots. */
  public static RunSummary run(Sweep sweep, Path results, boolean fresh, int slots) {
    System.setProperty("spark.master", "local[%d]".formatted(slots));
    try {
      return new SweepRun(
              sweep,
              new RunOptions(
                  results, results.resolve("_pixels"), OptionalInt.empty(), fresh, OnBadImage.STOP),
              new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8),
              false)
          .run();
    } finally {
      System.clearProperty("spark.master");
    }
  }
}
