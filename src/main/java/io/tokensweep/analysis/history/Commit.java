package io.tokensweep.analysis.history;

import java.time.Instant;

/**
 * A commit of the line along which a history goes.
 *
 * @param hash in full
 * @param place on the line, 0 for the oldest
 * @param time of the commit, or of its first run where that is unknown
 * @param merge whether it has several parents
 * @param subject first line of its message; empty where it is not known
 */
public record Commit(String hash, int place, Instant time, boolean merge, String subject) {}
