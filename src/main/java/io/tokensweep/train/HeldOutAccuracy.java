package io.tokensweep.train;

import ai.djl.ndarray.NDManager;
import io.tokensweep.data.ShapesSource;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.PositionInterpolation;
import io.tokensweep.model.VisionTransformer;
import java.util.Map;
import org.apache.commons.math3.stat.interval.ConfidenceInterval;
import org.apache.commons.math3.stat.interval.WilsonScoreInterval;

/**
 * Accuracy on images that were never trained on.
 *
 * @param correct images that were classified correctly
 * @param images how many there were
 */
public record HeldOutAccuracy(int correct, int images) {
  private static final int BATCH = 100;

  /** Share of the images that were classified correctly. */
  public double share() {
    return (double) correct / images;
  }

  /** Lower end of the 95 % Wilson interval of the share. */
  public double lower() {
    return Math.max(0, interval().getLowerBound());
  }

  /** Upper end of the 95 % Wilson interval of the share. */
  public double upper() {
    return Math.min(1, interval().getUpperBound());
  }

  private ConfidenceInterval interval() {
    return new WilsonScoreInterval().createInterval(images, correct, 0.95);
  }

  static HeldOutAccuracy of(
      Architecture architecture,
      Map<String, HostTensor> weights,
      ShapesSource source,
      NDManager manager)
      throws InterruptedException {
    int resolution = architecture.imageSize();
    int correct = 0;
    try (NDManager model = manager.newSubManager();
        BatchStream batches = BatchStream.evaluation(source, resolution, BATCH)) {
      VisionTransformer network =
          VisionTransformer.load(
              architecture, resolution, PositionInterpolation.DEIT, weights, model);
      while (batches.hasNext()) {
        Batch batch = batches.next();
        try (NDManager scope = manager.newSubManager()) {
          correct += batch.correct(network.logits(batch.pixels(scope)));
        }
      }
    }
    return new HeldOutAccuracy(correct, source.count());
  }
}
