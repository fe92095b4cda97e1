package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing that dies takes a row with it: {@link Campaign}, with {@code -Dcampaign.runs} runs from
 * number {@code -Dcampaign.first} on, of {@code -Dcampaign.seed}, on {@code -Dcampaign.images}
 * images. The table of what was done and what happened goes to the output and to {@code
 * target/campaign.md}.
 */
@Tag("long")
class FaultCampaignTest {
  private static final int EACH_KIND = Fault.values().length;

  @TempDir Path folder;

  @Test
  void tablesAreThoseOfAnUndisturbedRunWhateverDies() throws Exception {
    int first = Integer.getInteger("campaign.first", 1);
    int runs = Integer.getInteger("campaign.runs", EACH_KIND);
    long seed = Long.getLong("campaign.seed", 1);
    Path table = Job.PROJECT.resolve("target/campaign.md");
    Optional<Disk> disk = Disk.mount(folder.resolve("disk"));
    int finished = 0;
    try (Cluster cluster = Runs.cluster(folder.resolve("cluster"))) {
      Path results = disk.map(Disk::path).orElse(folder.resolve("disk"));
      Path sweep = Job.PROJECT.resolve("sweeps/quickstart.yaml");
      Campaign campaign = new Campaign(cluster, sweep, results, disk, seed);
      Campaign.Pace pace = campaign.undisturbed();
      say(table, "seed %d, undisturbed: %s\n\n%s".formatted(seed, pace, Campaign.Row.HEAD));
      List<Fault> faults = campaign.faults(first, runs);
      for (int i = 0; i < runs; i++) {
        say(table, campaign.run(first + i, faults.get(i)).toString());
        finished++;
      }
    } finally {
      if (disk.isPresent()) {
        disk.get().close();
      }
    }
    assertEquals(runs, finished);
  }

  private static void say(Path table, String line) throws IOException {
    System.out.println(line);
    Files.writeString(table, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
