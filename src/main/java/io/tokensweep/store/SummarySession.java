package io.tokensweep.store;

/**
 * What the summary says of a trial that ended well in one session of timing. Medians in seconds;
 * NaN if not timed.
 *
 * @param unitId names group and session
 * @param session 0-based
 * @param baselineId trial id of the unreduced network that was timed in it
 * @param batch one pass over a batch
 * @param batchBaseline of the unreduced network in the same rounds
 * @param image one pass over a single image
 * @param imageBaseline of the unreduced network in the same rounds
 * @param timedBatch images of a timed forward pass
 * @param threads engine threads of the timed process
 * @param limit most MACs per second that the device reached in the run; NaN if unknown
 */
public record SummarySession(
    String runId,
    String trialId,
    String unitId,
    int session,
    String baselineId,
    double batch,
    double batchBaseline,
    double image,
    double imageBaseline,
    int timedBatch,
    int threads,
    double limit) {}
