package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.RandomNetworks;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Memory that is really too small, of a process of its own. Its tensors are larger than 32 MiB, so
 * that each is mapped and given back on its own and not kept by the allocator.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class LittleMemoryTest {
  @TempDir Path folder;

  private record Line(String trial, String method, int images, String digest, String error) {
    static Line of(String text) {
      String[] parts = text.split("\\|", 5);
      return new Line(parts[0], parts[1], Integer.parseInt(parts[2]), parts[3], parts[4]);
    }
  }

  private Path sweep(Architecture architecture, int images, String rest) throws IOException {
    Path checkpoint =
        TinySweep.checkpoint(
            folder.resolve("network.safetensors"), RandomNetworks.weights(architecture, 5));
    return Files.writeString(
        folder.resolve("sweep.yaml"),
        """
        name: cramped
        data: {type: shapes, count: %d, seed: 3}
        models:
          - {name: vit_custom, checkpoint: "%s", image_size: %d, patch: %d, width: %d, depth: %d, heads: %d, hidden: %d, classes: %d}
        resolutions: [%d]
        measure: {quality: {batch_size: %d}}
        %s
        """
            .formatted(
                images,
                checkpoint,
                architecture.imageSize(),
                architecture.patch(),
                architecture.width(),
                architecture.depth(),
                architecture.heads(),
                architecture.hidden(),
                architecture.classes(),
                architecture.imageSize(),
                images,
                rest));
  }

  private List<Line> run(Path sweep, int mebibytes, String... flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--add-") || flag.startsWith("-D"))
        .forEach(command::add);
    command.addAll(Arrays.asList(flags));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            CrampedProcess.class.getName(),
            sweep.toString(),
            Files.createTempDirectory(folder, "rows").toString(),
            String.valueOf(mebibytes)));
    File out = folder.resolve("out").toFile();
    File err = folder.resolve("err").toFile();
    Process process = new ProcessBuilder(command).redirectOutput(out).redirectError(err).start();
    try {
      assertTrue(process.waitFor(200, TimeUnit.SECONDS), "still running");
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue(), () -> text(err));
    return Files.readAllLines(out.toPath()).stream().map(Line::of).toList();
  }

  private static String text(File file) {
    try {
      return Files.readString(file.toPath());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void assumeLimits() {
    assumeTrue(
        Stream.of("/usr/bin/prlimit", "/bin/prlimit").map(Path::of).anyMatch(Files::isExecutable),
        "no prlimit to limit a process with");
  }

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }

  /** Inside the FFN, 65 tokens of 4096 channels are 520 MiB for 512 images. */
  @Test
  void theTrialThatNeedsTooMuchFailsAloneAndSaysWhatFits() throws Exception {
    assumeLimits();
    Architecture architecture =
        new Architecture("vit_custom", 32, 4, 64, 2, 2, 4096, 10, Design.VIT);
    Path sweep =
        sweep(
            architecture,
            512,
            """
            methods:
              - {name: none}
              - {name: random, mode: input, seed: [0, 1]}
            keep_rates: [0.05]
            """);
    List<Line> lines = run(sweep, 450, "-Xmx256m");
    assertEquals(List.of("random", "random", "none"), lines.stream().map(Line::method).toList());
    assertEquals(List.of("", ""), lines.subList(0, 2).stream().map(Line::error).toList());
    assertEquals(List.of(512, 512), lines.subList(0, 2).stream().map(Line::images).toList());
    Matcher reason =
        Pattern.compile(
                "out of memory at batch size 512 \\(tried to allocate 520\\.0 MiB\\);"
                    + " batch size ([0-9]+) fits, ([0-9]+) does not")
            .matcher(lines.get(2).error());
    assertTrue(reason.matches(), lines.get(2).error());
    assertEquals(number(reason, 2), 2 * number(reason, 1));
    assertEquals(0, lines.get(2).images());
  }

  /**
   * Six trials that part at blocks 5 to 0, in this order: together they keep 33 MiB of tokens at
   * each of six blocks on top of what one of them needs alone.
   */
  @Test
  void trialsThatFitOneByOneOnlyAreEvaluatedOneByOne() throws Exception {
    assumeLimits();
    Architecture architecture =
        new Architecture("vit_custom", 32, 4, 256, 6, 1, 32, 10, Design.VIT);
    Path sweep =
        sweep(
            architecture,
            512,
            """
            methods:
              - {name: none}
              - {name: random}
            keep_rates: [0.05]
            sites: [[5], [4], [3], [2], [1], [0]]
            """);
    List<Line> ample = run(sweep, 0, "-Xmx256m");
    assertEquals(7, ample.size());
    assertEquals(ample, run(sweep, 400, "-Xmx256m"));
  }

  /** A batch of 1024 images of 256 pixels a side is 192 MiB. */
  @Test
  void aBatchThatJavaCannotHoldFailsAllTrialsAndNotTheRun() throws Exception {
    Architecture architecture =
        new Architecture("vit_custom", 256, 64, 8, 2, 2, 16, 10, Design.VIT);
    Path sweep =
        sweep(
            architecture,
            1024,
            """
            methods: [none, random]
            keep_rates: [0.5]
            sites: [1]
            """);
    List<Line> lines = run(sweep, 0, "-Xmx160m");
    assertEquals(2, lines.size());
    for (Line line : lines) {
      Matcher reason =
          Pattern.compile(
                  "out of Java heap at batch size 1024; batch size ([0-9]+) fits, ([0-9]+) does not")
              .matcher(line.error());
      assertTrue(reason.matches(), line.error());
      assertEquals(number(reason, 2), 2 * number(reason, 1));
    }
  }
}
