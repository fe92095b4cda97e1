package io.tokensweep.store;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.schema.MessageType;

/** Predictions of some trials of one run, column by column; images are numbered as they come. */
public final class PredictionColumns {
  private static final MessageType COLUMNS =
      ParquetRows.columns(
          Tables.PREDICTIONS,
          List.of(
              "trial_id", "image", "pred1", "correct1", "correct5", "loss", "diversity_medoid"));

  private final Map<String, Integer> images = new HashMap<>();
  private final Map<String, Trial> trials = new HashMap<>();

  private PredictionColumns() {}

  /** One trial; each array has a value for each image number. */
  private static final class Trial {
    private final BitSet present = new BitSet();
    private final BitSet correct1 = new BitSet();
    private final BitSet correct5 = new BitSet();
    private int[] predicted = new int[1024];
    private double[] loss = new double[1024];
    private double[] diversity = new double[1024];

    void add(int image, ParquetRows.Row row) {
      if (image >= predicted.length) {
        int length = Math.max(image + 1, 2 * predicted.length);
        predicted = Arrays.copyOf(predicted, length);
        loss = Arrays.copyOf(loss, length);
        diversity = Arrays.copyOf(diversity, length);
      }
      present.set(image);
      correct1.set(image, row.bool("correct1"));
      correct5.set(image, row.bool("correct5"));
      predicted[image] = row.has("pred1") ? row.int32("pred1") : -1;
      loss[image] = row.real("loss");
      diversity[image] = row.real("diversity_medoid");
    }
  }

  /**
   * Reads what a run itself holds of some trials.
   *
   * @throws io.tokensweep.InvalidInputException if a file is missing or damaged
   */
  static PredictionColumns read(Manifest manifest, Path root, Set<String> trials) {
    PredictionColumns columns = new PredictionColumns();
    for (StoredFile file : manifest.files()) {
      if (file.path().startsWith(Tables.PREDICTIONS.name() + "/")) {
        ParquetRows.readTrials(root.resolve(file.path()), COLUMNS, trials, columns::add);
      }
    }
    return columns;
  }

  private void add(ParquetRows.Row row) {
    int image = images.computeIfAbsent(row.text("image"), any -> images.size());
    trials.computeIfAbsent(row.text("trial_id"), any -> new Trial()).add(image, row);
  }

  /**
   * One trial as two sides saw it, on the images that both have.
   *
   * @param images how many
   * @param changed 1 for each image whose first prediction differs, 0 for the others
   * @param correct1 for each side 1 or 0 for each image
   * @param correct5 likewise
   * @param loss for each side nats for each image
   * @param diversity for each side r(Z) for each image
   */
  @SuppressWarnings("ArrayRecordComponent") // read only
  public record Pair(
      int images,
      double[] changed,
      double[][] correct1,
      double[][] correct5,
      double[][] loss,
      double[][] diversity) {}

  /** The pair of a trial that both hold; no images if one does not. */
  public static Pair pair(PredictionColumns base, PredictionColumns head, String trial) {
    Trial first = base.trials.getOrDefault(trial, new Trial());
    Trial second = head.trials.getOrDefault(trial, new Trial());
    int[][] numbers =
        base.images.entrySet().stream()
            .filter(entry -> first.present.get(entry.getValue()))
            .filter(entry -> head.images.containsKey(entry.getKey()))
            .map(entry -> new int[] {entry.getValue(), head.images.get(entry.getKey())})
            .filter(pair -> second.present.get(pair[1]))
            .sorted((one, other) -> Integer.compare(one[0], other[0]))
            .toArray(int[][]::new);
    int images = numbers.length;
    double[][][] values = new double[4][2][images];
    double[] changed = new double[images];
    for (int i = 0; i < images; i++) {
      int was = numbers[i][0];
      int is = numbers[i][1];
      changed[i] = first.predicted[was] == second.predicted[is] ? 0 : 1;
      values[0][0][i] = first.correct1.get(was) ? 1 : 0;
      values[0][1][i] = second.correct1.get(is) ? 1 : 0;
      values[1][0][i] = first.correct5.get(was) ? 1 : 0;
      values[1][1][i] = second.correct5.get(is) ? 1 : 0;
      values[2][0][i] = first.loss[was];
      values[2][1][i] = second.loss[is];
      values[3][0][i] = first.diversity[was];
      values[3][1][i] = second.diversity[is];
    }
    return new Pair(images, changed, values[0], values[1], values[2], values[3]);
  }
}
