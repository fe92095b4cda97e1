package io.tokensweep.analysis.history;

/**
 * A trial that ended well up to a commit and not from the next one on, or the other way round.
 *
 * @param before the last commit that was measured before
 * @param after the first commit that was measured after
 * @param mended whether it ends well after it
 */
public record Break(String trialId, String machine, Commit before, Commit after, boolean mended) {}
