package io.tokensweep.model.checkpoint;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A safetensors file that holds data rather than weights: tensors are read in the type they are
 * stored in. Every reader throws {@link InvalidInputException} where the tensor is missing or of
 * another type.
 */
public final class TypedTensors implements AutoCloseable {
  private final Safetensors file;

  private TypedTensors(Safetensors file) {
    this.file = file;
  }

  /**
   * Opens a file.
   *
   * @throws InvalidInputException if it is missing or no safetensors file
   */
  public static TypedTensors open(Path file) {
    try {
      return new TypedTensors(Safetensors.open(file));
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(file + ": there is no such file", e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be read as safetensors: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Every tensor by its name, in the order of the file. */
  public Map<String, TensorInfo> tensors() {
    return file.tensors();
  }

  /** An F32 tensor, row-major. */
  public float[] floats(String name) {
    ByteBuffer stored = stored(name, TensorType.F32);
    float[] values = new float[stored.remaining() / Float.BYTES];
    stored.asFloatBuffer().get(values);
    return values;
  }

  /** An F64 tensor, row-major. */
  public double[] doubles(String name) {
    ByteBuffer stored = stored(name, TensorType.F64);
    double[] values = new double[stored.remaining() / Double.BYTES];
    stored.asDoubleBuffer().get(values);
    return values;
  }

  /** An I32 tensor, row-major. */
  public int[] integers(String name) {
    ByteBuffer stored = stored(name, TensorType.I32);
    int[] values = new int[stored.remaining() / Integer.BYTES];
    stored.asIntBuffer().get(values);
    return values;
  }

  /** A U8 tensor, row-major; the bytes are unsigned. */
  public byte[] bytes(String name) {
    ByteBuffer stored = stored(name, TensorType.U8);
    byte[] values = new byte[stored.remaining()];
    stored.get(values);
    return values;
  }

  private ByteBuffer stored(String name, TensorType type) {
    TensorInfo info = tensors().get(name);
    if (info == null) {
      throw new InvalidInputException(
          "%s: there is no tensor %s".formatted(file.file(), Quoted.of(name)));
    }
    if (info.type() != type) {
      throw new InvalidInputException(
          "%s: tensor %s is %s, expected %s"
              .formatted(file.file(), Quoted.of(name), info.type(), type));
    }
    return file.stored(name);
  }

  @Override
  public void close() {
    file.close();
  }
}
