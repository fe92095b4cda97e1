package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
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
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * K-medoids (JoakimHaurum/TokenReduction; methods.md, 6.13). Ahead of a block c = floor(η^l·N0) of
 * the patch tokens go on as they are: the medoids of their clusters. A token weighs as much as the
 * attention that it received in the block before, over all heads and queries; the medoids begin
 * with the heaviest tokens. With {@code equal_weight} all weigh 1, and the medoids begin with a
 * random token and those farthest from the ones chosen.
 */
final class KMedoids implements Method {
  private static final String EQUAL_WEIGHT = "equal_weight";

  /** What the block before takes along: weights of the patch tokens, (B, N). */
  private static final String WEIGHTS = "kmedoids.weights";

  @Override
  public String name() {
    return "kmedoids";
  }

  @Override
  public String source() {
    return "JoakimHaurum/TokenReduction";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter.Whole("iterations", 3, 0, 100, "times that the medoids are chosen anew"),
        new Parameter.Choice(
            "cost",
            Medoids.Cost.AS_CODED.word(),
            Stream.of(Medoids.Cost.values()).map(Medoids.Cost::word).toList(),
            "what a medoid has least of: its weight times its distances to all tokens, or the"
                + " weighted distances of its cluster to it"),
        new Parameter.Flag(
            EQUAL_WEIGHT, false, "tokens weigh the same, and the first medoid is random"),
        new Parameter.Whole("seed", 0, 0, Long.MAX_VALUE, "seed of the random first medoid"));
  }

  @Override
  public boolean usesKeepRate() {
    return true;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    boolean equal = parameters.flag(EQUAL_WEIGHT);
    Start start = equal ? new Start.Farthest(parameters.whole("seed")) : new Start.Heaviest();
    int iterations = (int) parameters.whole("iterations");
    Medoids.Cost cost = Medoids.Cost.valueOf(parameters.choice("cost").toUpperCase(Locale.ROOT));
    SortedMap<Integer, Reduction> sites = new TreeMap<>();
    for (int stage = 0; stage < placement.sites().size(); stage++) {
      int block = placement.sites().get(stage);
      if (!equal) {
        add(sites, block - 1, new Weigh());
      }
      add(sites, block, new TakeMedoids(placement.powerCount(stage), start, iterations, cost));
    }
    return sites;
  }

  private static void add(SortedMap<Integer, Reduction> sites, int block, Reduction part) {
    if (block < 0) {
      throw new IllegalArgumentException(
          "kmedoids weighs tokens by the attention of the block before, and there is none before"
              + " block 0; leave that site out or set equal_weight");
    }
    sites.merge(block, part, (first, second) -> new Reduction.Combined(List.of(first, second)));
  }

  /** Notes what attention each token receives; the tokens stay as they are. */
  private record Weigh() implements Reduction.AfterAttention {
    @Override
    public TokenCount after(TokenCount patches) {
      return patches;
    }

    @Override
    public Set<Need> needs() {
      return Set.of(Need.COLUMN_SUMS);
    }

    @Override
    public Tokens reduce(Tokens tokens, AttentionView attention, Site site) {
      NDArray received = attention.columnSums().get(":, {}:", tokens.specials());
      return tokens.carrying(WEIGHTS, received);
    }
  }

  /** What tokens weigh, and which are the first medoids. */
  private sealed interface Start {
    /** Weights of all patch tokens, padding included, all images after each other. */
    float[] weights(Tokens tokens);

    /** The first medoids of an image. */
    int[] first(float[] weights, double[][] distances, int clusters, Site site, int image);

    /** By the attention of the block before; the heaviest tokens. */
    record Heaviest() implements Start {
      @Override
      public float[] weights(Tokens tokens) {
        return tokens.carried().get(WEIGHTS).toFloatArray();
      }

      @Override
      public int[] first(
          float[] weights, double[][] distances, int clusters, Site site, int image) {
        int[] all = IntStream.range(0, weights.length).toArray();
        return Arrays.copyOf(Ranking.descending(weights, all), clusters);
      }
    }

    /** All the same; a random token and those farthest from the ones chosen. */
    record Farthest(long seed) implements Start {
      @Override
      public float[] weights(Tokens tokens) {
        float[] ones = new float[tokens.batch() * tokens.patches()];
        Arrays.fill(ones, 1);
        return ones;
      }

      @Override
      public int[] first(
          float[] weights, double[][] distances, int clusters, Site site, int image) {
        long stream = CounterRandom.mix(seed, site.imageKeys()[image]);
        long draw = CounterRandom.mix(stream, site.block());
        int token = (int) Long.remainderUnsigned(draw, weights.length);
        return Medoids.farthest(distances, token, clusters);
      }
    }
  }

  private record TakeMedoids(int count, Start start, int iterations, Medoids.Cost cost)
      implements Reduction.BeforeBlock {
    @Override
    public TokenCount after(TokenCount patches) {
      return patches.map(n -> Math.min(n, count));
    }

    /** Distances of all pairs. */
    @Override
    public long overhead(Architecture architecture, int patches) {
      return (long) patches * patches * architecture.width();
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      List<int[]> images = RealPatches.of(tokens);
      List<Gram> grams = Gram.of(tokens.patchFeatures(), images);
      float[] weights = start.weights(tokens);
      List<List<Group>> leaving = new ArrayList<>(images.size());
      for (int image = 0; image < images.size(); image++) {
        int[] patches = images.get(image);
        float[] own = new float[patches.length];
        for (int i = 0; i < patches.length; i++) {
          own[i] = weights[image * tokens.patches() + patches[i]];
        }
        double[][] distances = Medoids.distances(grams.get(image));
        int clusters = Math.min(count, patches.length);
        int[] first = start.first(own, distances, clusters, site, image);
        leaving.add(groups(patches, Medoids.of(distances, own, first, iterations, cost)));
      }
      return Regrouping.apply(tokens.dropping(WEIGHTS), leaving);
    }

    private static List<Group> groups(int[] patches, Medoids medoids) {
      int clusters = medoids.medoids().length;
      List<int[]> members = Clusters.members(patches, medoids.cluster(), clusters);
      return IntStream.range(0, clusters)
          .<Group>mapToObj(
              c -> {
                int[] medoid = {patches[medoids.medoids()[c]]};
                return new Group.Sum(members.get(c), medoid, new double[] {1});
              })
          .toList();
    }
  }
}
