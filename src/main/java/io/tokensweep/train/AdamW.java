package io.tokensweep.train;

import java.util.Map;

/**
 * AdamW (Loshchilov and Hutter 2019, Algorithm 2) after clipping by the global norm. It works on
 * Java arrays because its state has to be saved, which the optimizers of DJL keep to themselves,
 * and because they decay every weight alike.
 */
final class AdamW {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;
  private static final double LARGEST_NORM = 1;

  private AdamW() {}

  /**
   * Updates all parameters in place.
   *
   * @param gradients by name, one for each parameter
   * @param step from 0
   * @param learningRate of this step
   * @param weightDecay multiplied by the learning rate; acts on decayed parameters only
   */
  static void update(
      Map<String, Parameter> parameters,
      Map<String, float[]> gradients,
      int step,
      double learningRate,
      double weightDecay) {
    float scale = (float) Math.min(1, LARGEST_NORM / norm(gradients));
    float rate = (float) (learningRate / (1 - StrictMath.pow(BETA1, step + 1)));
    float correction = (float) (1 / StrictMath.sqrt(1 - StrictMath.pow(BETA2, step + 1)));
    parameters.forEach(
        (name, parameter) ->
            update(
                parameter,
                gradients.get(name),
                scale,
                rate,
                correction,
                parameter.decayed() ? (float) (1 - learningRate * weightDecay) : 1));
  }

  private static void update(
      Parameter parameter,
      float[] gradient,
      float scale,
      float rate,
      float correction,
      float kept) {
    float[] value = parameter.value().data();
    float[] mean = parameter.mean();
    float[] variance = parameter.variance();
    for (int i = 0; i < value.length; i++) {
      float g = gradient[i] * scale;
      mean[i] = (float) BETA1 * mean[i] + (float) (1 - BETA1) * g;
      variance[i] = (float) BETA2 * variance[i] + (float) (1 - BETA2) * g * g;
      float root = (float) Math.sqrt(variance[i]) * correction;
      value[i] = value[i] * kept - rate * mean[i] / (root + (float) EPSILON);
    }
  }

  /** l2 norm over all gradients together. */
  private static double norm(Map<String, float[]> gradients) {
    double sum = 0;
    for (float[] gradient : gradients.values()) {
      for (float g : gradient) {
        sum += (double) g * g;
      }
    }
    return Math.sqrt(sum);
  }
}
