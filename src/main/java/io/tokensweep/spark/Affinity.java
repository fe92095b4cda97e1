package io.tokensweep.spark;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which executors have a network in memory. As long as they are only some of all, units of that
 * network prefer them, and among them those on the host that has the pixels at hand. Others take a
 * unit over when it has waited {@code spark.locality.wait}. Thread-safe.
 */
final class Affinity {
  private final Map<String, Set<String>> places = new HashMap<>();

  /**
   * Notes where a unit was done.
   *
   * @param place an executor as Spark takes it for a preferred place
   */
  synchronized void note(String network, String place) {
    places.computeIfAbsent(network, absent -> new LinkedHashSet<>()).add(place);
  }

  /**
   * Where a unit of a network is best done; empty if nowhere is better than elsewhere.
   *
   * @param host that has the pixels at hand
   * @param executors that there are now
   */
  synchronized List<String> of(String network, Optional<String> host, List<String> executors) {
    Set<String> known = places.getOrDefault(network, Set.of());
    List<String> holders = executors.stream().filter(known::contains).toList();
    List<String> near =
        executors.stream()
            .filter(place -> host.isPresent() && place.startsWith(Slots.place(host.get(), "")))
            .toList();
    List<String> both = holders.stream().filter(near::contains).toList();
    List<String> best = both.isEmpty() ? (holders.isEmpty() ? near : holders) : both;
    return best.size() == executors.size() ? List.of() : best;
  }
}
