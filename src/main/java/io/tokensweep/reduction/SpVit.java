package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Casts;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * SPViT, soft token pruning (Kong et al., ECCV 2022; PeiyanFlying/SPViT). Ahead of each site a
 * trained selector looks at every head's slice of a token; tokens that it would rather keep than
 * drop go on, so each image keeps a number of its own. What an image drops is packed into one
 * token, which follows its others and is never dropped:
 *
 * <pre>
 *   p       = Σ_h w_h · softmax(selector(x_h)) / Σ_h w_h        keep, drop
 *   w       = sigmoid(Linear(GELU(Linear(channel mean of each head))))
 *   package = Σ p(keep) · x over the tokens that this site drops
 * </pre>
 */
final class SpVit implements Method {
  private static final String PREFIX = "score_predictor.";

  /** How many of the last tokens of each image are packages, (B, 1). */
  private static final String PACKAGES = "spvit.packages";

  @Override
  public String name() {
    return "spvit";
  }

  @Override
  public String source() {
    return "Kong et al. 2022, PeiyanFlying/SPViT";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
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
    Architecture architecture = placement.architecture();
    long heads = architecture.heads();
    Map<String, List<Long>> weights = new TreeMap<>();
    for (int stage = 0; stage < placement.sites().size(); stage++) {
      weights.putAll(TrainedLayers.linearWeights(gate(stage, 0), heads, heads / 2));
      weights.putAll(TrainedLayers.linearWeights(gate(stage, 2), heads / 2, heads));
      for (int head = 0; head < heads; head++) {
        weights.putAll(selector(stage, head).weights(architecture.headWidth()));
      }
    }
    return weights;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    Architecture architecture = placement.architecture();
    if (architecture.heads() < 2) {
      throw new IllegalArgumentException("its selectors need two heads or more, not 1");
    }
    if (!SelectorNetwork.fits(architecture.headWidth())) {
      throw new IllegalArgumentException(
          "its selectors need heads of a width that is a multiple of 4, not %d"
              .formatted(architecture.headWidth()));
    }
    return placement.atSites(stage -> new PackRest(stage, architecture.heads()));
  }

  private static String gate(int stage, int layer) {
    return PREFIX + stage + ".senet." + layer;
  }

  private static SelectorNetwork selector(int stage, int head) {
    String predictor = PREFIX + stage;
    return new SelectorNetwork(predictor + ".in_conv." + head, predictor + ".out_conv." + head);
  }

  private record PackRest(int stage, int heads) implements Reduction.BeforeBlock {
    @Override
    public TokenCount after(TokenCount patches) {
      return new TokenCount(Math.min(1, patches.least()), patches.most());
    }

    @Override
    public long overhead(Architecture architecture, int patches) {
      long selectors = heads * SelectorNetwork.macs(architecture.headWidth());
      return patches * (selectors + 2L * heads * (heads / 2));
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      if (tokens.patches() == 0) {
        return tokens;
      }
      NDArray keep = keepProbabilities(tokens, site);
      boolean[] isPackage = packages(tokens);
      boolean[] drops = Survivors.real(tokens);
      float[] probabilities = keep.toFloatArray();
      for (int i = 0; i < drops.length; i++) {
        drops[i] &= probabilities[i] <= 0.5 && !isPackage[i];
      }
      return pack(tokens, keep, drops);
    }

    /** p(keep) of each patch token, (B, N) fp32. */
    private NDArray keepProbabilities(Tokens tokens, Site site) {
      NDArray x = tokens.patchFeatures();
      Shape shape = x.getShape();
      NDArray perHead = x.reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads);
      NDArray weights = gates(site, perHead.mean(new int[] {3}));
      Optional<NDArray> marks = SelectorNetwork.real(tokens);
      NDArray sum = weights.get(":, :, 0").zerosLike();
      for (int head = 0; head < heads; head++) {
        NDArray probabilities =
            selector(stage, head).logits(site, perHead.get(":, :, {}", head), marks, 0).softmax(-1);
        sum = sum.add(probabilities.get(":, :, 0").mul(weights.get(":, :, {}", head)));
      }
      return sum.div(weights.sum(new int[] {2}));
    }

    /** w of each head, (B, N, H) fp32. */
    private NDArray gates(Site site, NDArray headMeans) {
      NDArray hidden = Activation.gelu(TrainedLayers.linear(site, gate(stage, 0), headMeans));
      return Activation.sigmoid(Casts.wide(TrainedLayers.linear(site, gate(stage, 2), hidden)));
    }

    /** Which patch tokens are packages of earlier sites, the last ones of each image. */
    private static boolean[] packages(Tokens tokens) {
      boolean[] isPackage = new boolean[tokens.batch() * tokens.patches()];
      NDArray carried = tokens.carried().get(PACKAGES);
      if (carried != null) {
        float[] numbers = carried.toFloatArray();
        int[] counts = tokens.patchesPerImage();
        for (int image = 0; image < numbers.length; image++) {
          int end = image * tokens.patches() + counts[image];
          Arrays.fill(isPackage, end - (int) numbers[image], end, true);
        }
      }
      return isPackage;
    }

    /** An image that drops nothing gets no package. */
    private static Tokens pack(Tokens tokens, NDArray keep, boolean[] drops) {
      NDManager manager = tokens.x().getManager();
      int batch = tokens.batch();
      int patches = tokens.patches();
      boolean[] real = Survivors.real(tokens);
      boolean[] stays = new boolean[batch * (patches + 1)]; // the package is the last one
      float[] dropped = new float[drops.length];
      float[] packed = new float[batch];
      for (int i = 0; i < drops.length; i++) {
        int image = i / patches;
        stays[i + image] = real[i] && !drops[i];
        if (drops[i]) {
          dropped[i] = 1;
          packed[image] = 1;
          stays[image * (patches + 1) + patches] = true;
        }
      }
      NDArray marks = manager.create(dropped, new Shape(batch, patches));
      NDArray hasPackage = manager.create(packed, new Shape(batch, 1));
      Tokens survivors = Survivors.of(withPackage(tokens, keep, marks, hasPackage), stays);
      NDArray before = tokens.carried().get(PACKAGES);
      return survivors.carrying(PACKAGES, before == null ? hasPackage : before.add(hasPackage));
    }

    /** The package behind the patch tokens, the patches of all that it holds among them. */
    private static Tokens withPackage(
        Tokens tokens, NDArray keep, NDArray dropped, NDArray hasPackage) {
      NDArray content = keep.mul(dropped).expandDims(1).matMul(Casts.wide(tokens.patchFeatures()));
      return new Tokens(
          tokens.x().concat(Casts.like(content, tokens.x()), 1),
          tokens.specials(),
          tokens
              .sizes()
              .map(
                  sizes ->
                      sizes.concat(
                          sizes
                              .get(":, {}:", tokens.specials())
                              .mul(dropped)
                              .sum(new int[] {1}, true),
                          1)),
          tokens.proportional(),
          tokens.active().map(active -> active.concat(hasPackage, 1)),
          tokens.sources().map(sources -> intoPackage(sources, dropped)),
          tokens.carried());
    }

    private static NDArray intoPackage(NDArray sources, NDArray dropped) {
      float[] marks = dropped.toFloatArray();
      int batch = Math.toIntExact(dropped.getShape().get(0));
      int patches = Math.toIntExact(dropped.getShape().get(1));
      int[] tokenOf = sources.toIntArray();
      int each = tokenOf.length / batch;
      for (int i = 0; i < tokenOf.length; i++) {
        if (tokenOf[i] >= 0 && marks[i / each * patches + tokenOf[i]] != 0) {
          tokenOf[i] = patches;
        }
      }
      return sources.getManager().create(tokenOf, sources.getShape());
    }
  }
}
