package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Casts;
import io.tokensweep.model.Design;
import io.tokensweep.model.Tokens;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * IA-RED² (Pan et al., NeurIPS 2021). The blocks form three groups of equal length; ahead of each a
 * trained agent asks every patch token how much the class token's query wants its key. Tokens above
 * the threshold go on, so each image keeps a number of its own:
 *
 * <pre>
 *   q, k = Linear(LN(x)), LN without weights
 *   p_j  = mean over heads of sigmoid(q_CLS · k_j / √d)
 * </pre>
 */
final class IaRed2 implements Method {
  private static final int GROUPS = 3;
  private static final String PREFIX = "groups.";

  @Override
  public String name() {
    return "iared2";
  }

  @Override
  public String source() {
    return "Pan et al. 2021";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter.Real("threshold", 0.5, 0, 1, "tokens of a higher probability are kept"),
        new Parameter.Whole(
            "agent_heads", 6, 1, 1024, "heads of the agents; the width is a multiple of it"));
  }

  @Override
  public boolean usesKeepRate() {
    return false;
  }

  @Override
  public List<String> weightPrefixes() {
    return List.of(PREFIX);
  }

  @Override
  public Map<String, List<Long>> weights(Placement placement, ParameterValues parameters) {
    long width = placement.architecture().width();
    Map<String, List<Long>> weights = new TreeMap<>();
    for (int group = 0; group < GROUPS; group++) {
      weights.putAll(TrainedLayers.linearWeights(layer(group), width, 3 * width));
    }
    return weights;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    int depth = placement.architecture().depth();
    int width = placement.architecture().width();
    int heads = Math.toIntExact(parameters.whole("agent_heads"));
    if (depth % GROUPS != 0) {
      throw new IllegalArgumentException(
          "it needs three groups of equal length, not %d blocks".formatted(depth));
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "agent_heads %d does not divide the width %d".formatted(heads, width));
    }
    if (placement.architecture().design().head() == Design.Head.DENSE) {
      throw new IllegalArgumentException(
          "it may drop all patch tokens of an image, and a dense head reads them");
    }
    SortedMap<Integer, Reduction> sites = new TreeMap<>();
    for (int group = 0; group < GROUPS; group++) {
      sites.put(group * depth / GROUPS, new AskAgent(group, heads, parameters.real("threshold")));
    }
    return sites;
  }

  private static String layer(int group) {
    return PREFIX + group + ".agent.qk";
  }

  private record AskAgent(int group, int heads, double threshold) implements Reduction.BeforeBlock {
    private static final float NORM_EPSILON = 1e-5f;

    @Override
    public TokenCount after(TokenCount patches) {
      return new TokenCount(0, patches.most());
    }

    /** One query, a key and a product for each token. */
    @Override
    public long overhead(Architecture architecture, int patches) {
      long width = architecture.width();
      return width * width + patches * (width * width + width);
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      if (tokens.patches() == 0) {
        return tokens;
      }
      float[] wanted = probabilities(tokens, site).toFloatArray();
      boolean[] kept = Survivors.real(tokens);
      for (int i = 0; i < kept.length; i++) {
        kept[i] &= wanted[i] > threshold;
      }
      return Survivors.of(tokens, kept);
    }

    /** p of each patch token, (B, N). */
    private NDArray probabilities(Tokens tokens, Site site) {
      NDArray normed = Casts.like(norm(Casts.wide(tokens.x())), tokens.x());
      NDArray query = perHead(project(site, normed.get(":, :1, :"), 0));
      NDArray keys = perHead(project(site, normed.get(":, {}:, :", tokens.specials()), 1));
      double scale = Math.pow((double) tokens.x().getShape().get(2) / heads, -0.5);
      NDArray logits = Casts.wide(query.matMul(keys.transpose(0, 1, 3, 2))).mul((float) scale);
      return Activation.sigmoid(logits).squeeze(2).mean(new int[] {1});
    }

    private static NDArray norm(NDArray x) {
      int[] channels = {2};
      NDArray centred = x.sub(x.mean(channels, true));
      return centred.div(centred.square().mean(channels, true).add(NORM_EPSILON).sqrt());
    }

    /** The queries, third 0, or the keys, third 1; nothing reads the values. */
    private NDArray project(Site site, NDArray x, int third) {
      long width = x.getShape().get(2);
      NDList projected =
          Linear.linear(
              x,
              rows(site.weight(layer(group) + ".weight"), third, width, x),
              rows(site.weight(layer(group) + ".bias"), third, width, x));
      return projected.singletonOrThrow();
    }

    /** A third of a weight; what is cut out belongs to the tokens, not to the weights. */
    private static NDArray rows(NDArray weight, int third, long width, NDArray tokens) {
      NDArray part = weight.get("{}:{}", third * width, (third + 1) * width);
      part.attach(tokens.getManager());
      return part;
    }

    /** (B, T, D) to (B, heads, T, d). */
    private NDArray perHead(NDArray x) {
      long width = x.getShape().get(2);
      return x.reshape(x.getShape().get(0), x.getShape().get(1), heads, width / heads)
          .transpose(0, 2, 1, 3);
    }
  }
}
