package io.tokensweep.model.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Writes the opcodes that Python's pickle module writes with protocol 2. */
final class PickleWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  PickleWriter() {
    raw(0x80, 2);
  }

  PickleWriter raw(int... opcodes) {
    for (int opcode : opcodes) {
      bytes.write(opcode);
    }
    return this;
  }

  PickleWriter ascii(String opcodes) {
    bytes.writeBytes(opcodes.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  PickleWriter global(String module, String name) {
    return ascii("c" + module + "\n" + name + "\n");
  }

  PickleWriter text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    raw('X').integer(utf8.length);
    bytes.writeBytes(utf8);
    return this;
  }

  PickleWriter whole(long value) {
    if (value == (int) value) {
      return raw('J').integer((int) value);
    }
    raw(0x8a, 8);
    bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  PickleWriter wholes(List<Long> values) {
    raw('(');
    values.forEach(this::whole);
    return raw('t');
  }

  PickleWriter integer(int value) {
    bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  /** A tensor as {@code torch.save} writes it. */
  PickleWriter tensor(StoredTensor tensor) {
    global("torch._utils", "_rebuild_tensor_v2");
    raw('(', '(').text("storage").global("torch", tensor.storageType()).text(tensor.key());
    text("cpu").whole(tensor.storageElements()).raw('t', 'Q');
    whole(tensor.offset()).wholes(tensor.shape()).wholes(tensor.strides()).raw(0x89);
    return emptyOrderedDict().raw('t', 'R');
  }

  PickleWriter emptyOrderedDict() {
    return global("collections", "OrderedDict").raw(')', 'R');
  }

  /** An OrderedDict of tensors with the {@code _metadata} attribute of a module's state dict. */
  PickleWriter stateDict(Map<String, StoredTensor> tensors) {
    emptyOrderedDict().raw('q', 0, '(');
    tensors.forEach((name, tensor) -> text(name).tensor(tensor));
    raw('u', '}').text("_metadata").emptyOrderedDict();
    return raw('s', 'b');
  }

  byte[] stop() {
    raw('.');
    return bytes.toByteArray();
  }

  /** The arguments of a tensor in a pickle. */
  record StoredTensor(
      String storageType,
      String key,
      long storageElements,
      long offset,
      List<Long> shape,
      List<Long> strides) {

    /** A tensor that is the whole of its storage. */
    static StoredTensor contiguous(String storageType, String key, List<Long> shape) {
      Long[] strides = new Long[shape.size()];
      long elements = 1;
      for (int axis = shape.size() - 1; axis >= 0; axis--) {
        strides[axis] = elements;
        elements *= shape.get(axis);
      }
      return new StoredTensor(storageType, key, elements, 0, shape, List.of(strides));
    }
  }
}
