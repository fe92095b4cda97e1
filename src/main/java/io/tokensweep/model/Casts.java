package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.List;

/**
 * Number types of networks in half precision. What is decided or summed with weights is computed in
 * fp32 ({@link #wide}) and the result returns to the type of the tokens ({@link #like}); arrays of
 * fp32 pass both untouched.
 *
 * <p>The engine's Java side does not know bf16: it reports such arrays as {@code UNKNOWN} and
 * cannot make them, and softmax or {@code zerosLike} of one end the process. Matrix products,
 * norms, sums and copies work. A script converts to bf16.
 */
public final class Casts {
  private Casts() {}

  /** The same numbers in fp32; the array itself if it is of that type. */
  public static NDArray wide(NDArray array) {
    return array.toType(DataType.FLOAT32, false);
  }

  /** The numbers in the type of {@code model}; the array itself if it is of that type. */
  public static NDArray like(NDArray array, NDArray model) {
    DataType type = model.getDataType();
    if (type != DataType.UNKNOWN) {
      return array.toType(type, false);
    }
    return array.getDataType() == type ? array : Scripts.LIKE.of(array, model);
  }

  /** Whether the numbers are bf16. */
  static boolean isBrainFloat(NDArray array) {
    return array.getDataType() == DataType.UNKNOWN;
  }

  /** Memory of the numbers. */
  public static long bytes(NDArray array) {
    int each = isBrainFloat(array) ? Short.BYTES : array.getDataType().getNumOfBytes();
    return array.size() * each;
  }

  /** The numbers rounded to fp16. */
  public static NDArray half(NDArray array) {
    return array.toType(DataType.FLOAT16, false);
  }

  /** The numbers rounded to bf16. */
  public static NDArray brainFloat(NDArray array) {
    return Scripts.BRAIN_FLOAT.of(array);
  }

  /** Loaded when first used. */
  private static final class Scripts {
    private static final TorchScript LIKE =
        new TorchScript(List.of("x", "model"), "torch.to(x, ops.prim.dtype(model))");
    private static final TorchScript BRAIN_FLOAT = new TorchScript(List.of("x"), "torch.to(x, 15)");
  }
}
