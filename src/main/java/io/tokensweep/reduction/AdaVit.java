package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Block;
import io.tokensweep.model.Casts;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * AdaViT (Meng et al., CVPR 2022, arXiv 2111.15668; MengLcool/AdaViT; methods.md, 6.8). Trained
 * policies decide in every block which patch tokens, heads and halves of the block an image uses.
 *
 * <p>A token runs if σ of its logit on LN1(x) exceeds 0.6, a head or a half if σ of its logit on
 * the class token exceeds 0.5; the class token always runs, block 0 runs all heads and both halves.
 * A token that does not run is neither query nor key. What does not run adds nothing to the
 * residual stream. The tokens that run are packed, so that a block really computes fewer.
 */
final class AdaVit implements Method {
  private static final double TOKEN_THRESHOLD = 0.6;
  private static final double THRESHOLD = 0.5;
  private static final int FIRST_GATED = 1;

  private static final int ATTENTION = 0;
  private static final int FFN = 1;
  private static final int HALVES = 2;

  private static final String TOKENS = "attn.token_select.mlp_head";
  private static final String HEADS = "head_select.mlp_head";
  private static final String LAYERS = "layer_select.mlp_head";

  @Override
  public String name() {
    return "adavit";
  }

  @Override
  public String source() {
    return "Meng et al. 2022, MengLcool/AdaViT";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter.Flag(
            "token_with_mlp", true, "a token that is left out of attention is left out of the FFN"),
        new Parameter.Flag(
            "head_with_mlp",
            true,
            "channels of a head that does not run are 0 in the FFN's input"));
  }

  @Override
  public boolean usesKeepRate() {
    return false;
  }

  @Override
  public Map<String, List<Long>> weights(Placement placement, ParameterValues parameters) {
    Architecture architecture = placement.architecture();
    Map<String, List<Long>> weights = new LinkedHashMap<>();
    for (int block = 0; block < architecture.depth(); block++) {
      long width = architecture.width();
      weights.putAll(TrainedLayers.linearWeights(name(block, TOKENS), width, 1));
      if (block >= FIRST_GATED) {
        weights.putAll(
            TrainedLayers.linearWeights(name(block, HEADS), width, architecture.heads()));
        weights.putAll(TrainedLayers.linearWeights(name(block, LAYERS), width, HALVES));
      }
    }
    return weights;
  }

  private static String name(int block, String policy) {
    return "blocks." + block + "." + policy;
  }

  @Override
  public List<String> weightPrefixes() {
    return List.of(ANY_BLOCK + TOKENS, ANY_BLOCK + HEADS, ANY_BLOCK + LAYERS);
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    Architecture architecture = placement.architecture();
    if (!architecture.design().isPlain()) {
      throw new IllegalArgumentException("it is defined for plain ViT and DeiT only");
    }
    SortedMap<Integer, Reduction> sites = new TreeMap<>();
    for (int block = 0; block < architecture.depth(); block++) {
      sites.put(
          block,
          new Gate(
              architecture.heads(),
              block >= FIRST_GATED,
              parameters.flag("token_with_mlp"),
              parameters.flag("head_with_mlp")));
    }
    return sites;
  }

  /**
   * @param heads H
   * @param gatesHeads whether there are policies for heads and halves, not for tokens only
   */
  private record Gate(int heads, boolean gatesHeads, boolean tokenWithMlp, boolean headWithMlp)
      implements Reduction.Gating {

    /** The policies: D for each patch token, (H + 2)·D for heads and halves. */
    @Override
    public long overhead(Architecture architecture, int patches) {
      return (long) (patches + (gatesHeads ? heads + HALVES : 0)) * architecture.width();
    }

    @Override
    public Gated forward(Block block, Tokens tokens, Site site) {
      NDArray normed = block.norm1(tokens.x());
      Policy policy = policy(normed, tokens, site);

      Packing attending = new Packing(tokens.count(), policy.running(ATTENTION, true));
      Tokens attended =
          attending.isEmpty() ? tokens : attend(block, tokens, normed, policy, attending);

      Packing forwarding = new Packing(tokens.count(), policy.running(FFN, tokenWithMlp));
      Tokens output =
          forwarding.isEmpty() ? attended : feedForward(block, attended, policy, forwarding);

      return new Gated(output, attending.counts(), policy.headCounts(), forwarding.counts());
    }

    private static Tokens attend(
        Block block, Tokens tokens, NDArray normed, Policy policy, Packing packing) {
      NDManager manager = tokens.x().getManager();
      NDArray update =
          block.attention(
              packing.pack(normed),
              packing.active(manager),
              policy.headMarks(packing.images(), manager));
      return tokens.withX(tokens.x().add(packing.unpack(update)));
    }

    private Tokens feedForward(Block block, Tokens tokens, Policy policy, Packing packing) {
      NDArray normed = block.norm2(packing.pack(tokens.x()));
      NDArray update =
          block.ffn(gatesHeads && headWithMlp ? withoutHeads(normed, policy, packing) : normed);
      return tokens.withX(tokens.x().add(packing.unpack(update)));
    }

    private NDArray withoutHeads(NDArray normed, Policy policy, Packing packing) {
      NDArray marks = policy.headMarks(packing.images(), normed.getManager());
      NDArray perChannel = marks.repeat(1, normed.getShape().get(2) / heads).expandDims(1);
      return normed.mul(Casts.like(perChannel, normed));
    }

    private Policy policy(NDArray normed, Tokens tokens, Site site) {
      NDArray patches = normed.get(":, {}:, :", tokens.specials());
      NDArray classToken = tokens.x().get(":, 0, :");
      boolean[][] patchesRun = decide(patches, TOKENS, TOKEN_THRESHOLD, tokens.batch(), site);
      return new Policy(
          IntStream.range(0, tokens.batch())
              .mapToObj(image -> withSpecials(patchesRun[image], tokens.specials()))
              .toList(),
          tokens.count(),
          gatesHeads
              ? decide(classToken, HEADS, THRESHOLD, tokens.batch(), site)
              : all(tokens.batch(), heads),
          gatesHeads
              ? decide(classToken, LAYERS, THRESHOLD, tokens.batch(), site)
              : all(tokens.batch(), HALVES));
    }

    private static int[] withSpecials(boolean[] patchesRun, int specials) {
      return IntStream.range(0, specials + patchesRun.length)
          .filter(token -> token < specials || patchesRun[token - specials])
          .toArray();
    }

    private static boolean[][] all(int batch, int count) {
      boolean[][] all = new boolean[batch][count];
      for (boolean[] image : all) {
        Arrays.fill(image, true);
      }
      return all;
    }

    /** σ(logit) &gt; threshold for every image. */
    private static boolean[][] decide(
        NDArray x, String policy, double threshold, int batch, Site site) {
      String name = name(site.block(), policy);
      float[] logits = Casts.wide(TrainedLayers.linear(site, name, x)).toFloatArray();
      int each = logits.length / batch;
      boolean[][] decisions = new boolean[batch][each];
      for (int i = 0; i < logits.length; i++) {
        decisions[i / each][i % each] = 1 / (1 + Math.exp(-logits[i])) > threshold;
      }
      return decisions;
    }
  }

  /**
   * What each image of a batch uses of one block.
   *
   * @param chosen tokens that run, ascending
   * @param tokens T
   * @param heads which heads run
   * @param halves whether attention and FFN run
   */
  @SuppressWarnings("ArrayRecordComponent") // made and used within one block
  private record Policy(List<int[]> chosen, int tokens, boolean[][] heads, boolean[][] halves) {

    /** Tokens of each image in one half of the block. */
    List<int[]> running(int half, boolean chosenOnly) {
      int[] all = IntStream.range(0, tokens).toArray();
      return IntStream.range(0, chosen.size())
          .mapToObj(
              image -> halves[image][half] ? chosenOnly ? chosen.get(image) : all : new int[0])
          .toList();
    }

    /** Heads of each image in attention, 0 where it skips attention. */
    int[] headCounts() {
      return IntStream.range(0, heads.length)
          .map(image -> halves[image][ATTENTION] ? count(heads[image]) : 0)
          .toArray();
    }

    private static int count(boolean[] marks) {
      return (int) IntStream.range(0, marks.length).filter(i -> marks[i]).count();
    }

    /** 1 for a head that runs, (b, H). */
    NDArray headMarks(int[] images, NDManager manager) {
      int each = heads[0].length;
      float[] marks = new float[images.length * each];
      for (int i = 0; i < marks.length; i++) {
        marks[i] = heads[images[i / each]][i % each] ? 1 : 0;
      }
      return manager.create(marks, new Shape(images.length, each));
    }
  }
}
