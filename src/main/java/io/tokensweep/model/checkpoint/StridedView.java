package io.tokensweep.model.checkpoint;

import java.util.List;

/**
 * A tensor as a view of a storage.
 *
 * @param key name of the storage
 * @param type type of the elements
 * @param storageElements length of the storage
 * @param offset index in the storage of the first element
 * @param shape dimensions, outermost first
 * @param strides steps in the storage, one for each dimension
 */
record StridedView(
    String key,
    TensorType type,
    long storageElements,
    long offset,
    List<Long> shape,
    List<Long> strides) {

  /** More elements than the storage has are accepted up to this number. */
  private static final long MOST_REPEATED = 1 << 24;

  /**
   * Checks that every element is inside the storage.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  StridedView {
    if (shape.size() != strides.size()) {
      throw new IllegalArgumentException(
          "shape %s and strides %s differ in length".formatted(shape, strides));
    }
    boolean negative =
        offset < 0
            || storageElements < 0
            || shape.stream().anyMatch(n -> n < 0)
            || strides.stream().anyMatch(n -> n < 0);
    if (negative) {
      throw new IllegalArgumentException(
          "offset %d, shape %s and strides %s are not all at least 0"
              .formatted(offset, shape, strides));
    }
    try {
      Math.multiplyExact(storageElements, (long) type.bits());
      long elements = product(shape);
      long length = elements == 0 ? offset : Math.addExact(last(offset, shape, strides), 1L);
      if (length > storageElements || (elements > storageElements && elements > MOST_REPEATED)) {
        throw new IllegalArgumentException(
            "offset %d, shape %s and strides %s reach beyond the %d elements of storage"
                .formatted(offset, shape, strides, storageElements));
      }
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "offset %d, shape %s and strides %s overflow".formatted(offset, shape, strides), e);
    }
  }

  long elements() {
    return product(shape);
  }

  /** Elements of the storage from the first to the last of the view. */
  long span() {
    return elements() == 0 ? 0 : last(offset, shape, strides) - offset + 1;
  }

  /**
   * Collects the elements in row-major order.
   *
   * @param stored the {@link #span()} elements of the storage
   */
  float[] gather(float[] stored) {
    if (isContiguous()) {
      return stored;
    }
    float[] data = new float[(int) elements()];
    long[] index = new long[shape.size()];
    long at = 0;
    for (int i = 0; i < data.length; i++) {
      data[i] = stored[(int) at];
      int axis = shape.size() - 1;
      while (axis >= 0 && index[axis] == shape.get(axis) - 1) {
        at -= index[axis] * strides.get(axis);
        index[axis] = 0;
        axis--;
      }
      if (axis >= 0) {
        index[axis]++;
        at += strides.get(axis);
      }
    }
    return data;
  }

  private boolean isContiguous() {
    long step = 1;
    for (int axis = shape.size() - 1; axis >= 0; axis--) {
      if (shape.get(axis) != 1 && strides.get(axis) != step) {
        return false;
      }
      step *= shape.get(axis);
    }
    return true;
  }

  private static long product(List<Long> shape) {
    long product = 1;
    for (long dimension : shape) {
      product = Math.multiplyExact(product, dimension);
    }
    return product;
  }

  private static long last(long offset, List<Long> shape, List<Long> strides) {
    long last = offset;
    for (int axis = 0; axis < shape.size(); axis++) {
      last = Math.addExact(last, Math.multiplyExact(shape.get(axis) - 1, strides.get(axis)));
    }
    return last;
  }
}
