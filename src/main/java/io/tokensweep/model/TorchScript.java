package io.tokensweep.model;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * One expression of the engine's own language, for operations that its Java side does not have. Has
 * no gradient. May be used by many threads.
 */
final class TorchScript {
  private static final String CODE =
      """
      class Expression(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def forward(self: __torch__.Expression,
          %s) -> Tensor:
          return %s
      """;

  /** {@code __torch__.Expression()} with the attribute {@code training} False, protocol 2. */
  private static final byte[] OBJECT =
      HexFormat.of()
          .parseHex(
              "8002"
                  + "63" // global
                  + "5f5f746f7263685f5f0a" // __torch__
                  + "45787072657373696f6e0a" // Expression
                  + "29817d" // (), new object, {}
                  + "5808000000747261696e696e67" // training
                  + "8973622e"); // False, set item, build, stop

  /** {@code ()}. */
  private static final byte[] NO_CONSTANTS = HexFormat.of().parseHex("8002292e");

  /** Held and never closed: the engine releases a script whose model is collected. */
  private final Model model = Model.newInstance("expression", "PyTorch");

  /**
   * @param parameters names of the tensors that the expression reads
   * @throws IllegalArgumentException if the engine refuses it, as it does with operators that it
   *     was built without
   */
  TorchScript(List<String> parameters, String expression) {
    String declared =
        parameters.stream().map(name -> name + ": Tensor").collect(Collectors.joining(", "));
    try {
      model.load(new ByteArrayInputStream(archive(CODE.formatted(declared, expression))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedModelException | RuntimeException e) {
      throw new IllegalArgumentException("the engine refuses " + expression, e);
    }
  }

  /**
   * The expression's value, in the manager of the first array.
   *
   * <p>The engine's references to the arrays end here in any case: those that its own way of
   * calling a script makes stay when the call fails, and memory that is short would stay short.
   */
  NDArray of(NDArray... arrays) {
    PtSymbolBlock script = (PtSymbolBlock) model.getBlock();
    PtNDManager manager = (PtNDManager) arrays[0].getManager();
    List<IValue> references = new ArrayList<>(arrays.length);
    try {
      for (NDArray array : arrays) {
        references.add(IValue.from((PtNDArray) array));
      }
      try (IValue value = script.forward(references.toArray(IValue[]::new))) {
        return value.toTensor(manager);
      }
    } finally {
      references.forEach(IValue::close);
    }
  }

  /** A module as the engine saves it: a zip whose entries are not compressed. */
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
    ZipEntry entry = new ZipEntry("expression/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
