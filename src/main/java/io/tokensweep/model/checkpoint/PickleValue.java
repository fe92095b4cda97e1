package io.tokensweep.model.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that a pickle can become here. Whatever has no part in a weight is {@link Inert}. */
sealed interface PickleValue {

  /** A string. */
  record Text(String value) implements PickleValue {}

  /** An integer of up to 64 bits. */
  record Whole(long value) implements PickleValue {}

  /** A tuple, or a {@code torch.Size}. */
  record Tuple(List<PickleValue> items) implements PickleValue {}

  /** A dict or an OrderedDict; entries under keys other than strings are not kept. */
  final class Dict implements PickleValue {
    private final Map<String, PickleValue> entries = new LinkedHashMap<>();

    void put(PickleValue key, PickleValue value) {
      if (key instanceof Text text) {
        entries.put(text.value(), value);
      }
    }

    Map<String, PickleValue> entries() {
      return entries;
    }
  }

  /**
   * A storage that tensors are views of.
   *
   * @param key name of the archive entry under {@code data/}
   * @param type type of the elements, none if it counts bytes
   * @param elements number of elements, or of bytes
   */
  record Storage(String key, Optional<TensorType> type, long elements) implements PickleValue {}

  /** A tensor, or a parameter. */
  record Tensor(StridedView view) implements PickleValue {}

  /** A name of Python code that is known here; nothing of it is ever run. */
  record Global(Role role, Optional<TensorType> type) implements PickleValue {}

  /** What a known name stands for. */
  enum Role {
    ORDERED_DICT,
    SIZE,
    STORAGE,
    ELEMENT_TYPE,
    TENSOR,
    TYPED_TENSOR,
    PARAMETER,
    INERT
  }

  /** None, a boolean, float, bytes, list, set or namespace. */
  enum Inert implements PickleValue {
    INSTANCE
  }
}
