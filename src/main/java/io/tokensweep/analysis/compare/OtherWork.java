package io.tokensweep.analysis.compare;

import io.tokensweep.analysis.compare.SideTrials.Measured;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.SessionMedians;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * How busy others kept the machine while two sides were timed. It slows the trials of a session
 * together, but not all by the same part, so ratios to the unreduced network depend on it a little.
 */
final class OtherWork {
  /** The load of a short round is not known better than this. */
  private static final double LEAST = 0.1;

  private final Function<Manifest, List<SessionMedians>> sessions;
  private final Map<String, Double> base = new HashMap<>();
  private final Map<String, Double> head = new HashMap<>();

  /**
   * @param sessions in which a run timed batches
   */
  OtherWork(Function<Manifest, List<SessionMedians>> sessions) {
    this.sessions = sessions;
  }

  void add(Company.Runs runs) {
    add(runs.base(), base);
    add(runs.head(), head);
  }

  private void add(List<Measured> runs, Map<String, Double> loads) {
    for (Measured run : runs) {
      for (SessionMedians session : sessions.apply(run.run())) {
        session
            .otherLoad()
            .ifPresent(load -> loads.put(session.runId() + "/" + session.unitId(), load));
      }
    }
  }

  /**
   * One line if they were kept busy differently.
   *
   * @param alpha level of the test, which takes sessions for independent
   */
  Optional<String> warning(double alpha) {
    if (base.isEmpty() || head.isEmpty()) {
      return Optional.empty();
    }
    double[] before = values(base);
    double[] after = values(head);
    double was = new Percentile().evaluate(before, 50);
    double is = new Percentile().evaluate(after, 50);
    return Math.abs(is - was) < LEAST || RankSum.of(before, after).twoSided() > alpha
        ? Optional.empty()
        : Optional.of(
            "other work took %.0f %% of the machine's time while the base was timed, %.0f %% while the head was: ratios of times can differ by that alone"
                .formatted(100 * was, 100 * is));
  }

  private static double[] values(Map<String, Double> loads) {
    return loads.values().stream().mapToDouble(Double::doubleValue).toArray();
  }
}
