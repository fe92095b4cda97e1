package io.tokensweep.model;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

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
    return array.getDataType() == type ? array : Script.LIKE.run(array, model);
  }

  /** The numbers rounded to fp16. */
  public static NDArray half(NDArray array) {
    return array.toType(DataType.FLOAT16, false);
  }

  /** The numbers rounded to bf16. */
  public static NDArray brainFloat(NDArray array) {
    return Script.BRAIN_FLOAT.run(array, array);
  }

  /** A TorchScript module of one line, loaded when first used. */
  private static final class Script {
    private static final String CODE =
        """
        class Cast(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          def forward(self: __torch__.Cast,
            x: Tensor,
            model: Tensor) -> Tensor:
            return %s
        """;

    /** {@code __torch__.Cast()} with the attribute {@code training} False, protocol 2. */
    private static final byte[] OBJECT =
        HexFormat.of()
            .parseHex(
                "8002"
                    + "63" // global
                    + "5f5f746f7263685f5f0a" // __torch__
                    + "436173740a" // Cast
                    + "29817d" // (), new object, {}
                    + "5808000000747261696e696e67" // training
                    + "8973622e"); // False, set item, build, stop

    /** {@code ()}. */
    private static final byte[] NO_CONSTANTS = HexFormat.of().parseHex("8002292e");

    private static final Script LIKE = new Script("torch.to(x, ops.prim.dtype(model))");
    private static final Script BRAIN_FLOAT = new Script("torch.to(x, 15)");

    /** Held and never closed: the engine releases a script whose model is collected. */
    private final Model model;

    private Script(String expression) {
      model = Model.newInstance("cast", "PyTorch");
      try {
        model.load(new ByteArrayInputStream(archive(CODE.formatted(expression))));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (MalformedModelException e) {
        throw new IllegalStateException("the engine refuses a cast", e);
      }
    }

    NDArray run(NDArray array, NDArray like) {
      return model
          .getBlock()
          .forward(new ParameterStore(array.getManager(), false), new NDList(array, like), false)
          .singletonOrThrow();
    }

    private static byte[] archive(String code) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
        put(zip, "data.pkl", OBJECT);
        put(zip, "code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
        put(zip, "constants.pkl", NO_CONSTANTS);
        put(zip, "version", "10\n".getBytes(StandardCharsets.UTF_8));
      }
      return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
      CRC32 checksum = new CRC32();
      checksum.update(content);
      ZipEntry entry = new ZipEntry("cast/" + name);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(content.length);
      entry.setCrc(checksum.getValue());
      zip.putNextEntry(entry);
      zip.write(content);
      zip.closeEntry();
    }
  }
}
