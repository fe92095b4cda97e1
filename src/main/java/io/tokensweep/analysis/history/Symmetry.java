package io.tokensweep.analysis.history;

/**
 * How the detector treats both directions. Each series is looked through once more from its end,
 * where what was a loss is a gain: the same steps have to be found.
 *
 * @param forward steps found from the beginning, in the series that were looked through
 * @param backward steps found from the end
 * @param both found both times, at most one point apart
 * @param better commits at which most tested steps are gains
 * @param worse commits at which most tested steps are losses
 * @param suspect whether the detector is one-sided, or found steps of one direction only where
 *     chance would hardly do that
 * @param why in words; empty if it is not suspect
 */
public record Symmetry(
    int forward, int backward, int both, int better, int worse, boolean suspect, String why) {}
