package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.eval.RandomTrial.Setup;
import io.tokensweep.model.Block;
import io.tokensweep.model.Casts;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
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
  private static final Map<String, String> CHANGING_SPECIALS = Map.of();

  /** Methods that do something at keep rate 1, and why; or use no keep rate and cannot be off. */
  private static final Map<String, String> NEVER_OFF = Map.of();

  /** What turns methods without a keep rate off. */
  private static final Map<String, Map<String, Object>> OFF =
      Map.of("none", Map.of(), "tome", Map.of("r", 0L), "ppt", Map.of("r", 0L));

  @Provide
  Arbitrary<Setup> setups() {
    return Combinators.combine(
            Arbitraries.integers().between(3, 9),
            Arbitraries.integers().between(4, 6),
            Arbitraries.of(false, true),
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
    private NDArray specialsBefore;
    private DataType type = DataType.UNKNOWN;
    private int specials;

    private Pass(RandomTrial trial, NDArray any) {
      this.trial = trial;
      this.specialsBefore = any;
    }

    static Pass of(RandomTrial trial, VisionTransformer network, NDArray pixels, long[] keys) {
      Pass pass = new Pass(trial, pixels);
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
    public void left(int block, Tokens tokens) {
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

    private static NDArray specialsOf(Tokens tokens) {
      return Casts.wide(tokens.x().get(":, :{}", tokens.specials())).duplicate();
    }

    private void compareSpecials(Tokens tokens) {
      if (!CHANGING_SPECIALS.containsKey(trial.method().name())) {
        assertArrayEquals(
            specialsBefore.toFloatArray(), specialsOf(tokens).toFloatArray(), trial::toString);
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

  @Property(tries = 6, seed = "1", shrinking = ShrinkingMode.OFF)
  void countsAreAsPlanned(@ForAll("setups") Setup setup) {
    for (RandomTrial trial : RandomTrial.all(setup)) {
      TokenFlow plan =
          TokenFlow.of(trial.architecture(), trial.placement().resolution(), trial.sites());
      try (NDManager manager = NDManager.newBaseManager()) {
        new Evaluator(
                trial.network(manager, array -> array),
                List.of(new Variant("trial", trial.sites(), setup.depth() - 1)))
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
    for (int block = 0; block < trial.architecture().depth(); block++) {
      TokenFlow.Step step = plan.steps().get(block);
      boolean gated = Reduction.at(trial.sites(), block, Reduction.Gating.class).isPresent();
      for (int image = 0; image < BATCH; image++) {
        within(step.attended(), gated, flow.attended()[block][image], trial);
        within(step.forwarded(), gated, flow.forwarded()[block][image], trial);
        within(step.leaving(), false, flow.left()[block][image], trial);
        assertTrue(
            flow.macs(trial.architecture(), block, image)
                <= step.attentionMacs() + step.feedForwardMacs(),
            trial::toString);
      }
    }
  }

  @Property(tries = 6, seed = "2", shrinking = ShrinkingMode.OFF)
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
          assertArrayEquals(together.way(image), inOtherOrder.way(place), trial::toString);
          near(together.logits(image), inOtherOrder.logits(place), REORDERED, trial);
        }
        int single = Math.floorMod(trial.seed(), BATCH);
        Pass alone = Pass.of(trial, network, pixels.get("{}:{}", single, single + 1), keys(single));
        assertArrayEquals(together.way(single), alone.way(0), trial::toString);
        near(together.logits(single), alone.logits(0), REORDERED, trial);
      }
    }
  }

  @Property(tries = 6, seed = "3", shrinking = ShrinkingMode.OFF)
  void nothingToReduceIsTheUnreducedNetworkBitForBit(@ForAll("setups") Setup setup) {
    Setup whole = new Setup(setup.grid(), setup.depth(), setup.distilled(), 1, setup.seed());
    Method none = Methods.named("none").orElseThrow();
    for (Method method : Methods.all()) {
      if (NEVER_OFF.containsKey(method.name())) {
        continue;
      }
      Map<String, Object> given = OFF.getOrDefault(method.name(), Map.of());
      RandomTrial trial = RandomTrial.of(method, whole, given);
      assertTrue(
          OFF.containsKey(method.name()) || method.usesKeepRate(trial.parameters()),
          () -> "say what turns %s off, or why nothing does".formatted(method.name()));
      try (NDManager manager = NDManager.newBaseManager()) {
        VisionTransformer network = trial.network(manager, array -> array);
        NDArray pixels = images(trial, manager);
        RandomTrial unreduced =
            new RandomTrial(
                none,
                new ParameterValues(new TreeMap<>()),
                trial.placement(),
                new TreeMap<>(),
                trial.seed());
        assertArrayEquals(
            Pass.of(unreduced, network, pixels, keys(0, 1, 2)).logits,
            Pass.of(trial, network, pixels, keys(0, 1, 2)).logits,
            trial::toString);
      }
    }
  }

  @Property(tries = 6, seed = "4", shrinking = ShrinkingMode.OFF)
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

  @Property(tries = 6, seed = "5", shrinking = ShrinkingMode.OFF)
  void logitsAreFiniteInEveryPrecision(@ForAll("setups") Setup setup) {
    List<Setup> setups =
        List.of(
            setup,
            new Setup(3, setup.depth(), setup.distilled(), 0.05, setup.seed())); // one token left
    for (RandomTrial trial : setups.stream().flatMap(s -> RandomTrial.all(s).stream()).toList()) {
      List<UnaryOperator<NDArray>> types =
          List.of(array -> array, MethodPropertiesTest::half, Casts::brainFloat);
      for (UnaryOperator<NDArray> type : types) {
        try (NDManager manager = NDManager.newBaseManager()) {
          VisionTransformer network = trial.network(manager, type);
          int side = trial.architecture().imageSize();
          NDArray constant = manager.ones(new Shape(BATCH, 3, side, side)).mul(0.5f);
          for (NDArray pixels : List.of(images(trial, manager), constant)) {
            for (float logit : Pass.of(trial, network, pixels, keys(0, 1, 2)).logits) {
              assertTrue(Float.isFinite(logit), trial::toString);
            }
          }
        }
      }
    }
  }

  /** Half precision may choose other tokens. Where it does not, what is left is rounding. */
  @Property(tries = 6, seed = "6", shrinking = ShrinkingMode.OFF)
  void halfPrecisionIsNearFp32WhereItKeepsTheSameTokens(@ForAll("setups") Setup setup) {
    int compared = 0;
    int all = 0;
    for (RandomTrial trial : RandomTrial.all(setup)) {
      try (NDManager manager = NDManager.newBaseManager()) {
        NDArray pixels = images(trial, manager);
        Pass full = Pass.of(trial, trial.network(manager, array -> array), pixels, keys(0, 1, 2));
        Pass half =
            Pass.of(
                trial, trial.network(manager, MethodPropertiesTest::half), pixels, keys(0, 1, 2));
        Pass brain =
            Pass.of(trial, trial.network(manager, Casts::brainFloat), pixels, keys(0, 1, 2));
        for (int image = 0; image < BATCH; image++) {
          all++;
          if (Arrays.equals(full.way(image), half.way(image))) {
            compared++;
            near(full.logits(image), half.logits(image), rounding(setup, 11), trial);
          }
          if (Arrays.equals(full.way(image), brain.way(image))) {
            near(full.logits(image), brain.logits(image), rounding(setup, 8), trial);
          }
        }
      }
    }
    assertTrue(compared > all / 2, "%d of %d images keep their tokens".formatted(compared, all));
  }

  /** About ten roundings in each block, doubled by peaked attention. */
  private static double rounding(Setup setup, int bits) {
    return 20 * setup.depth() * Math.pow(2, -bits);
  }

  @Property(tries = 6, seed = "7", shrinking = ShrinkingMode.OFF)
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
      case "bat" -> parameters.flag("normalise") && !parameters.flag("fuse");
      default -> true;
    };
  }

  /** The lists above name registered methods. */
  @Property(tries = 1)
  void exceptionsAreOfRegisteredMethods() {
    List<String> named = new ArrayList<>(CHANGING_SPECIALS.keySet());
    named.addAll(NEVER_OFF.keySet());
    named.addAll(OFF.keySet());
    List<String> known = Methods.all().stream().map(Method::name).toList();
    assertTrue(known.containsAll(named), () -> "%s, known are %s".formatted(named, known));
    assertEquals(
        0, IntStream.range(0, named.size()).filter(i -> named.indexOf(named.get(i)) < i).count());
  }
}
