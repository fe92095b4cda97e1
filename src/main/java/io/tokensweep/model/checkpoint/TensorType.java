package io.tokensweep.model.checkpoint;

import java.util.Optional;

/** Type of the elements of a stored tensor; the names are those of the safetensors format. */
public enum TensorType {
  BOOL(8),
  F4(4),
  F6_E2M3(6),
  F6_E3M2(6),
  U8(8),
  I8(8),
  F8_E5M2(8),
  F8_E4M3(8),
  F8_E8M0(8),
  F8_E4M3FNUZ(8),
  F8_E5M2FNUZ(8),
  I16(16),
  U16(16),
  F16(16),
  BF16(16),
  I32(32),
  U32(32),
  F32(32),
  C64(64),
  F64(64),
  I64(64),
  U64(64);

  /** The types that can be read as weights, for messages. */
  static final String WEIGHTS = "F64, F32, F16 or BF16";

  private final int bits;

  TensorType(int bits) {
    this.bits = bits;
  }

  /** Size of one element in bits. */
  public int bits() {
    return bits;
  }

  /** Whether tensors of this type can be read as weights. */
  public boolean isWeight() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }

  static Optional<TensorType> named(String name) {
    for (TensorType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
