package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import io.tokensweep.eval.RandomTrial.Setup;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Block;
import io.tokensweep.model.Casts;
import io.tokensweep.model.Design;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.reduction.Method;
import io.tokensweep.reduction.Methods;
import io.tokensweep.reduction.ParameterValues;
import io.tokensweep.reduction.Reduction;
import io.tokensweep.reduction.TokenCount;
import io.tokensweep.sweep.TokenFlow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * What all methods have in common, tried on every registered one. Seeds are fixed: methods choose
 * by comparing numbers, and a tie but for rounding would fail a comparison of two runs.
 */
class MethodPropertiesTest {
  private static final int BATCH = 3;

  /** fp32 sums in another order: some hundred roundings of 6e-8 through a few blocks. */
  private static final double REORDERED = 1e-4;

  /** Methods that do not leave the specials as they are, and why. */
  private static final Map<String, String> CHANGING_SPECIALS =
      Map.of("avit", "the class token may halt like any other, as in the official code");

  /** Methods that do something at keep rate 1, and why; or use no keep rate and cannot be off. */
  private static final Map<String, String> NEVER_OFF =
      Map.ofEntries(
          Map.entry("ats", "the token of the lowest score is never picked"),
          Map.entry("ats_staged", "as many levels as tokens still skip some and sum others anew"),
          Map.entry("dpcknn", "tokens are put into another order, and 1e-6 joins their weight"),
          Map.entry("kmedoids", "tokens are put into another order"),
          Map.entry("sinkhorn", "what goes on is mixed, and made of unit vectors"),
          Map.entry("patchmerger", "what goes on is mixed, and made of normalised tokens"),
          Map.entry("sit", "what goes on is mixed"),
          Map.entry("spvit", "the trained selector alone decides"),
          Map.entry("evovit", "the head reads the mean of the patch tokens"),
          Map.entry("adavit", "the trained policies alone decide"));

  /** What turns methods without a keep rate off. */
  private static final Map<String, Map<String, Object>> OFF =
      Map.of(
          "none", Map.of(),
          "tome", Map.of("r", 0L),
          "ppt", Map.of("r", 0L),
          "avit", Map.of("gate_center", 1000.0),
          "iared2", Map.of("threshold", 0.0));

  /** Heads of networks on which a method is refused, and why. */
  private static final Map<String, Set<Design.Head>> REFUSED =
      Map.of(
          "avit", Set.of(Design.Head.DENSE), // the head may be left without any patch token
          "iared2", Set.of(Design.Head.DENSE), // likewise
          "evovit", Set.of(Design.Head.DENSE, Design.Head.DISTILLED), // has a head of its own
          "adavit", Set.of(Design.Head.DENSE, Design.Head.DISTILLED)); // of plain blocks only

  /** Methods that want three groups of blocks, or as many blocks as their schedule has numbers. */
  private static final Set<String> DEPTHS = Set.of("iared2", "tome");

  /** Tokens that were mixed are nearly equal, and have all but equal shares in every cluster. */
  private static final Set<String> UNDECIDED = Set.of("sinkhorn");

  /** Methods of which a pass does not show which tokens go on: the medoids of known clusters. */
  private static final Set<String> UNSEEN = Set.of("kmedoids");

  /** Methods whose images may keep different numbers of tokens, or run different ones. */
  private static final Set<String> DYNAMIC =
      Set.of("ats", "ats_staged", "avit", "iared2", "spvit", "adavit");

  @Provide
  Arbitrary<Setup> setups() {
    return Combinators.combine(
            Arbitraries.integers().between(3, 7),
            Arbitraries.integers().between(3, 6),
            Arbitraries.of(Design.Head.values()),
            Arbitraries.of(0.05, 0.25, 0.5, 0.7, 0.9, 1.0),
            Arbitraries.longs().between(0, 1_000_000))
        .as(Setup::new);
  }

  /** Pixels of {@link #BATCH} images. */
  private static NDArray images(RandomTrial trial, NDManager manager) {
    return RandomNetworks.images(trial.architecture(), BATCH, trial.seed() + 1, manager);
  }

  private static long[] keys(int... images) {
    return Arrays.stream(images).mapToLong(image -> 100 + image).toArray();
  }

  private static NDArray half(NDArray array) {
    return array.toType(DataType.FLOAT16, false);
  }

  /** One forward pass: logits, where the patches went, and what was seen on the way. */
  private static final class Pass implements Forward.Observer {
    private final RandomTrial trial;
    private float[] logits = new float[0];
    private final List<int[]> sources = new ArrayList<>(); // behind each block
    private float[] sizes = new float[0];
    private float[] active = new float[0];
    private float[] specialsBefore = new float[0];
    private DataType type = DataType.UNKNOWN;
    private int specials;

    private Pass(RandomTrial trial) {
      this.trial = trial;
    }

    static Pass of(RandomTrial trial, VisionTransformer network, NDArray pixels, long[] keys) {
      Pass pass = new Pass(trial);
      try {
        pass.logits = new Forward(network, trial.sites(), pass).logits(pixels, keys).toFloatArray();
      } catch (RuntimeException e) {
        throw new AssertionError(trial.toString(), e);
      }
      return pass;
    }

    @Override
    public Tokens embedded(Tokens tokens) {
      type = tokens.x().getDataType();
      specials = tokens.specials();
      return tokens.recordingSources();
    }

    @Override
    public void entering(int block, Tokens tokens) {
      specialsBefore = specialsOf(tokens);
    }

    @Override
    public void entered(int block, Tokens tokens) {
      compareSpecials(tokens);
    }

    @Override
    public void attended(int block, Block.Attended attended) {
      specialsBefore = specialsOf(attended.tokens());
    }

    @Override
    public void reduced(int block, Tokens tokens) {
      if (Reduction.at(trial.sites(), block, Reduction.InsideAttention.class).isEmpty()) {
        compareSpecials(tokens);
      }
    }

    @Override
    public void forwarded(int block, Tokens tokens) {
      specialsBefore = specialsOf(tokens);
    }

    @Override
    public void left(int block, Tokens tokens) {
      compareSpecials(tokens);
      assertEquals(type, tokens.x().getDataType(), trial::toString);
      assertEquals(specials, tokens.specials(), trial::toString);
      sources.add(tokens.sources().orElseThrow().toIntArray());
      sizes = tokens.sizes().map(NDArray::toFloatArray).orElse(new float[0]);
      active = tokens.active().map(NDArray::toFloatArray).orElse(new float[0]);
      if (!CHANGING_SPECIALS.containsKey(trial.method().name())) {
        for (int i = 0; i < active.length; i++) {
          assertTrue(i % tokens.count() >= specials || active[i] == 1, trial::toString);
        }
      }
    }

    private static float[] specialsOf(Tokens tokens) {
      return Casts.wide(tokens.x().get(":, :{}", tokens.specials())).toFloatArray();
    }

    private void compareSpecials(Tokens tokens) {
      if (!CHANGING_SPECIALS.containsKey(trial.method().name())) {
        assertArrayEquals(specialsBefore, specialsOf(tokens), trial::toString);
      }
    }

    float[] logits(int image) {
      int each = trial.architecture().classes();
      return Arrays.copyOfRange(logits, image * each, (image + 1) * each);
    }

    /** Token of each patch behind the last block, -1 if there is none. */
    int[] sources(int image) {
      return ofImage(sources.get(sources.size() - 1), image);
    }

    /** As {@link #sources}, behind one block after the other. */
    int[] way(int image) {
      return sources.stream().flatMapToInt(s -> Arrays.stream(ofImage(s, image))).toArray();
    }

    private int[] ofImage(int[] values, int image) {
      int each = trial.placement().patches();
      return Arrays.copyOfRange(values, image * each, (image + 1) * each);
    }
  }

  private static void near(float[] expected, float[] actual, double relative, Object what) {
    double largest = 1;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertArrayEquals(expected, actual, (float) (relative * largest), what::toString);
  }

  private static void within(TokenCount planned, boolean mayBeFewer, int real, Object trial) {
    assertTrue(
        real <= planned.most() && (mayBeFewer || real >= planned.least()),
        () -> "%d tokens, planned are %s: %s".formatted(real, planned, trial));
  }

  @Property(tries = 4, seed = "1", shrinking = ShrinkingMode.OFF)
  void countsAreAsPlanned(@ForAll("setups") Setup setup) {
    for (RandomTrial trial : RandomTrial.all(setup)) {
      TokenFlow plan =
          TokenFlow.of(trial.architecture(), trial.placement().resolution(), trial.sites());
      try (NDManager manager = NDManager.newBaseManager()) {
        new Evaluator(
                trial.network(manager, array -> array),
                List.of(new Variant("trial", trial.sites(), trial.architecture().depth() - 1)))
            .evaluate(
                images(trial, manager),
                keys(0, 1, 2),
                (variant, outcome) -> check(trial, plan, outcome.flow()));
      } catch (RuntimeException e) {
        throw new AssertionError(trial.toString(), e);
      }
    }
  }

  private static void check(RandomTrial trial, TokenFlow plan, Outcome.Flow flow) {
    Architecture architecture = trial.architecture();
    boolean mayHalt = CHANGING_SPECIALS.containsKey(trial.method().name());
    for (int image = 0; image < BATCH; image++) {
      long overhead = 0;
      for (int block = 0; block < architecture.depth(); block++) {
        TokenFlow.Step step = plan.steps().get(block);
        boolean gated = Reduction.at(trial.sites(), block, Reduction.Gating.class).isPresent();
        within(step.attended(), gated || mayHalt, flow.attended()[block][image], trial);
        within(step.forwarded(), gated || mayHalt, flow.forwarded()[block][image], trial);
        within(step.leaving(), mayHalt, flow.left()[block][image], trial);
        long macs = flow.macs(architecture, block, image);
        long planned = step.attentionMacs() + step.feedForwardMacs();
        boolean exact = step.attended().isExact() && step.forwarded().isExact() && !gated;
        assertTrue(exact ? macs == planned : macs <= planned, trial::toString);
        int patches = trial.placement().patches();
        overhead += flow.overhead(architecture, trial.sites(), patches, block, image);
      }
      assertTrue(
          plan.isExact() ? overhead == plan.overheadMacs() : overhead <= plan.overheadMacs(),
          trial::toString);
    }
  }

  @Property(tries = 4, seed = "2", shrinking = ShrinkingMode.OFF)
  void imagesDoNotDependOnTheirBatch(@ForAll("setups") Setup setup) {
    int[] order = {2, 0, 1};
    for (RandomTrial trial : RandomTrial.all(setup)) {
      try (NDManager manager = NDManager.newBaseManager()) {
        VisionTransformer network = trial.network(manager, array -> array);
        NDArray pixels = images(trial, manager);
        Pass together = Pass.of(trial, network, pixels, keys(0, 1, 2));
        NDArray permuted = pixels.get(manager.create(new long[] {2, 0, 1}));
        Pass inOtherOrder = Pass.of(trial, network, permuted, keys(order));
        for (int place = 0; place < BATCH; place++) {
          int image = order[place];
          sameWay(together.way(image), inOtherOrder.way(place), trial);
          near(together.logits(image), inOtherOrder.logits(place), REORDERED, trial);
        }
        for (int image = 0; image < BATCH; image++) {
          NDArray single = pixels.get("{}:{}", image, image + 1);
          Pass alone = Pass.of(trial, network, single, keys(image));
          sameWay(together.way(image), alone.way(0), trial);
          near(together.logits(image), alone.logits(0), REORDERED, trial);
        }
      }
    }
  }

  private static void sameWay(int[] expected, int[] actual, RandomTrial trial) {
    if (!UNDECIDED.contains(trial.method().name())) {
      assertArrayEquals(expected, actual, trial::toString);
    }
  }

  @Property(tries = 4, seed = "3", shrinking = ShrinkingMode.OFF)
  void nothingToReduceIsTheUnreducedNetworkBitForBit(@ForAll("setups") Setup setup) {
    Setup whole = setup.withKeepRate(1);
    for (Method method : Methods.all()) {
      if (NEVER_OFF.containsKey(method.name())) {
        continue;
      }
      RandomTrial trial = RandomTrial.of(method, whole, OFF.getOrDefault(method.name(), Map.of()));
      assertTrue(
          OFF.containsKey(method.name()) || method.usesKeepRate(trial.parameters()),
          () -> "say what turns %s off, or why nothing does".formatted(method.name()));
      assertTrue(isAsUnreduced(trial), trial::toString);
    }
  }

  /** Whether the network's logits are the same without the method. */
  private static boolean isAsUnreduced(RandomTrial trial) {
    try (NDManager manager = NDManager.newBaseManager()) {
      VisionTransformer network = trial.network(manager, array -> array);
      NDArray pixels = images(trial, manager);
      RandomTrial unreduced =
          new RandomTrial(
              Methods.named("none").orElseThrow(),
              new ParameterValues(new TreeMap<>()),
              trial.placement(),
              new TreeMap<>(),
              trial.seed());
      return Arrays.equals(
          Pass.of(unreduced, network, pixels, keys(0, 1, 2)).logits,
          Pass.of(trial, network, pixels, keys(0, 1, 2)).logits);
    }
  }

  @Property(tries = 4, seed = "4", shrinking = ShrinkingMode.OFF)
  void sizesCountThePatchesOfAToken(@ForAll("setups") Setup setup) {
    for (RandomTrial trial : RandomTrial.all(setup)) {
      try (NDManager manager = NDManager.newBaseManager()) {
        Pass pass =
            Pass.of(
                trial,
                trial.network(manager, array -> array),
                images(trial, manager),
                keys(0, 1, 2));
        if (pass.sizes.length > 0 && tracksSizes(trial)) {
          assertArrayEquals(counted(trial, pass), pass.sizes, 1e-3f, trial::toString);
        }
      }
    }
  }

  /** PPT without proportional attention starts anew at every site, as its official code does. */
  private static boolean tracksSizes(RandomTrial trial) {
    return !trial.method().name().equals("ppt") || trial.parameters().flag("proportional");
  }

  /** Patches of each token by their sources; 1 for specials and padding. */
  private static float[] counted(RandomTrial trial, Pass pass) {
    int count = pass.sizes.length / BATCH;
    int specials = trial.architecture().specials();
    float[] counted = new float[pass.sizes.length];
    for (int image = 0; image < BATCH; image++) {
      Arrays.fill(counted, image * count, image * count + specials, 1);
      for (int source : pass.sources(image)) {
        if (source >= 0) {
          counted[image * count + specials + source]++;
        }
      }
    }
    for (int i = 0; i < pass.active.length; i++) {
      counted[i] = pass.active[i] == 0 ? 1 : counted[i];
    }
    return counted;
  }

  @Property(tries = 3, seed = "5", shrinking = ShrinkingMode.OFF)
  void logitsAreFiniteInEveryPrecision(@ForAll("setups") Setup setup) {
    Setup oneTokenLeft = new Setup(3, setup.depth(), setup.head(), 0.05, setup.seed());
    for (Setup any : List.of(setup, oneTokenLeft)) {
      for (RandomTrial trial : RandomTrial.all(any)) {
        List<UnaryOperator<NDArray>> types =
            List.of(array -> array, MethodPropertiesTest::half, Casts::brainFloat);
        for (UnaryOperator<NDArray> type : types) {
          try (NDManager manager = NDManager.newBaseManager()) {
            VisionTransformer network = trial.network(manager, type);
            NDArray pixels = images(trial, manager);
            pixels.set(new NDIndex("1"), 0.5f);
            pixels.set(new NDIndex("2"), 0f);
            for (float logit : Pass.of(trial, network, pixels, keys(0, 1, 2)).logits) {
              assertTrue(Float.isFinite(logit), trial::toString);
            }
          }
        }
      }
    }
  }

  /** Half precision may choose other tokens. Where it does not, what is left is rounding. */
  @Property(tries = 4, seed = "6", shrinking = ShrinkingMode.OFF)
  void halfPrecisionIsNearFp32WhereItChoosesTheSame(@ForAll("setups") Setup setup) {
    Map<String, Integer> compared = new TreeMap<>();
    int all = 0;
    for (RandomTrial trial : RandomTrial.all(setup)) {
      if (UNSEEN.contains(trial.method().name())) {
        continue;
      }
      try (NDManager manager = NDManager.newBaseManager()) {
        NDArray pixels = images(trial, manager);
        Chosen full = Chosen.of(trial, trial.network(manager, array -> array), pixels);
        Chosen half = Chosen.of(trial, trial.network(manager, MethodPropertiesTest::half), pixels);
        Chosen brain = Chosen.of(trial, trial.network(manager, Casts::brainFloat), pixels);
        for (int image = 0; image < BATCH; image++) {
          all++;
          if (full.isAs(half, image)) {
            compared.merge(trial.method().name(), 1, Integer::sum);
            near(full.pass.logits(image), half.pass.logits(image), rounding(trial, 11), trial);
          }
          if (full.isAs(brain, image)) {
            near(full.pass.logits(image), brain.pass.logits(image), rounding(trial, 8), trial);
          }
        }
      }
    }
    int sum = compared.values().stream().mapToInt(Integer::intValue).sum();
    assertTrue(sum > all / 2, "of %d images the same is chosen for %s".formatted(all, compared));
  }

  /** A pass and what was chosen on the way: tokens, or how many of them, heads and halves ran. */
  private record Chosen(Pass pass, Outcome.Flow flow) {
    static Chosen of(RandomTrial trial, VisionTransformer network, NDArray pixels) {
      List<Outcome.Flow> flows = new ArrayList<>();
      new Evaluator(
              network,
              List.of(new Variant("trial", trial.sites(), trial.architecture().depth() - 1)))
          .evaluate(pixels, keys(0, 1, 2), (variant, outcome) -> flows.add(outcome.flow()));
      return new Chosen(Pass.of(trial, network, pixels, keys(0, 1, 2)), flows.get(0));
    }

    boolean isAs(Chosen other, int image) {
      return Arrays.equals(pass.way(image), other.pass.way(image))
          && IntStream.range(0, flow.attended().length)
              .allMatch(
                  block ->
                      flow.attended()[block][image] == other.flow.attended()[block][image]
                          && flow.heads()[block][image] == other.flow.heads()[block][image]
                          && flow.forwarded()[block][image] == other.flow.forwarded()[block][image]
                          && flow.left()[block][image] == other.flow.left()[block][image]);
    }
  }

  /** About ten roundings in each block, doubled by peaked attention. */
  private static double rounding(RandomTrial trial, int bits) {
    return 20 * trial.architecture().depth() * Math.pow(2, -bits);
  }

  @Property(tries = 4, seed = "7", shrinking = ShrinkingMode.OFF)
  void mergingEqualTokensLeavesThemAsTheyAre(@ForAll("setups") Setup setup) {
    for (RandomTrial trial : RandomTrial.all(setup)) {
      if (!weightsSumToOne(trial)) {
        continue;
      }
      EqualTokens.of(trial, BATCH).forEach(value -> assertEquals(1, value, 1e-5, trial::toString));
    }
  }

  /** Whether a token that leaves is a token that came or a mean of such. */
  private static boolean weightsSumToOne(RandomTrial trial) {
    ParameterValues parameters = trial.parameters();
    return switch (trial.method().name()) {
      case "evit" -> !parameters.flag("fuse");
      case "bat" ->
          parameters.flag("normalise")
              && !parameters.flag("fuse")
              && !Set.of("convolution", "mlp").contains(parameters.choice("merger"));
      case "dpcknn" -> parameters.flag("equal_weight"); // w / (Σ w + 1e-6), w of any size
      case "sinkhorn", "patchmerger" -> false; // of unit vectors, of normalised tokens
      case "spvit" -> false; // Σ p(keep) x
      default -> true;
    };
  }

  /** A method is tried on another network than the one at hand only where that is known. */
  @Property(tries = 4, seed = "8", shrinking = ShrinkingMode.OFF)
  void methodsAreTriedOnEveryKindOfNetworkThatTheyAreDefinedOn(@ForAll("setups") Setup setup) {
    for (RandomTrial trial : RandomTrial.all(setup)) {
      Design.Head head = trial.architecture().design().head();
      String method = trial.method().name();
      boolean refused = REFUSED.getOrDefault(method, Set.of()).contains(setup.head());
      assertEquals(refused ? Design.Head.CLASS : setup.head(), head, trial::toString);
      assertTrue(
          trial.architecture().depth() == setup.depth() || DEPTHS.contains(method),
          trial::toString);
    }
  }

  /** What is tried above would show little if every image kept as much as the others. */
  @Example
  void dynamicMethodsTreatImagesDifferently() {
    for (Method method : Methods.all()) {
      boolean different = false;
      for (int seed = 0; seed < 4; seed++) {
        RandomTrial trial = RandomTrial.of(method, new Setup(5, 6, Design.Head.CLASS, 0.5, seed));
        try (NDManager manager = NDManager.newBaseManager()) {
          Outcome.Flow flow =
              Chosen.of(trial, trial.network(manager, array -> array), images(trial, manager)).flow;
          for (int[] forwarded : flow.forwarded()) {
            different |= Arrays.stream(forwarded).distinct().count() > 1;
          }
        }
      }
      assertEquals(DYNAMIC.contains(method.name()), different, method.name());
    }
  }

  @Example
  void methodsThatAreNeverOffChangeLogits() {
    for (String name : NEVER_OFF.keySet()) {
      Method method = Methods.named(name).orElseThrow();
      assertTrue(
          IntStream.range(0, 3)
              .mapToObj(seed -> new Setup(5, 6, Design.Head.CLASS, 1, seed))
              .anyMatch(setup -> !isAsUnreduced(RandomTrial.of(method, setup))),
          name);
    }
  }

  /** The lists above name registered methods. */
  @Example
  void exceptionsAreOfRegisteredMethods() {
    Set<String> named = new TreeSet<>(NEVER_OFF.keySet());
    assertTrue(Collections.disjoint(named, OFF.keySet()));
    named.addAll(OFF.keySet());
    named.addAll(CHANGING_SPECIALS.keySet());
    named.addAll(REFUSED.keySet());
    named.addAll(DYNAMIC);
    named.addAll(DEPTHS);
    named.addAll(UNSEEN);
    named.addAll(UNDECIDED);
    List<String> known = Methods.all().stream().map(Method::name).toList();
    assertTrue(known.containsAll(named), () -> "%s, known are %s".formatted(named, known));
  }
}
