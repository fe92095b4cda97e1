package io.tokensweep.sweep;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.PositionInterpolation;
import java.io.Serializable;

/**
 * A backbone with its weights and those of the methods that run on it.
 *
 * @param positionEmbedding how the position embedding is fitted to other resolutions
 * @param modules further weights; they add to those of {@code checkpoint} or replace them by name
 */
public record Model(
    Architecture architecture,
    PositionInterpolation positionEmbedding,
    CheckpointReference checkpoint,
    CheckpointReference modules)
    implements Serializable {

  /** A model whose weights are all in one file. */
  public Model(
      Architecture architecture,
      PositionInterpolation positionEmbedding,
      CheckpointReference checkpoint) {
    this(architecture, positionEmbedding, checkpoint, new CheckpointReference.Absent());
  }
}
