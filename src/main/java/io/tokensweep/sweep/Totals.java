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

  /** A few seconds of a core: cutting trials apart for less is not worth it. */
  private static final double LEAST_MACS_OF_A_PART = 1e11;

  /** Where trials are cut apart: the more, the more layers are computed again. */
  private static final int UNITS_OF_A_SLOT = 4;

  /** So that slots which find no unit left wait for a small part of the whole. */
  private static final int LEAST_UNITS = 20;

  private final Sweep sweep;
  private final ImageSource source;
  private final List<Group> groups;
  private final int slots;
  private final int images;

  /**
   * @param slots that units are cut for
   */
  Totals(Sweep sweep, ImageSource source, List<Group> groups, int slots) {
    this.sweep = sweep;
    this.source = source;
    this.groups = groups;
    this.slots = slots;
    this.images = source.images().size();
  }

  Plan plan(List<Trial> trials, long duplicates, Set<TrialId> committed) {
    BigInteger alone = BigInteger.ZERO;
    BigInteger together = BigInteger.ZERO;
    List<SharedMacs> shared = new ArrayList<>();
    double baselines = 0; // of the unreduced networks that are timed and no trial
    long open = 0;
    for (Group group : groups) {
      SharedMacs macs = SharedMacs.of(group);
      shared.add(macs);
      open += group.trials().size();
      alone = alone.add(macs.alone());
      together = together.add(BigInteger.valueOf(macs.together()));
      Trial baseline = group.baseline();
      baselines += group.trials().contains(baseline) ? 0 : baseline.flow().macs();
    }
    boolean measuresQuality = sweep.measure().quality().isPresent();
    Parts parts = new Parts(List.of(), 1, 0);
    if (measuresQuality) {
      parts = parts(shared, sweep.measure().quality().get().batchSize());
      together = together.add(BigInteger.valueOf(parts.macsRepeated));
    }
    BigInteger times = BigInteger.valueOf(measuresQuality ? images : 0);
    long decodes = groups.isEmpty() ? 0 : images;
    return new Plan(
        sweep,
        source,
        trials,
        duplicates,
        committed,
        groups,
        parts.units,
        decodes,
        measuresQuality ? times.longValue() * open - decodes : 0,
        alone.multiply(times),
        alone.subtract(together).multiply(times),
        estimate(together.multiply(times).doubleValue(), alone.doubleValue() + baselines),
        new Cut(slots, parts.most, BigInteger.valueOf(parts.macsRepeated).multiply(times)));
  }

  /**
   * All units.
   *
   * @param most parts that the trials of a group are in
   * @param macsRepeated of an image, because parts do not share layers with each other
   */
  private record Parts(List<Unit> units, int most, long macsRepeated) {}

  /**
   * All trials of a group are in one unit, unless slots would find none: then a unit costs at most
   * what leaves each slot several of them.
   *
   * @param shared of the groups, in their order
   */
  private Parts parts(List<SharedMacs> shared, int batchSize) {
    List<Integer> lengths =
        shared.stream().map(macs -> length(macs.together(), batchSize)).toList();
    long ranges = lengths.stream().mapToLong(length -> (images + length - 1) / length).sum();
    double all = shared.stream().mapToDouble(SharedMacs::together).sum() * images;
    double most = Math.max(LEAST_MACS_OF_A_PART, all / ((double) UNITS_OF_A_SLOT * slots));
    List<Unit> units = new ArrayList<>();
    int mostParts = 1;
    long repeated = 0;
    for (int i = 0; i < groups.size(); i++) {
      Group group = groups.get(i);
      SharedMacs macs = shared.get(i);
      int length = lengths.get(i);
      double wanted = Math.ceil((double) macs.together() * length / most);
      int count = ranges >= slots ? 1 : (int) Math.min(wanted, group.trials().size());
      if (count == 1) {
        units.addAll(units(group, length, batchSize));
        continue;
      }
      List<List<Trial>> parts = macs.parts(count);
      mostParts = Math.max(mostParts, parts.size());
      repeated -= macs.together();
      for (List<Trial> part : parts) {
        Group own = new Group(group.setting(), part);
        repeated += own.macs();
        units.addAll(units(own, length, batchSize));
      }
    }
    return new Parts(units, mostParts, repeated);
  }

  /** Images of a unit, whole batches; it depends on the plan alone, never on who runs it. */
  private int length(long macsOfAnImage, int batchSize) {
    double affordable = MACS_OF_A_UNIT / macsOfAnImage;
    int most = Math.max(1, Math.min(MOST_IMAGES_OF_A_UNIT, images / LEAST_UNITS));
    int batches = Math.max(1, (int) Math.min(affordable, most) / batchSize);
    return Math.multiplyExact(batches, batchSize);
  }

  private List<Unit> units(Group group, int length, int batchSize) {
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
