package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.store.UnitCommit;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures many sessions of equal and of slower builds, each in a process of its own as {@code run
 * --sessions} does, for {@code -Dcampaign.minutes}. Each is a line of {@code sessions.jsonl} in
 * {@code -Dcampaign.folder}; a campaign that was ended goes on behind what is there.
 *
 * <p>{@code -Dcampaign.mode=equal} measures unchanged code only, while another process loads the
 * machine at random; {@code slower} measures unchanged code and three builds that are slower in
 * random order on a machine that is left alone, {@code leaking} two that keep memory.
 */
@Tag("campaign")
class GatherSessionsTest {
  private static final String UNCHANGED = "unchanged";
  private static final double MEAN_LOAD_SECONDS = 10;

  @TempDir Path scratch;

  private final CampaignSweep sweep = new CampaignSweep();
  private final String classPath = System.getProperty("java.class.path");

  @Test
  void sessionsAreMeasured() throws Exception {
    String mode = System.getProperty("campaign.mode", "equal");
    boolean equal = mode.equals("equal");
    Path folder = Path.of(System.getProperty("campaign.folder", "target/campaign"));
    long end =
        System.nanoTime()
            + Math.round(60e9 * Double.parseDouble(System.getProperty("campaign.minutes", "1")));
    long seed = Long.getLong("campaign.seed", 1);
    Path file = Files.createDirectories(folder).resolve("sessions.jsonl");
    Map<String, String> builds = builds(mode);
    int done = GatheredSession.read(file).size();
    int before = done;
    try (RandomLoad load = new RandomLoad(equal ? MEAN_LOAD_SECONDS : 1e9, seed + done)) {
      while (System.nanoTime() < end) {
        String build = order(builds, seed, done / builds.size()).get(done % builds.size());
        measure(build, builds.get(build), done, load).append(file);
        done++;
      }
    } finally {
      System.setProperty("java.class.path", classPath);
    }
    System.out.printf("%s holds %d sessions, %d of them new%n", file, done, done - before);
    assertTrue(done > before, "no session");
  }

  /** Class paths. */
  private Map<String, String> builds(String mode) throws IOException {
    Map<String, String> builds = new LinkedHashMap<>();
    builds.put(UNCHANGED, classPath);
    switch (mode) {
      case "equal" -> {}
      case "slower" -> {
        for (int percent : new int[] {2, 5, 10}) {
          Path folder = ChangedBuild.slower(scratch.resolve("slow" + percent), percent);
          builds.put("slow" + percent, ChangedBuild.classPath(folder));
        }
      }
      case "leaking" -> {
        for (int mebibytes : new int[] {4, 8}) {
          Path folder = ChangedBuild.leaking(scratch.resolve("leak" + mebibytes), mebibytes);
          builds.put(GatheredSession.LEAKING + mebibytes, ChangedBuild.classPath(folder));
        }
      }
      default ->
          throw new IllegalArgumentException(
              "campaign.mode: found '%s', allowed are equal, slower and leaking".formatted(mode));
    }
    return builds;
  }

  /** Each build once in every round. */
  private static List<String> order(Map<String, String> builds, long seed, int round) {
    List<String> order = new ArrayList<>(builds.keySet());
    Collections.shuffle(order, new Random(31 * seed + round));
    return order;
  }

  private GatheredSession measure(String build, String path, int number, RandomLoad load) {
    double started = System.currentTimeMillis() / 1e3;
    long start = System.nanoTime();
    double busy = load.seconds();
    System.setProperty("java.class.path", path);
    UnitCommit commit =
        SessionProcess.run(
            new SessionProcess.Work(
                "campaign",
                "session-" + number,
                number,
                sweep.group(),
                sweep.measure(),
                1,
                new TaskDevice.Cpu(),
                new CachedPixels(
                    sweep.plan().source(),
                    scratch.resolve("pixels").toString(),
                    "campaign",
                    Collections.nCopies(sweep.plan().source().images().size(), "")),
                IntStream.range(0, sweep.measure().batchSize()).boxed().toList(),
                scratch.resolve("session-" + number).toString()),
            new PrintStream(PrintStream.nullOutputStream()));
    for (UnitCommit.ThroughputSample sample : commit.throughput()) {
      assertEquals("", sample.error());
      assertEquals("", sample.audit().problem());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new GatheredSession(build, started, seconds, (load.seconds() - busy) / seconds, commit);
  }
}
