package io.tokensweep.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.VisionTransformer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one batch says about the weights.
 *
 * @param loss label-smoothed cross entropy, mean over the batch
 * @param correct images that were classified correctly
 * @param gradients of the loss by weight name
 */
record Backward(double loss, int correct, Map<String, float[]> gradients) {

  /** Forward and backward pass; nothing of it stays in native memory. */
  static Backward of(
      Architecture architecture,
      Map<String, Parameter> parameters,
      Batch batch,
      double labelSmoothing,
      NDManager manager) {
    try (NDManager scope = manager.newSubManager();
        GradientCollector collector =
            Engine.getEngine(scope.getEngine().getEngineName()).newGradientCollector()) {
      Map<String, NDArray> weights = new LinkedHashMap<>();
      parameters.forEach(
          (name, parameter) -> {
            NDArray weight =
                scope.create(parameter.value().data(), new Shape(parameter.value().shape()));
            weight.setRequiresGradient(true);
            weights.put(name, weight);
          });
      NDArray logits =
          VisionTransformer.differentiable(architecture, batch.resolution(), weights)
              .logits(batch.pixels(scope));
      NDArray targets = targets(batch, architecture.classes(), labelSmoothing, scope);
      NDArray loss = logits.logSoftmax(1).mul(targets).sum();
      collector.backward(loss);
      Map<String, float[]> gradients = new LinkedHashMap<>();
      weights.forEach((name, weight) -> gradients.put(name, weight.getGradient().toFloatArray()));
      return new Backward(loss.getFloat(), batch.correct(logits), gradients);
    }
  }

  /**
   * Factors of the log-probabilities that add up to the mean cross-entropy: -1 / B times (1 -
   * smoothing) at the label plus smoothing / classes everywhere, (B, classes).
   */
  private static NDArray targets(Batch batch, int classes, double smoothing, NDManager scope) {
    int count = batch.labels().length;
    float[] targets = new float[count * classes];
    Arrays.fill(targets, (float) (-smoothing / classes / count));
    for (int i = 0; i < count; i++) {
      targets[i * classes + batch.labels()[i]] -= (float) ((1 - smoothing) / count);
    }
    return scope.create(targets, new Shape(count, classes));
  }
}
