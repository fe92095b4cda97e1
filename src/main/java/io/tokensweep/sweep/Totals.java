package io.tokensweep.sweep;

import io.tokensweep.Sha256;
import io.tokensweep.data.ImageSource;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Sums up what a sweep will do and cuts it into units. */
final class Totals {
  /** About what one CPU core does in fp32. */
  private static final double MACS_PER_SECOND = 3e10;

  /** Half a minute of one core. */
  private static final double MACS_OF_A_UNIT = 1e12;

  private static final int MOST_IMAGES_OF_A_UNIT = 512;

  /** So that slots which find no unit left wait for a small part of the whole. */
  private static final int LEAST_UNITS = 20;

  private final Sweep sweep;
  private final ImageSource source;
  private final List<Group> groups;
  private final int images;

  Totals(Sweep sweep, ImageSource source, List<Group> groups) {
    this.sweep = sweep;
    this.source = source;
    this.groups = groups;
    this.images = source.images().size();
  }

  Plan plan(List<Trial> trials, long duplicates, Set<TrialId> committed) {
    BigInteger alone = BigInteger.ZERO;
    BigInteger together = BigInteger.ZERO;
    List<Unit> units = new ArrayList<>();
    double baselines = 0; // of the unreduced networks that are timed and no trial
    long open = 0;
    for (Group group : groups) {
      SharedMacs macs = SharedMacs.of(group);
      open += group.trials().size();
      alone = alone.add(macs.alone());
      together = together.add(BigInteger.valueOf(macs.together()));
      Trial baseline = group.baseline();
      baselines += group.trials().contains(baseline) ? 0 : baseline.flow().macs();
      sweep
          .measure()
          .quality()
          .ifPresent(quality -> units.addAll(units(group, macs.together(), quality.batchSize())));
    }
    boolean measuresQuality = sweep.measure().quality().isPresent();
    BigInteger times = BigInteger.valueOf(measuresQuality ? images : 0);
    long decodes = groups.isEmpty() ? 0 : images;
    return new Plan(
        sweep,
        source,
        trials,
        duplicates,
        committed,
        groups,
        units,
        decodes,
        measuresQuality ? times.longValue() * open - decodes : 0,
        alone.multiply(times),
        alone.subtract(together).multiply(times),
        estimate(together.multiply(times).doubleValue(), alone.doubleValue() + baselines));
  }

  /** Ranges of whole batches; their length depends on the plan alone, never on who runs it. */
  private List<Unit> units(Group group, long macsOfAnImage, int batchSize) {
    double affordable = MACS_OF_A_UNIT / macsOfAnImage;
    int most = Math.max(1, Math.min(MOST_IMAGES_OF_A_UNIT, images / LEAST_UNITS));
    int batches = Math.max(1, (int) Math.min(affordable, most) / batchSize);
    int length = Math.multiplyExact(batches, batchSize);
    String trials = Sha256.of(CanonicalJson.of(sortedIds(group)));
    List<Unit> units = new ArrayList<>();
    for (int from = 0; from < images; from += Math.min(length, images - from)) {
      units.add(Unit.of(group, trials, from, from + Math.min(length, images - from), batchSize));
    }
    return units;
  }

  private static List<String> sortedIds(Group group) {
    List<String> ids = new ArrayList<>();
    group.trials().forEach(trial -> ids.add(trial.id().value()));
    Collections.sort(ids);
    return ids;
  }

  /**
   * Quality plus the timed passes of each trial and of the unreduced network of its group.
   *
   * @param timedMacs one image through each of these
   */
  private Duration estimate(double qualityMacs, double timedMacs) {
    double images = sweep.measure().throughput().map(Totals::timedImages).orElse(0.0);
    return Duration.ofSeconds(
        (long) Math.ceil((qualityMacs + timedMacs * images) / MACS_PER_SECOND));
  }

  private static double timedImages(Measure.Throughput throughput) {
    double images =
        (double) throughput.batchSize() * (throughput.warmup() + throughput.repeats())
            + throughput.warmup()
            + throughput.latencyRepeats();
    return images * throughput.sessions();
  }
}
