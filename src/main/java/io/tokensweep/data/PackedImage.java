package io.tokensweep.data;

import java.io.Serializable;

/**
 * Where an image lies in a data set that is packed into files.
 *
 * @param part index of the file, or of the part of a file
 * @param position in the part: of the first byte, or the row
 * @param size in bytes, or 1 row
 */
record PackedImage(ImageEntry entry, int part, long position, long size) implements Serializable {}
