package io.tokensweep.eval.conformance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tokensweep.eval.Forward;
import io.tokensweep.model.Block;
import io.tokensweep.model.Need;
import io.tokensweep.model.Tokens;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.reduction.Reduction;
import io.tokensweep.reduction.Significance;
import io.tokensweep.reduction.Site;
import io.tokensweep.reduction.SoftAssignment;
import io.tokensweep.reduction.TokenScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Runs a network once and keeps, in Java memory, what golden cases record of it. */
final class Recorder implements Forward.Observer {
  private final VisionTransformer network;
  private final long[] imageKeys;
  private final SortedMap<Integer, Reduction> sites;
  private final Set<Need> needs;
  private final int[] counts;
  private final float[] classTokens;
  private final int batch;
  private final Map<Integer, SiteRecord> records = new TreeMap<>();
  private final Map<Integer, float[]> softAssignments = new TreeMap<>();
  private final List<float[]> heads = new ArrayList<>();
  private float[] tokensFinal = new float[0];
  private float[] sizesFinal = new float[0];
  private int[] sourcesFinal = new int[0];
  private float[] logits = new float[0];

  private Recorder(NetworkCase run, SortedMap<Integer, Reduction> sites) {
    this.network = run.network();
    this.imageKeys = run.imageKeys();
    this.sites = sites;
    this.needs = sites.isEmpty() ? Set.of() : Significance.NEEDS;
    this.batch = Math.toIntExact(run.pixels().getShape().get(0));
    int depth = network.blocks().size();
    this.counts = new int[depth];
    this.classTokens = new float[batch * depth * network.architecture().width()];
  }

  static Recorder run(NetworkCase run, SortedMap<Integer, Reduction> sites) {
    Recorder recorder = new Recorder(run, sites);
    try (NDManager scope = run.pixels().getManager().newSubManager()) {
      NDArray view = run.pixels().reshape(run.pixels().getShape());
      view.attach(scope);
      recorder.logits =
          new Forward(run.network(), sites, recorder).logits(view, run.imageKeys()).toFloatArray();
    }
    return recorder;
  }

  @Override
  public Set<Need> needs() {
    return needs;
  }

  @Override
  public Tokens embedded(Tokens tokens) {
    return tokens.recordingSources();
  }

  @Override
  public void entering(int block, Tokens tokens) {
    Site site = new Site(block, imageKeys, network.weights());
    Reduction.at(sites, block, SoftAssignment.class)
        .map(r -> r.mixture(tokens.patchFeatures(), site))
        .ifPresent(m -> softAssignments.put(block, m.weights().toFloatArray()));
    Reduction.parts(sites, block)
        .filter(
            reduction ->
                reduction instanceof Reduction.BeforeBlock
                    || reduction instanceof Reduction.InsideAttention)
        .findFirst()
        .ifPresent(
            reduction -> {
              int[] sources = sources(tokens);
              records.put(
                  block,
                  new SiteRecord(
                      tokens.patches(),
                      tokens.patches(),
                      new float[0],
                      tokens.patchFeatures().toFloatArray(),
                      new float[0],
                      scores(reduction, tokens, site),
                      new float[0],
                      new double[0],
                      sources,
                      sources));
            });
  }

  private static float[] scores(Reduction reduction, Tokens tokens, Site site) {
    return reduction instanceof TokenScores scoring
        ? scoring.scores(tokens, site).toFloatArray()
        : new float[0];
  }

  @Override
  public void entered(int block, Tokens tokens) {
    records.computeIfPresent(block, (any, site) -> site.leaving(tokens));
  }

  @Override
  public void attended(int block, Block.Attended attended) {
    if (sites.containsKey(block) && !records.containsKey(block)) {
      int patches = attended.tokens().patches();
      int[] sources = sources(attended.tokens());
      NDArray significance = Significance.of(attended.attention());
      records.put(
          block,
          new SiteRecord(
              patches,
              patches,
              attended.attention().classRow().toFloatArray(),
              attended.tokens().patchFeatures().toFloatArray(),
              new float[0],
              new float[0],
              significance.toFloatArray(),
              Significance.variances(significance),
              sources,
              sources));
    }
  }

  @Override
  public void reduced(int block, Tokens tokens) {
    if (Reduction.at(sites, block, Reduction.BeforeBlock.class).isEmpty()) {
      records.computeIfPresent(block, (any, site) -> site.leaving(tokens));
    }
  }

  @Override
  public void left(int block, Tokens tokens) {
    counts[block] = tokens.count();
    int width = network.architecture().width();
    float[] classToken = tokens.x().get(":, 0, :").toFloatArray();
    for (int image = 0; image < batch; image++) {
      System.arraycopy(
          classToken, image * width, classTokens, (image * counts.length + block) * width, width);
    }
    if (block == counts.length - 1) {
      tokensFinal = tokens.x().toFloatArray();
      sizesFinal = tokens.sizes().map(NDArray::toFloatArray).orElse(sizesFinal);
      sourcesFinal = sources(tokens);
      network.headLogits(tokens).forEach(head -> heads.add(head.toFloatArray()));
    }
  }

  static int[] sources(Tokens tokens) {
    return tokens.sources().orElseThrow().toIntArray();
  }

  int batch() {
    return batch;
  }

  /** (B, classes). */
  float[] logits() {
    return logits;
  }

  /** Each head's own logits, (B, classes). */
  List<float[]> heads() {
    return heads;
  }

  /** Class token behind every block, (B, L, D). */
  float[] classTokens() {
    return classTokens;
  }

  /** All tokens behind the last block, (B, T, D). */
  float[] tokensFinal() {
    return tokensFinal;
  }

  /** Sizes of all tokens behind the last block, (B, T); empty if no method tracks them. */
  float[] sizesFinal() {
    return sizesFinal;
  }

  /** Final patch token of each original patch, (B, N0), -1 if there is none. */
  int[] sourcesFinal() {
    return sourcesFinal;
  }

  /** Tokens behind every block, specials included. */
  int[] counts() {
    return counts;
  }

  Optional<SiteRecord> siteIfAny(int block) {
    return Optional.ofNullable(records.get(block));
  }

  /** Share of each token that came in each that went on, (B, c, N); empty if nothing was shared. */
  float[] softAssignment(int block) {
    return softAssignments.getOrDefault(block, new float[0]);
  }

  SiteRecord site(int block) {
    return records.get(block);
  }
}
