package io.tokensweep.analysis.compare;

import io.tokensweep.analysis.compare.TrialComparison.Flips;
import io.tokensweep.store.PredictionColumns;
import io.tokensweep.store.TrialRow.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.inference.TTest;

/**
 * Compares what was predicted, image against image. Accuracies are tested with {@link McNemar}, the
 * mean loss and the mean diversity with the paired t test; every difference has a paired bootstrap
 * interval.
 *
 * @param flips what became of the first predictions
 * @param metrics in the order of {@link Metric}
 */
record ImageEvidence(Flips flips, List<Evidence> metrics) {

  @SuppressWarnings("ArrayRecordComponent") // read only
  private record Part(Metric metric, double scale, double[][] sides, OptionalDouble p) {
    double[] differences() {
      double[] differences = new double[sides[0].length];
      Arrays.setAll(differences, i -> scale * (sides[1][i] - sides[0][i]));
      return differences;
    }
  }

  /**
   * @param pair of at least one image
   */
  static ImageEvidence of(PredictionColumns.Pair pair) {
    McNemar top1 = McNemar.of(pair.correct1()[0], pair.correct1()[1]);
    McNemar top5 = McNemar.of(pair.correct5()[0], pair.correct5()[1]);
    double diversity = StatUtils.mean(pair.diversity()[0]);
    List<Part> parts =
        List.of(
            new Part(Metric.TOP1, 100, pair.correct1(), OptionalDouble.of(top1.p())),
            new Part(Metric.TOP5, 100, pair.correct5(), OptionalDouble.of(top5.p())),
            new Part(Metric.LOSS, 1, pair.loss(), pairedT(pair.loss())),
            new Part(
                Metric.DIVERSITY,
                diversity == 0 ? 1 : 100 / diversity,
                pair.diversity(),
                pairedT(pair.diversity())));
    List<Interval> effects =
        PairedBootstrap.means(
            Stream.concat(
                    parts.stream().map(Part::differences),
                    Stream.of(Arrays.stream(pair.changed()).map(one -> 100 * one).toArray()))
                .toArray(double[][]::new));
    long changed = Math.round(StatUtils.sum(pair.changed()));
    List<Evidence> metrics = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      double shown = part.metric().unit().equals("points") ? 100 : 1;
      metrics.add(
          new Evidence(
              part.metric(),
              shown * StatUtils.mean(part.sides()[0]),
              shown * StatUtils.mean(part.sides()[1]),
              effects.get(i),
              effects.get(i),
              part.p(),
              Optional.empty()));
    }
    return new ImageEvidence(
        new Flips(pair.images(), changed, effects.get(parts.size()), top1), List.copyOf(metrics));
  }

  /** Empty if all differences are equal, of which a t test can say nothing. */
  private static OptionalDouble pairedT(double[][] sides) {
    double[] differences = new double[sides[0].length];
    Arrays.setAll(differences, i -> sides[1][i] - sides[0][i]);
    return differences.length < 2 || !(StatUtils.variance(differences) > 0)
        ? OptionalDouble.empty()
        : OptionalDouble.of(new TTest().pairedTTest(sides[0], sides[1]));
  }
}
