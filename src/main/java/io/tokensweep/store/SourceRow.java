package io.tokensweep.store;

/**
 * Where the original patches of an image are after a block that changed its tokens.
 *
 * @param block 0-based
 * @param tokens patch tokens after the block
 * @param sources for each original patch, row by row, the index of its token among them, -1 if it
 *     was dropped
 */
@SuppressWarnings("ArrayRecordComponent") // written once and forgotten
public record SourceRow(
    String runId, String trialId, String image, int block, int tokens, int[] sources) {}
