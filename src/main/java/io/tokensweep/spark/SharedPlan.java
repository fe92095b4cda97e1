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
 */
record SharedPlan(CachedPixels pixels, Set<Integer> bad, List<Group> groups)
    implements Serializable {
  SharedPlan {
    bad = Set.copyOf(bad);
    groups = List.copyOf(groups);
  }

  /**
   * A unit without its trials.
   *
   * @param group index of its group
   */
  record Place(String unitId, int group, int from, int to) implements Serializable {}

  /** The places of units, in their order. */
  List<Place> places(List<Unit> units) {
    IdentityHashMap<Group, Integer> indices = new IdentityHashMap<>();
    for (int i = 0; i < groups.size(); i++) {
      indices.put(groups.get(i), i);
    }
    return units.stream()
        .map(unit -> new Place(unit.id(), indices.get(unit.group()), unit.from(), unit.to()))
        .toList();
  }

  /** The unit at a place. */
  Unit unit(Place place) {
    return new Unit(place.unitId, groups.get(place.group), place.from, place.to);
  }
}
