package io.tokensweep.reduction;

import io.tokensweep.model.Architecture;
import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Need;
import io.tokensweep.model.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * BAT, token decoupling and merging (Long et al., CVPR 2023, arXiv 2211.11315; methods.md, 3).
 *
 * <p>Between attention and FFN the patch tokens are decoupled by class attention. The inattentive
 * ones become clusters, the most similar attentive ones pairs, each merged by class attention.
 * Attentive tokens go on by descending class attention, clusters follow, then EViT's fused token if
 * asked for. Without it ceil(η·N) tokens go on; if that is all of them nothing happens.
 *
 * <p>What belongs together is decided in Java in fp64 and the same on every device; the tokens
 * themselves stay where they are. Weights of merged tokens pass no gradient to the attention.
 */
final class Bat implements Method {
  private static final String DENSITY_PEAKS = "dpc";
  private static final String INATTENTIVE = "inattentive";
  private static final String MATCH = "match";

  /** Far above the number of patches of any picture. */
  private static final int MOST_TOKENS = 10_000;

  @Override
  public String name() {
    return "bat";
  }

  @Override
  public String source() {
    return "Long et al. 2023, no public code";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter.Choice(
            "ablation",
            MATCH,
            List.of("preserve", "pack", "cluster", MATCH),
            "row of Table 3: inattentive tokens are dropped, packed into one, clustered, or"
                + " clustered while attentive ones are matched"),
        new Parameter.Choice(
            "merger",
            DENSITY_PEAKS,
            List.of(DENSITY_PEAKS, "average", "max", "spatial", "kmeans"),
            "row of Table 4: how inattentive tokens become clusters"),
        new Parameter.Whole("iterations", 3, 1, 100, "iterations of merger kmeans"),
        NeighbourParameters.DENSITY,
        NeighbourParameters.NEIGHBOURS,
        new Parameter.Flag(
            "normalise", true, "class attention sums to 1 within a merged token (eq. 8)"),
        new Parameter.Choice(
            "overlap",
            "disjoint",
            List.of("disjoint", "merge", "bipartite"),
            "matched pairs share no token, join where they do, or are ToMe's bipartite matching"),
        new Parameter.Whole(
            "clusters",
            0,
            0,
            MOST_TOKENS,
            "clusters at each site, as far as there are tokens for them; 0 for an eighth of the"
                + " smaller of kept and removed tokens"),
        new Parameter.Whole(
            "pairs",
            0,
            0,
            MOST_TOKENS,
            "matched pairs at each site, as far as there are tokens for them; 0 as for clusters"),
        new Parameter.Choice(
            "scope",
            INATTENTIVE,
            List.of(INATTENTIVE, "all"),
            "what the merger gets: the inattentive tokens, or all and no token is attentive"),
        new Parameter.Flag(
            "fuse", false, "append EViT's fused token of the inattentive tokens (EViT + BAT)"));
  }

  @Override
  public boolean usesKeepRate() {
    return true;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    Budget.Rule rule =
        new Budget.Rule(
            placement.rate(),
            split(parameters),
            (int) parameters.whole("clusters"),
            (int) parameters.whole("pairs"));
    WeightedMerge weights = new WeightedMerge(parameters.flag("normalise"));
    Merger merger = merger(placement, parameters, weights);
    PairMatching matching =
        PairMatching.valueOf(parameters.choice("overlap").toUpperCase(Locale.ROOT));
    boolean fuse = parameters.flag("fuse");
    return placement.atSites(stage -> new DecoupleAndMerge(rule, merger, matching, weights, fuse));
  }

  private static Budget.Split split(ParameterValues parameters) {
    String ablation = parameters.choice("ablation");
    if (parameters.choice("scope").equals(INATTENTIVE)) {
      return Budget.Split.valueOf(ablation.toUpperCase(Locale.ROOT));
    }
    if (!ablation.equals(MATCH)) {
      throw new IllegalArgumentException(
          "scope all has no attentive tokens, so ablation %s means nothing; leave it out"
              .formatted(ablation));
    }
    return Budget.Split.UNDIVIDED;
  }

  private static Merger merger(
      Placement placement, ParameterValues parameters, WeightedMerge weights) {
    String name = parameters.choice("merger");
    return switch (name) {
      case DENSITY_PEAKS ->
          new DensityPeakMerger(NeighbourParameters.neighbours(parameters), weights);
      case "average" -> new AdaptivePooling(false);
      case "max" -> new AdaptivePooling(true);
      case "spatial" -> new SpatialPooling(placement.architecture().grid(placement.resolution()));
      case "kmeans" -> new KMeans((int) parameters.whole("iterations"), weights);
      default -> throw new IllegalArgumentException("no merger named " + name);
    };
  }

  private record DecoupleAndMerge(
      Budget.Rule rule, Merger merger, PairMatching matching, WeightedMerge weights, boolean fuse)
      implements Reduction.AfterAttention {

    @Override
    public TokenCount after(TokenCount patches) {
      return new TokenCount(least(patches.least()), most(patches.most()));
    }

    private int least(int patches) {
      Budget budget = rule.at(patches);
      return budget.leaving() + (fuse && budget.leaving() < patches ? 1 : 0);
    }

    /** Pairs that share tokens remove fewer. */
    private int most(int patches) {
      int pairs = rule.at(patches).pairs();
      return least(patches) + pairs - matching.fewestRemoved(pairs);
    }

    /** What the merger and the matching compare. */
    @Override
    public long overhead(Architecture architecture, int patches) {
      Budget budget = rule.at(patches);
      int inattentive = patches - budget.attentive();
      return (merger.compares(budget.clusters()) ? Gram.macs(architecture, inattentive) : 0)
          + (budget.pairs() > 0 ? Gram.macs(architecture, budget.attentive()) : 0);
    }

    @Override
    public Set<Need> needs() {
      return Set.of(Need.CLASS_ROW);
    }

    @Override
    public Tokens reduce(Tokens tokens, AttentionView attention, Site site) {
      List<Decoupled> images = Decoupled.of(tokens, attention.classRow(), rule);
      if (images.stream().allMatch(Decoupled::keepsAll)) {
        return tokens;
      }
      Tokens traced =
          merger.needsSources() && tokens.sources().isEmpty() ? tokens.recordingSources() : tokens;
      List<List<Group>> clusters = merger.merge(traced, images);
      List<List<Group>> survivors = match(traced, images);
      List<List<Group>> leaving = new ArrayList<>(images.size());
      for (int image = 0; image < images.size(); image++) {
        List<Group> groups = new ArrayList<>(survivors.get(image));
        groups.addAll(clusters.get(image));
        if (fuse && !images.get(image).keepsAll()) {
          groups.add(fused(images.get(image)));
        }
        leaving.add(groups);
      }
      return Regrouping.apply(traced, leaving);
    }

    /** Attentive tokens and merged pairs of them, by the highest class attention of a member. */
    private List<List<Group>> match(Tokens tokens, List<Decoupled> images) {
      List<int[]> candidates = images.stream().map(DecoupleAndMerge::candidates).toList();
      List<Gram> grams = Gram.of(tokens.patchFeatures(), candidates);
      return IntStream.range(0, images.size())
          .mapToObj(image -> survivors(images.get(image), candidates.get(image), grams.get(image)))
          .toList();
    }

    /** Attentive tokens, ascending, if some of them are to be matched. */
    private static int[] candidates(Decoupled image) {
      int[] attentive = image.budget().pairs() > 0 ? image.attentive() : new int[0];
      Arrays.sort(attentive);
      return attentive;
    }

    private List<Group> survivors(Decoupled image, int[] candidates, Gram gram) {
      if (candidates.length == 0) {
        return Arrays.stream(image.attentive()).<Group>mapToObj(Group.Kept::new).toList();
      }
      int[] first = matching.match(gram, image.budget().pairs());
      List<int[]> members = Clusters.members(candidates, first, candidates.length);
      List<Group> survivors = new ArrayList<>();
      boolean[] taken = new boolean[candidates.length];
      for (int token : image.attentive()) {
        int group = first[Arrays.binarySearch(candidates, token)];
        if (!taken[group]) {
          taken[group] = true;
          survivors.add(
              members.get(group).length == 1
                  ? new Group.Kept(token)
                  : weights.of(members.get(group), image.classAttention()));
        }
      }
      return survivors;
    }

    private static Group fused(Decoupled image) {
      return WeightedMerge.RAW.of(image.inattentive(), image.classAttention());
    }
  }
}
