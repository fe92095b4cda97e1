package io.tokensweep.eval.conformance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tokensweep.eval.Forward;
import io.tokensweep.model.Tokens;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.reduction.EvoVit;
import io.tokensweep.reduction.Reduction;
import java.util.SortedMap;
import java.util.TreeMap;

/** Runs Evo-ViT once and keeps, in Java memory, what golden cases record of its stages. */
final class StageRecords implements Forward.Observer {
  private final VisionTransformer network;
  private final SortedMap<Integer, Reduction> sites;
  private final int patches;
  private final int[] counts;
  private final SortedMap<Integer, Stage> stages = new TreeMap<>();
  private float[] tokensFinal = new float[0];
  private float[] features = new float[0];

  /**
   * How a stage begins; N patch tokens come.
   *
   * @param classAttention global class attention ahead of the sort, (B, N)
   * @param before patch token of each original patch ahead of the sort, (B, N)
   * @param after patch token of each original patch in the sorted order, (B, N); empty until the
   *     placeholders are back
   * @param slow patch tokens that pass through the stage
   */
  @SuppressWarnings("ArrayRecordComponent") // read only
  record Stage(float[] classAttention, int[] before, int[] after, int slow) {
    /** For each place in the sorted order of an image the token that comes there. */
    int[] order(int image, int patches) {
      int[] order = new int[patches];
      for (int patch = image * patches; patch < (image + 1) * patches; patch++) {
        order[after[patch]] = before[patch];
      }
      return order;
    }
  }

  private StageRecords(NetworkCase run, SortedMap<Integer, Reduction> sites) {
    this.network = run.network();
    this.sites = sites;
    this.patches = network.architecture().patches(network.resolution());
    this.counts = new int[network.blocks().size()];
  }

  static StageRecords run(NetworkCase run, SortedMap<Integer, Reduction> sites) {
    StageRecords records = new StageRecords(run, sites);
    try (NDManager scope = run.pixels().getManager().newSubManager()) {
      NDArray view = run.pixels().reshape(run.pixels().getShape());
      view.attach(scope);
      new Forward(run.network(), sites, records).logits(view, run.imageKeys());
    }
    return records;
  }

  @Override
  public Tokens embedded(Tokens tokens) {
    return tokens.recordingSources();
  }

  @Override
  public void entering(int block, Tokens tokens) {
    if (begins(block)) {
      float[] attention = tokens.carried().get(EvoVit.CLASS_ATTENTION).toFloatArray();
      stages.put(block, new Stage(attention, sources(tokens), new int[0], patches));
    }
  }

  @Override
  public void entered(int block, Tokens tokens) {
    stages.computeIfPresent(
        block,
        (any, stage) ->
            new Stage(stage.classAttention, stage.before, stage.after, tokens.patches()));
  }

  @Override
  public void reduced(int block, Tokens tokens) {
    counts[block] = tokens.count();
  }

  @Override
  public void left(int block, Tokens tokens) {
    if (!stages.isEmpty() && tokens.patches() == patches) {
      stages.computeIfPresent(
          stages.lastKey(),
          (any, stage) ->
              new Stage(stage.classAttention, stage.before, sources(tokens), stage.slow));
    }
    if (block == counts.length - 1) {
      tokensFinal = tokens.x().get(":, :{}, :", counts[block]).toFloatArray();
    }
  }

  @Override
  public void read(Tokens tokens) {
    features = network.features(tokens).toFloatArray();
  }

  private boolean begins(int block) {
    return Reduction.at(sites, block, Reduction.BeforeBlock.class).isPresent();
  }

  private static int[] sources(Tokens tokens) {
    return tokens.sources().orElseThrow().toIntArray();
  }

  /** N. */
  int patches() {
    return patches;
  }

  /** By the block that a stage begins with. */
  SortedMap<Integer, Stage> stages() {
    return stages;
  }

  /** Tokens that pass through each block, the class token included. */
  int[] counts() {
    return counts;
  }

  /** The class token and the slow tokens behind the last block, (B, 1 + K, D). */
  float[] tokensFinal() {
    return tokensFinal;
  }

  /** What the head reads, (B, D). */
  float[] features() {
    return features;
  }
}
