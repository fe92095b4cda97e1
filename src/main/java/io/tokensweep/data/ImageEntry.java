package io.tokensweep.data;

import java.io.Serializable;

/**
 * One image of a data set.
 *
 * @param name unique in its data set: the path below the data set's folder, with {@code /}
 * @param label class index
 */
public record ImageEntry(String name, int label) implements Serializable {}
