package io.tokensweep.store;

import java.util.Optional;

/**
 * A run that is not published.
 *
 * @param started ISO 8601, UTC
 * @param progress empty before its first unit
 */
public record UnfinishedRun(
    String runId, String started, State state, Optional<RunProgress> progress) {
  /** Whether somebody is at it. */
  public enum State {
    /** A process holds it. */
    RUNNING,
    /** Its process is gone; the same command goes on from what it committed. */
    STALE
  }
}
