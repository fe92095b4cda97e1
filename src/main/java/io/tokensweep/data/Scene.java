package io.tokensweep.data;

import java.util.List;

/**
 * Everything that is in one picture, in coordinates that do not depend on its resolution.
 *
 * @param shape the class of the object
 * @param clutter small things behind the object
 * @param occluders things before it
 * @param grain largest deviation of the pixel noise, of a channel's range 1
 */
record Scene(
    ShapeClass shape,
    Backdrop backdrop,
    List<Figure> clutter,
    Figure object,
    List<Figure> occluders,
    double contrast,
    double brightness,
    double grain,
    long grainSeed) {

  RgbImage render(int resolution) {
    Canvas canvas = new Canvas(resolution);
    canvas.paint(backdrop);
    clutter.forEach(canvas::paint);
    canvas.paint(object);
    occluders.forEach(canvas::paint);
    return canvas.develop(contrast, brightness, grain, grainSeed);
  }
}
