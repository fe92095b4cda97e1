package io.tokensweep.store;

import java.util.Optional;

/**
 * One image of a data set.
 *
 * @param contentHash SHA-256 of its bytes; empty if they could not be read
 * @param error why it cannot be evaluated; empty if it can
 */
public record ImageRow(
    String runId, String image, int label, Optional<String> contentHash, Optional<String> error) {}
