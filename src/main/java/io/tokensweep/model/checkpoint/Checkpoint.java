package io.tokensweep.model.checkpoint;

import io.tokensweep.InvalidInputException;
import io.tokensweep.model.HostTensor;
import java.nio.file.Path;
import java.util.Map;

/** An open checkpoint file: named tensors that are read one at a time. */
public sealed interface Checkpoint extends AutoCloseable permits Safetensors, TorchZip {

  /** The file it was opened from. */
  Path file();

  /** Every tensor by its name in the file, in the order of the file. */
  Map<String, TensorInfo> tensors();

  /** Free text that the writer left in the file; empty for PyTorch archives. */
  Map<String, String> metadata();

  /**
   * Reads one tensor as 32-bit floats: exact for F32, F16 and BF16, rounded for F64.
   *
   * @param name one of {@link #tensors()}
   * @throws InvalidInputException if the type of the tensor is not a floating point type of at
   *     least 16 bits, if it does not fit into a Java array, or if the file cannot be read
   * @throws IllegalArgumentException if there is no such tensor
   */
  HostTensor read(String name);

  @Override
  void close();
}
