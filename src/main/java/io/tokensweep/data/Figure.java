package io.tokensweep.data;

import java.util.List;

/**
 * A drawing in its place.
 *
 * @param parts from back to front
 * @param lightX how much brighter the drawing gets to the right, per unit of the drawing
 * @param lightY how much brighter it gets downwards
 */
record Figure(List<Part> parts, Pose pose, Palette palette, double lightX, double lightY) {}
