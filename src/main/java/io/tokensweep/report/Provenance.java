package io.tokensweep.report;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where the figures of a report come from.
 *
 * @param data the data set in words
 * @param started of the run
 * @param commit git commit, empty outside a repository
 * @param dirty whether the working tree differed from the commit
 * @param details everything else worth knowing, in the order shown
 */
public record Provenance(
    String data, Instant started, Optional<String> commit, boolean dirty, List<Detail> details) {
  public Provenance {
    details = List.copyOf(details);
  }

  /** A named value. */
  public record Detail(String name, String value) {}
}
