package io.tokensweep.spark;

import io.tokensweep.store.TrialRow;
import io.tokensweep.store.UnitCommit.QualityTotals;
import io.tokensweep.store.Wilson;
import io.tokensweep.sweep.Trial;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What one trial left in the units that were added so far. */
final class QualitySums {
  private long images;
  private long notFinite;
  private long correct1;
  private long correct5;
  private double loss;
  private double macs;
  private double macsOverhead;
  private double medoid;
  private double median;
  private double medoidNorm;
  private double medianNorm;
  private long[] left = {};
  private BigInteger digest = BigInteger.ZERO;
  private Optional<String> error = Optional.empty();

  /** Adds a unit; nothing is summed any more once the trial failed in one. */
  void add(QualityTotals unit) {
    if (!unit.error().isEmpty()) {
      error = error.or(() -> Optional.of(unit.error()));
    }
    notFinite += unit.notFinite();
    if (error.isPresent()) {
      return;
    }
    images += unit.images();
    correct1 += unit.correct1();
    correct5 += unit.correct5();
    loss += unit.loss();
    macs += unit.macs();
    macsOverhead += unit.macsOverhead();
    medoid += unit.diversityMedoid();
    median += unit.diversityMedian();
    medoidNorm += unit.diversityMedoidNorm();
    medianNorm += unit.diversityMedianNorm();
    if (left.length == 0) {
      left = new long[unit.left().size()];
    }
    for (int block = 0; block < left.length; block++) {
      left[block] += unit.left().get(block);
    }
    digest = PredictionDigest.add(digest, new BigInteger(unit.digest(), 16));
  }

  /** Why the trial failed, if it did in any unit. */
  Optional<String> error() {
    return error;
  }

  /** Images with a logit that is no number. */
  long notFinite() {
    return notFinite;
  }

  /** Means over all images of a trial that did not fail. */
  TrialRow.Quality row(Trial trial, long imagesFailed, int batchSize) {
    List<Double> tokens = new ArrayList<>();
    for (long sum : left) {
      tokens.add((double) sum / images);
    }
    return new TrialRow.Quality(
        images,
        imagesFailed,
        correct1,
        correct5,
        Wilson.percent(correct1, images),
        Wilson.percent(correct5, images),
        loss / images,
        Math.round(macs / images),
        OptionalLong.of(Math.round(macsOverhead / images)),
        tokens,
        new TrialRow.Diversity(
            medoid / images, median / images, medoidNorm / images, medianNorm / images),
        trial.diversityBlock(),
        batchSize,
        PredictionDigest.hex(digest));
  }
}
