package io.tokensweep.data;

import io.tokensweep.InvalidInputException;

/**
 * Draws the pictures of the procedural data set: a pure function of (seed, index, resolution) whose
 * bytes are the same on every machine, because it uses nothing but IEEE arithmetic and {@link
 * StrictMath}. One (seed, index) is one scene at every resolution; only the pixel noise differs.
 */
final class ShapesRenderer {
  /** Names the drawing: part of every content hash, to be raised whenever any pixel changes. */
  static final String VERSION = "shapes-4";

  static final int SMALLEST_RESOLUTION = 16;

  private static final long LABELS = 0x6C6162656C73L;
  private static final long SCENES = 0x7363656E6573L;

  private ShapesRenderer() {}

  /** Each ten consecutive images from a multiple of ten on have the ten classes in random order. */
  static ShapeClass shape(long seed, int index) {
    ShapeClass[] classes = ShapeClass.values();
    SceneRandom random = new SceneRandom(seed ^ LABELS, index / classes.length);
    for (int i = classes.length - 1; i > 0; i--) {
      int j = random.below(i + 1);
      ShapeClass swapped = classes[i];
      classes[i] = classes[j];
      classes[j] = swapped;
    }
    return classes[index % classes.length];
  }

  static Scene scene(long seed, int index) {
    return SceneComposer.compose(shape(seed, index), new SceneRandom(seed ^ SCENES, index));
  }

  /**
   * Draws one picture.
   *
   * @throws InvalidInputException if the resolution is below {@link #SMALLEST_RESOLUTION}
   */
  static RgbImage render(long seed, int index, int resolution) {
    if (resolution < SMALLEST_RESOLUTION) {
      throw new InvalidInputException(
          "shapes: resolution %d, allowed are %d and more"
              .formatted(resolution, SMALLEST_RESOLUTION));
    }
    return scene(seed, index).render(resolution);
  }
}
