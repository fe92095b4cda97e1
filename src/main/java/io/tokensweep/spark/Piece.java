package io.tokensweep.spark;

import java.util.Optional;

/**
 * A unit as the scheduler sees it.
 *
 * @param macs what it costs
 * @param images of all its trials, for the progress
 * @param network names what an executor keeps in memory for it
 * @param host that has its pixels at hand, if one has
 * @param title for people
 * @param work what a task gets; serializable
 */
record Piece<W>(
    String unitId,
    double macs,
    long images,
    String network,
    Optional<String> host,
    String title,
    W work) {}
