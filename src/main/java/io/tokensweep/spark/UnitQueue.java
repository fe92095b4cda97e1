package io.tokensweep.spark;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The units that wait, handed out in bundles. A bundle is what one task does: units of one network
 * that take about {@link #TASK_SECONDS} together, as measured so far, so fast devices get many
 * small units at once. Towards the end bundles become smaller and slots end together. What a unit
 * holds never depends on it. Thread-safe.
 */
final class UnitQueue<W> {
  /** Long against the time that scheduling takes, short against a run. */
  private static final double TASK_SECONDS = 20;

  /** Where slots still get their share, a task is not shorter: each costs the driver some time. */
  private static final double LEAST_TASK_SECONDS = 1;

  /** About what one CPU core does in fp32: a guess until something is measured. */
  private static final double FIRST_RATE = 3e10;

  /** Of what is left for a slot, a bundle takes this part. */
  private static final int PARTS = 4;

  private final Deque<Piece<W>> waiting = new ArrayDeque<>();
  private final Map<String, Integer> failures = new HashMap<>();
  private final int mostUnits;
  private double left;
  private double macs;
  private double seconds;

  /**
   * @param pieces in the order in which they are wanted
   * @param mostUnits of a bundle
   */
  UnitQueue(List<Piece<W>> pieces, int mostUnits) {
    this.mostUnits = mostUnits;
    waiting.addAll(pieces);
    left = pieces.stream().mapToDouble(Piece::macs).sum();
  }

  /**
   * The next bundle; empty if nothing waits now.
   *
   * @param slots that share what is left
   */
  synchronized List<Piece<W>> next(int slots) {
    List<Piece<W>> bundle = new ArrayList<>();
    double share = left / slots;
    double least = seconds > 0 ? Math.min(rate() * LEAST_TASK_SECONDS, share) : 0;
    double most = Math.max(least, Math.min(rate() * TASK_SECONDS, share / PARTS));
    double sum = 0;
    while (!waiting.isEmpty() && fits(bundle, sum, most)) {
      Piece<W> piece = waiting.remove();
      bundle.add(piece);
      sum += piece.macs();
      left -= piece.macs();
    }
    return bundle;
  }

  /** One unit always fits; those that failed once go alone, so that others do not go with them. */
  private boolean fits(List<Piece<W>> bundle, double sum, double most) {
    if (bundle.isEmpty()) {
      return true;
    }
    Piece<W> next = waiting.element();
    return bundle.size() < mostUnits
        && sum + next.macs() <= most
        && next.network().equals(bundle.get(0).network())
        && !failures.containsKey(next.unitId())
        && !failures.containsKey(bundle.get(0).unitId());
  }

  private double rate() {
    return seconds > 0 ? macs / seconds : FIRST_RATE;
  }

  /** Learns how fast a slot is. */
  synchronized void measured(Piece<W> piece, double took) {
    macs += piece.macs();
    seconds += took;
  }

  /** Puts a unit back that was not done, ahead of all others. */
  synchronized void again(Piece<W> piece) {
    waiting.addFirst(piece);
    left += piece.macs();
  }

  /** Counts a failure of a unit and returns how many it has had. */
  synchronized int failed(Piece<W> piece) {
    return failures.merge(piece.unitId(), 1, Integer::sum);
  }
}
