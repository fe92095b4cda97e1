package io.tokensweep.model.checkpoint;

import static io.tokensweep.model.checkpoint.PickleValue.Role;

import io.tokensweep.model.checkpoint.PickleValue.Global;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The only names of Python code that a checkpoint may refer to. */
final class PickleGlobals {
  private static final Map<String, Global> ALLOWED = allowed();

  private PickleGlobals() {}

  static Optional<Global> find(String module, String name) {
    return Optional.ofNullable(ALLOWED.get(module + "." + name));
  }

  private static Map<String, Global> allowed() {
    Map<String, Global> allowed = new HashMap<>();
    allow(allowed, Role.ORDERED_DICT, "collections.OrderedDict");
    allow(allowed, Role.SIZE, "torch.Size");
    allow(allowed, Role.TENSOR, "torch._utils._rebuild_tensor");
    allow(allowed, Role.TENSOR, "torch._utils._rebuild_tensor_v2");
    allow(allowed, Role.TYPED_TENSOR, "torch._utils._rebuild_tensor_v3");
    allow(allowed, Role.PARAMETER, "torch._utils._rebuild_parameter");
    allow(allowed, Role.PARAMETER, "torch._utils._rebuild_parameter_with_state");
    allow(allowed, Role.STORAGE, "torch.storage.UntypedStorage");
    allow(allowed, Role.STORAGE, "torch.storage.TypedStorage");
    allow(allowed, Role.STORAGE, "torch.UntypedStorage");
    allow(allowed, Role.INERT, "argparse.Namespace");
    allow(allowed, Role.INERT, "_codecs.encode");
    for (String module : new String[] {"__builtin__", "builtins"}) {
      for (String name : new String[] {"set", "frozenset", "bytes", "bytearray"}) {
        allow(allowed, Role.INERT, module + "." + name);
      }
    }
    type(allowed, TensorType.F64, "DoubleStorage", "float64", "double");
    type(allowed, TensorType.F32, "FloatStorage", "float32", "float");
    type(allowed, TensorType.F16, "HalfStorage", "float16", "half");
    type(allowed, TensorType.BF16, "BFloat16Storage", "bfloat16");
    type(allowed, TensorType.I64, "LongStorage", "int64", "long");
    type(allowed, TensorType.I32, "IntStorage", "int32", "int");
    type(allowed, TensorType.I16, "ShortStorage", "int16", "short");
    type(allowed, TensorType.I8, "CharStorage", "int8");
    type(allowed, TensorType.U8, "ByteStorage", "uint8");
    type(allowed, TensorType.BOOL, "BoolStorage", "bool");
    type(allowed, TensorType.U16, "UInt16Storage", "uint16");
    type(allowed, TensorType.U32, "UInt32Storage", "uint32");
    type(allowed, TensorType.U64, "UInt64Storage", "uint64");
    return Map.copyOf(allowed);
  }

  private static void allow(Map<String, Global> allowed, Role role, String name) {
    allowed.put(name, new Global(role, Optional.empty()));
  }

  private static void type(
      Map<String, Global> allowed, TensorType type, String storage, String... names) {
    allowed.put("torch." + storage, new Global(Role.STORAGE, Optional.of(type)));
    for (String name : names) {
      allowed.put("torch." + name, new Global(Role.ELEMENT_TYPE, Optional.of(type)));
    }
  }
}
