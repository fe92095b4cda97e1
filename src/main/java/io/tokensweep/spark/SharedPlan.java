package io.tokensweep.spark;

import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Unit;
import java.io.Serializable;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * What all tasks of a run have in common. It is broadcast, so each executor gets it once; a task
 * carries a {@link Place} in it. Weights are no part of it: an executor reads them from their file.
 *
 * @param pixels with the index of the data set
 * @param bad indices of images that cannot be decoded
 * @param groups that are measured
 * @param parts trials of quality units: of a group all, or some
 */
record SharedPlan(CachedPixels pixels, Set<Integer> bad, List<Group> groups, List<Group> parts)
    implements Serializable {
  SharedPlan {
    bad = Set.copyOf(bad);
    groups = List.copyOf(groups);
    parts = List.copyOf(parts);
  }

  /**
   * A unit without its trials.
   *
   * @param part index of its trials in the parts
   */
  record Place(String unitId, int part, int from, int to) implements Serializable {}

  /** The places of units, in their order. */
  List<Place> places(List<Unit> units) {
    IdentityHashMap<Group, Integer> indices = new IdentityHashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      indices.put(parts.get(i), i);
    }
    return units.stream()
        .map(unit -> new Place(unit.id(), indices.get(unit.group()), unit.from(), unit.to()))
        .toList();
  }

  /** The unit at a place. */
  Unit unit(Place place) {
    return new Unit(place.unitId, parts.get(place.part), place.from, place.to);
  }
}
