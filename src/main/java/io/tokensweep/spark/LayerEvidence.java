package io.tokensweep.spark;

import io.tokensweep.eval.Diversity;
import io.tokensweep.eval.Evidence;
import io.tokensweep.reduction.Policies;
import io.tokensweep.store.LayerRow;
import io.tokensweep.sweep.CanonicalJson;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.util.ResizableDoubleArray;

/** Adds up what a block shows of the images of a unit, in image order; empty until added to. */
final class LayerEvidence {
  private LayerEvidence() {}

  /** Variances of the significance scores. */
  static final class Significance {
    private final ResizableDoubleArray variances = new ResizableDoubleArray();

    void add(double[] batch) {
      variances.addElements(batch);
    }

    Optional<LayerRow.Spread> spread() {
      double[] values = variances.getElements();
      if (values.length == 0) {
        return Optional.empty();
      }
      double sum = 0;
      for (double value : values) {
        sum += value;
      }
      Percentile percentile = new Percentile().withEstimationType(Percentile.EstimationType.R_7);
      percentile.setData(values);
      return Optional.of(
          new LayerRow.Spread(
              sum / values.length,
              percentile.evaluate(10),
              percentile.evaluate(50),
              percentile.evaluate(90)));
    }
  }

  /** Images by the policy that they took. */
  static final class Shares {
    private final Map<String, Integer> images = new TreeMap<>();

    void add(Policies policies) {
      policies.names().forEach(name -> images.putIfAbsent(name, 0));
      for (int taken : policies.taken()) {
        images.merge(policies.names().get(taken), 1, Integer::sum);
      }
    }

    Optional<String> json(long total) {
      Map<String, Object> shares = new TreeMap<>();
      images.forEach((name, count) -> shares.put(name, (double) count / total));
      return shares.isEmpty() ? Optional.empty() : Optional.of(CanonicalJson.of(shares));
    }
  }

  /** Diversity around the reductions of the block. */
  static final class Diversities {
    private boolean present;
    private double medoidBefore;
    private double medianBefore;
    private double medoidAfter;
    private double medianAfter;

    void add(Evidence.Change change) {
      present = true;
      Diversity.Scores before = change.before();
      Diversity.Scores after = change.after();
      for (int image = 0; image < before.medoid().length; image++) {
        medoidBefore += before.medoid()[image];
        medianBefore += before.median()[image];
        medoidAfter += after.medoid()[image];
        medianAfter += after.median()[image];
      }
    }

    Optional<LayerRow.Change> change(long images) {
      return present
          ? Optional.of(
              new LayerRow.Change(
                  medoidBefore / images,
                  medianBefore / images,
                  medoidAfter / images,
                  medianAfter / images))
          : Optional.empty();
    }
  }
}
