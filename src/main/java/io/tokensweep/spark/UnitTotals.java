package io.tokensweep.spark;

import io.tokensweep.data.ImageEntry;
import io.tokensweep.eval.Classification;
import io.tokensweep.eval.Evidence;
import io.tokensweep.eval.Outcome;
import io.tokensweep.eval.PixelBatch;
import io.tokensweep.eval.Variant;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Macs;
import io.tokensweep.store.LayerRow;
import io.tokensweep.store.PredictionRow;
import io.tokensweep.store.SourceRow;
import io.tokensweep.store.UnitCommit;
import io.tokensweep.sweep.Trial;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One trial on one unit: turns outcomes into rows and adds them up in image order. */
final class UnitTotals {
  private static final int TOP = 5;

  private final String runId;
  private final String unitId;
  private final Trial trial;
  private final Architecture architecture;
  private final List<Layer> layers = new ArrayList<>();
  private BigInteger digest = BigInteger.ZERO;
  private long images;
  private long notFinite;
  private long correct1;
  private long correct5;
  private double loss;
  private double macs;
  private double medoid;
  private double median;
  private double medoidNorm;
  private double medianNorm;

  UnitTotals(String runId, String unitId, Trial trial) {
    this.runId = runId;
    this.unitId = unitId;
    this.trial = trial;
    this.architecture = trial.model().architecture();
    for (int block = 0; block < architecture.depth(); block++) {
      layers.add(new Layer());
    }
  }

  /** Adds a batch and writes one row for each image, and its sources where they are recorded. */
  void add(PixelBatch batch, Variant variant, Outcome outcome, UnitTables tables) {
    for (int image = 0; image < batch.size(); image++) {
      PredictionRow row = row(batch.entries().get(image), image, outcome);
      tables.write(row);
      sources(runId, trial.id().value(), row.image(), image, outcome.evidence())
          .forEach(tables::write);
      images++;
      int offset = image * architecture.classes();
      notFinite +=
          Classification.isFinite(outcome.logits(), offset, architecture.classes()) ? 0 : 1;
      correct1 += row.correct1() ? 1 : 0;
      correct5 += row.correct5() ? 1 : 0;
      loss += row.loss();
      macs += row.macs();
      medoid += row.diversityMedoid();
      median += row.diversityMedian();
      long values = Math.max(1, outcome.diversity().values()[image]);
      medoidNorm += row.diversityMedoid() / values;
      medianNorm += row.diversityMedian() / values;
      digest = PredictionDigest.add(digest, row.image(), row.classes()[0]);
    }
    for (int block = 0; block < layers.size(); block++) {
      layers.get(block).add(block, variant, outcome);
    }
  }

  /**
   * Where the patches of one image of a batch go.
   *
   * @param image in the batch
   * @param name of the image
   */
  static List<SourceRow> sources(
      String runId, String trialId, String name, int image, List<Evidence> evidence) {
    List<SourceRow> rows = new ArrayList<>();
    for (int block = 0; block < evidence.size(); block++) {
      int at = block;
      evidence
          .get(block)
          .sources()
          .map(
              sources ->
                  new SourceRow(
                      runId, trialId, name, at, sources.tokens()[image], sources.ofPatch()[image]))
          .ifPresent(rows::add);
    }
    return rows;
  }

  private PredictionRow row(ImageEntry entry, int image, Outcome outcome) {
    int classes = architecture.classes();
    int offset = image * classes;
    int[] top = Classification.top(outcome.logits(), offset, classes, TOP);
    float[] topLogits = new float[top.length];
    for (int rank = 0; rank < top.length; rank++) {
      topLogits[rank] = outcome.logits()[offset + top[rank]];
    }
    int[][] left = outcome.flow().left();
    return new PredictionRow(
        runId,
        trial.id().value(),
        entry.name(),
        entry.label(),
        top,
        topLogits,
        Classification.crossEntropy(outcome.logits(), offset, classes, entry.label()),
        macs(trial, outcome.flow(), image),
        left[left.length - 1][image],
        outcome.diversity().medoid()[image],
        outcome.diversity().median()[image]);
  }

  /** Multiply-accumulates of one image, without those of the reductions themselves. */
  static long macs(Trial trial, Outcome.Flow flow, int image) {
    Architecture architecture = trial.model().architecture();
    int[][] left = flow.left();
    int patches = left[left.length - 1][image] - architecture.specials();
    long sum = Macs.stem(architecture, trial.resolution()) + Macs.head(architecture, patches);
    for (int block = 0; block < left.length; block++) {
      sum += flow.macs(architecture, block, image);
    }
    return sum;
  }

  /** One row for each block. */
  List<LayerRow> layers() {
    List<LayerRow> rows = new ArrayList<>();
    for (int block = 0; block < layers.size(); block++) {
      Layer layer = layers.get(block);
      rows.add(
          new LayerRow(
              runId,
              trial.id().value(),
              unitId,
              block,
              Math.toIntExact(images),
              layer.attended.range(images),
              layer.forwarded.range(images),
              layer.left.range(images),
              layer.work(images),
              layer.significance.spread(),
              layer.policies.json(images),
              layer.diversity.change(images)));
    }
    return images == 0 ? List.of() : rows;
  }

  UnitCommit.QualityTotals result() {
    return new UnitCommit.QualityTotals(
        trial.id().value(),
        images,
        notFinite,
        correct1,
        correct5,
        loss,
        macs,
        layers.stream().mapToDouble(layer -> layer.macsOverhead).sum(),
        medoid,
        median,
        medoidNorm,
        medianNorm,
        layers.stream().map(layer -> layer.left.sum).toList(),
        PredictionDigest.hex(digest),
        "");
  }

  /** Totals of a trial that could not be evaluated. */
  static UnitCommit.QualityTotals failed(Trial trial, String reason) {
    List<Long> nothing = Collections.nCopies(trial.model().architecture().depth(), 0L);
    return new UnitCommit.QualityTotals(
        trial.id().value(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, nothing, "", reason);
  }

  private final class Layer {
    private final Counts attended = new Counts();
    private final Counts forwarded = new Counts();
    private final Counts left = new Counts();
    private final LayerEvidence.Significance significance = new LayerEvidence.Significance();
    private final LayerEvidence.Shares policies = new LayerEvidence.Shares();
    private final LayerEvidence.Diversities diversity = new LayerEvidence.Diversities();
    private double macs;
    private double macsOverhead;
    private long rows;
    private long heads;

    void add(int block, Variant variant, Outcome outcome) {
      Outcome.Flow flow = outcome.flow();
      attended.add(flow.attended()[block]);
      forwarded.add(flow.forwarded()[block]);
      left.add(flow.left()[block]);
      int patches = architecture.patches(trial.resolution());
      for (int image = 0; image < flow.left()[block].length; image++) {
        macs += flow.macs(architecture, block, image);
        macsOverhead += flow.overhead(architecture, variant.sites(), patches, block, image);
        rows += flow.rows()[block][image];
        heads += flow.heads()[block][image];
      }
      Evidence evidence = outcome.evidence().get(block);
      evidence.significance().ifPresent(significance::add);
      evidence.policies().ifPresent(policies::add);
      evidence.diversity().ifPresent(diversity::add);
    }

    LayerRow.Work work(long images) {
      return new LayerRow.Work(
          macs / images, (double) rows / images, (double) heads / images, macsOverhead / images);
    }
  }

  private static final class Counts {
    private long sum;
    private int least = Integer.MAX_VALUE;
    private int most;

    void add(int[] counts) {
      for (int count : counts) {
        sum += count;
        least = Math.min(least, count);
        most = Math.max(most, count);
      }
    }

    LayerRow.Range range(long images) {
      return new LayerRow.Range((double) sum / images, least, most);
    }
  }
}
