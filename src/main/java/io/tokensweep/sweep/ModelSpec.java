package io.tokensweep.sweep;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.PositionInterpolation;
import java.util.Optional;

/**
 * One model of a sweep file.
 *
 * @param checkpoint a file, {@code embedded} or {@code embedded:NAME}; empty to plan without
 *     weights
 */
record ModelSpec(
    Architecture architecture,
    PositionInterpolation positionEmbedding,
    Optional<Located<String>> checkpoint) {}
