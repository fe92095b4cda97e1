package io.tokensweep.sweep;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.PositionInterpolation;
import java.io.Serializable;

/**
 * A backbone with its weights.
 *
 * @param positionEmbedding how the position embedding is fitted to other resolutions
 */
public record Model(
    Architecture architecture,
    PositionInterpolation positionEmbedding,
    CheckpointReference checkpoint)
    implements Serializable {}
