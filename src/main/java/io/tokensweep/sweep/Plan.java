package io.tokensweep.sweep;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.ImageSource;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a sweep will do. {@code groups}, {@code units}, {@code decodes}, {@code macs} and the time
 * are of the trials that are still to be measured.
 *
 * @param source the images
 * @param trials every trial once, in the order of the sweep file
 * @param duplicates combinations that led to a trial that was there already
 * @param committed those of {@code trials} that have been measured before
 * @param groups trials to measure, by what they share
 * @param units what to schedule; empty if the sweep measures no quality
 * @param decodes images that are decoded, once for all groups; fewer where the cache has them
 * @param decodesSaved further ones if every trial decoded for itself
 * @param macs multiply-accumulates of the quality measurement if every trial ran alone
 * @param macsSaved of these, what shared layers save
 * @param estimatedTime a rough guess for one CPU core, at 25 G MACs a second
 * @param cut how units are cut for the slots that there are
 */
public record Plan(
    Sweep sweep,
    ImageSource source,
    List<Trial> trials,
    long duplicates,
    Set<TrialId> committed,
    List<Group> groups,
    List<Unit> units,
    long decodes,
    long decodesSaved,
    BigInteger macs,
    BigInteger macsSaved,
    Duration estimatedTime,
    Cut cut) {
  public Plan {
    trials = List.copyOf(trials);
    committed = Set.copyOf(committed);
    groups = List.copyOf(groups);
    units = List.copyOf(units);
  }

  /**
   * Plans a sweep. File data sets are listed and hashed, checkpoints are hashed; nothing is
   * decoded.
   *
   * @param limit at most this many images of the data set
   * @param measured trials that need no measuring, whether or not they are in this sweep
   * @throws InvalidInputException if a combination cannot be run, naming its place in the sweep
   *     file
   */
  public static Plan of(Sweep sweep, OptionalInt limit, Set<TrialId> measured) {
    return new Planner(sweep, limit).plan(measured);
  }

  /**
   * This plan without measuring some of its trials.
   *
   * @param measured trials that need no measuring
   */
  public Plan without(Set<TrialId> measured) {
    List<Group> open = new ArrayList<>();
    for (Group group : groups) {
      List<Trial> rest =
          group.trials().stream().filter(trial -> !measured.contains(trial.id())).toList();
      if (!rest.isEmpty()) {
        open.add(new Group(group.setting(), rest));
      }
    }
    Set<TrialId> all = new HashSet<>(committed);
    trials.stream().map(Trial::id).filter(measured::contains).forEach(all::add);
    return new Totals(sweep, source, open, cut.slots()).plan(trials, duplicates, all);
  }

  /**
   * This plan for some slots. Where units are fewer than slots, the trials of a group are cut into
   * several units, along the layers that they share; each image range stays as it is, so what is
   * measured is the same.
   */
  public Plan cutFor(int slots) {
    return new Totals(sweep, source, groups, slots).plan(trials, duplicates, committed);
  }

  /** The trials of each unit, once for all units that have them in common. */
  public List<Group> parts() {
    Set<Group> parts = Collections.newSetFromMap(new IdentityHashMap<>());
    return units.stream().map(Unit::group).filter(parts::add).toList();
  }

  /** This plan with no other trials than these, as far as it has them. */
  public Plan only(Set<TrialId> wanted) {
    List<Group> some = new ArrayList<>();
    for (Group group : groups) {
      List<Trial> rest =
          group.trials().stream().filter(trial -> wanted.contains(trial.id())).toList();
      if (!rest.isEmpty()) {
        some.add(new Group(group.setting(), rest));
      }
    }
    Set<TrialId> done = new HashSet<>(committed);
    done.retainAll(wanted);
    return new Totals(sweep, source, some, cut.slots())
        .plan(
            trials.stream().filter(trial -> wanted.contains(trial.id())).toList(),
            duplicates,
            done);
  }

  /** Number of images of the data set. */
  public int images() {
    return source.images().size();
  }
}
