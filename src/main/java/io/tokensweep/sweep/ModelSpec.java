package io.tokensweep.sweep;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.PositionInterpolation;
import java.util.Optional;

/**
 * One model of a sweep file.
 *
 * @param checkpoint a file, {@code embedded} or {@code embedded:NAME}; empty to plan without
 *     weights
 * @param modules the same for the file with the weights of methods; empty where there is none
 */
record ModelSpec(
    Architecture architecture,
    PositionInterpolation positionEmbedding,
    Optional<Located<String>> checkpoint,
    Optional<Located<String>> modules) {}
