package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.DifferentiableOperators.Layer;
import io.tokensweep.model.Operators.LinearLayer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A linear layer as oneDNN computes it on a CPU, its weights in the order in which the kernel reads
 * them.
 *
 * @param weight packed; an opaque array in the manager of the original
 * @param bias zeros where the layer has none
 */
record PackedLinear(NDArray weight, NDArray bias) implements LinearLayer {
  /** Number types for which oneDNN has a kernel on this processor. */
  private static final Map<DataType, Boolean> SUPPORTED = new ConcurrentHashMap<>();

  /** Empty where oneDNN does not compute: on a GPU, or in a number type without a kernel here. */
  static Optional<LinearLayer> of(Layer layer) {
    return packs(layer.weight()) ? Optional.of(pack(layer)) : Optional.empty();
  }

  /** Whether oneDNN computes with arrays of this type on this array's device. */
  static boolean packs(NDArray array) {
    return !array.getDevice().isGpu()
        && SUPPORTED.computeIfAbsent(array.getDataType(), type -> supports(array));
  }

  private static PackedLinear pack(Layer layer) {
    NDArray weight = layer.weight();
    return new PackedLinear(
        Scripts.PACK.of(weight),
        layer
            .bias()
            .orElseGet(
                () -> {
                  NDManager manager = weight.getManager();
                  return Casts.like(manager.zeros(new Shape(weight.getShape().get(0))), weight);
                }));
  }

  /** Whether a product of the weight's type comes out. */
  private static boolean supports(NDArray weight) {
    try (NDManager scope = weight.getManager().newSubManager()) {
      NDArray square = Casts.like(scope.ones(new Shape(16, 16)), weight);
      Layer layer = new Layer(square, Optional.empty());
      return Casts.wide(pack(layer).of(square)).getFloat(0, 0) == 16;
    } catch (LinkageError | RuntimeException e) {
      return false;
    }
  }

  @Override
  public NDArray of(NDArray x) {
    return Scripts.LINEAR.of(x, weight, bias);
  }

  @Override
  public NDArray gelu(NDArray x) {
    return Scripts.LINEAR_GELU.of(x, weight, bias);
  }

  /** Loaded when first used; the engine refuses them where it was built without oneDNN. */
  private static final class Scripts {
    private static final List<String> PARAMETERS = List.of("x", "weight", "bias");
    private static final String NO_SCALARS = "annotate(List[Optional[number]], [])";

    private static final TorchScript PACK =
        new TorchScript(List.of("weight"), "ops.mkldnn._reorder_linear_weight(weight, None)");
    private static final TorchScript LINEAR =
        new TorchScript(
            PARAMETERS,
            "ops.mkldnn._linear_pointwise(x, weight, bias, \"none\", %s, \"\")"
                .formatted(NO_SCALARS));
    private static final TorchScript LINEAR_GELU =
        new TorchScript(
            PARAMETERS,
            "ops.mkldnn._linear_pointwise(x, weight, bias, \"gelu\", %s, \"none\")"
                .formatted(NO_SCALARS));
  }
}
