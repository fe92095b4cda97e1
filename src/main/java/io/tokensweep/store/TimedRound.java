package io.tokensweep.store;

/**
 * How long a trial took in a round.
 *
 * @param runId run that measured it
 * @param trialId the trial
 * @param unitId what was timed in the same rounds
 * @param session rank of the process that timed
 * @param round rank of the round in the session
 * @param seconds of one image
 */
public record TimedRound(
    String runId, String trialId, String unitId, int session, int round, double seconds) {}
