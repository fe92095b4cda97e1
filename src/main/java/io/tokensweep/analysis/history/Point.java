package io.tokensweep.analysis.history;

/**
 * A metric of a trial at a commit.
 *
 * @param value in the unit of its series: of what is timed the median over sessions, else that of
 *     the newest run
 * @param runs that have it
 * @param values of sessions, or of runs where the metric is none of sessions
 * @param dirty whether the runs were of code that differed from the commit; such points are in no
 *     test
 */
public record Point(Commit commit, double value, int runs, int values, boolean dirty) {}
