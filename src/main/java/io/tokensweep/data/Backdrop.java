package io.tokensweep.data;

/**
 * A textured background.
 *
 * @param pose from the image's unit square to the cells of the texture
 * @param seed of what is random in the texture
 */
record Backdrop(Texture texture, Pose pose, Rgb first, Rgb second, long seed) {}
