package io.tokensweep.reduction;

/**
 * Where and on which images a reduction acts.
 *
 * @param block 0-based block index
 * @param imageKeys for each image of the batch a number that names it in every batch, partition and
 *     run, for methods that draw random numbers
 */
@SuppressWarnings("ArrayRecordComponent") // one array a batch, read only
public record Site(int block, long[] imageKeys) {}
