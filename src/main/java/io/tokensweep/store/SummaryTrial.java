package io.tokensweep.store;

/**
 * What the summary says of a trial in one run. A number that was not measured is NaN, a text is
 * empty.
 *
 * @param images that were evaluated
 * @param top1 percent
 * @param top5 percent
 * @param loss nats
 * @param diversity r(Z) with z one of the tokens, mean over images
 * @param macs of one image
 * @param params trained values of the network
 * @param tokens JSON list: tokens that leave each block
 * @param digest equal for equal first predictions
 * @param qualityBatch images of a forward pass when the quality was measured; 0 if it was not
 * @param throughput images per second
 * @param latency median of one image alone, milliseconds
 * @param memory bytes at the peak of a forward pass
 * @param limit most MACs per second that the device reached
 * @param timedBatch images of a timed forward pass; 0 if it was not timed
 * @param threads engine threads of the timed process; 0 if it was not timed
 */
public record SummaryTrial(
    String runId,
    String trialId,
    TrialRow.Status status,
    double images,
    double top1,
    double top5,
    double loss,
    double diversity,
    double macs,
    double params,
    String tokens,
    String digest,
    int qualityBatch,
    double throughput,
    double latency,
    double memory,
    double limit,
    int timedBatch,
    int threads) {}
