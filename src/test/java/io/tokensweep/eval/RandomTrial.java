package io.tokensweep.eval;

import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.reduction.Method;
import io.tokensweep.reduction.Methods;
import io.tokensweep.reduction.Parameter;
import io.tokensweep.reduction.ParameterValues;
import io.tokensweep.reduction.Placement;
import io.tokensweep.reduction.Reduction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A method with parameters in a small random network that has all the weights it asks for.
 *
 * @param sites what the method does there
 */
record RandomTrial(
    Method method,
    ParameterValues parameters,
    Placement placement,
    SortedMap<Integer, Reduction> sites,
    long seed) {
  private static final int ATTEMPTS = 20;
  private static final int PATCH = 4;
  private static final int MOST_WHOLE = 12;

  /** On a plain network of this depth every method is defined at the usual sites. */
  private static final int USUAL_DEPTH = 6;

  /** What stands for the defaults of methods that would never act with them on random weights. */
  private static final Map<String, Map<String, Object>> LIVELY =
      Map.of("avit", Map.of("gate_scale", 2.0, "gate_center", 1.0));

  /**
   * The network and the rate of a try; each method takes part.
   *
   * @param grid patches along one side
   */
  record Setup(int grid, int depth, Design.Head head, double keepRate, long seed) {
    Architecture architecture() {
      return new Architecture(
          "vit_custom", grid * PATCH, PATCH, 24, depth, 3, 36, 5, RandomNetworks.designWith(head));
    }

    Setup withKeepRate(double rate) {
      return new Setup(grid, depth, head, rate, seed);
    }

    private Setup with(int otherDepth, Design.Head otherHead) {
      return new Setup(grid, otherDepth, otherHead, keepRate, seed);
    }

    /** Up to three blocks. */
    List<Integer> sites() {
      Random random = new Random(seed);
      return random.ints(3, 0, depth).distinct().sorted().boxed().toList();
    }

    /** The combination itself, then others as near to it as may be; some method refuses each. */
    private List<Placement> placements() {
      List<Placement> placements = new ArrayList<>();
      for (Design.Head anyHead : List.of(head, Design.Head.CLASS)) {
        for (int anyDepth : List.of(depth, USUAL_DEPTH)) {
          Setup setup = with(anyDepth, anyHead);
          placements.add(setup.placement(setup.sites()));
          placements.add(setup.placement(setup.architecture().usualSites()));
        }
      }
      return placements;
    }

    private Placement placement(List<Integer> sites) {
      return new Placement(architecture(), grid * PATCH, sites, OptionalDouble.of(keepRate));
    }
  }

  /** Every registered method, with its usual parameters and, where it has any, with others. */
  static List<RandomTrial> all(Setup setup) {
    List<RandomTrial> trials = new ArrayList<>();
    for (Method method : Methods.all()) {
      trials.add(of(method, setup));
      if (!method.parameters().isEmpty()) {
        trials.add(withOtherParameters(method, setup));
      }
    }
    return trials;
  }

  private static RandomTrial withOtherParameters(Method method, Setup setup) {
    Random random = new Random(setup.seed);
    for (int i = 0; i < ATTEMPTS; i++) {
      Map<String, Object> drawn = new HashMap<>();
      method.parameters().stream()
          .filter(parameter -> random.nextBoolean())
          .forEach(parameter -> drawn.put(parameter.name(), draw(parameter, random)));
      for (Placement placement : setup.placements()) {
        Optional<RandomTrial> trial = attempt(method, placement, drawn, setup.seed);
        if (trial.isPresent()) {
          return trial.get();
        }
      }
    }
    throw new AssertionError(method.name() + " refuses all parameters on " + setup);
  }

  /** With parameters that make the method act: its defaults but for the {@link #LIVELY} ones. */
  static RandomTrial of(Method method, Setup setup) {
    return of(method, setup, LIVELY.getOrDefault(method.name(), Map.of()));
  }

  /** Defaults but for what is given, on the setup or, if it is refused, as near to it as may be. */
  static RandomTrial of(Method method, Setup setup, Map<String, Object> given) {
    return setup.placements().stream()
        .flatMap(placement -> attempt(method, placement, given, setup.seed).stream())
        .findFirst()
        .orElseThrow(() -> new AssertionError(method.name() + " is not defined on " + setup));
  }

  /** Empty if the method refuses the combination, which it has to explain. */
  private static Optional<RandomTrial> attempt(
      Method method, Placement placement, Map<String, Object> given, long seed) {
    SortedMap<String, Object> values = new TreeMap<>();
    for (Parameter parameter : method.parameters()) {
      Object value = given.getOrDefault(parameter.name(), parameter.defaultValue());
      values.put(parameter.name(), parameter.parse(value));
    }
    ParameterValues parameters = new ParameterValues(values);
    try {
      return Optional.of(
          new RandomTrial(
              method, parameters, placement, method.sites(placement, parameters), seed));
    } catch (IllegalArgumentException e) {
      assertFalse(String.valueOf(e.getMessage()).isBlank(), method::name);
      return Optional.empty();
    }
  }

  private static Object draw(Parameter parameter, Random random) {
    if (parameter instanceof Parameter.Flag) {
      return random.nextBoolean();
    }
    if (parameter instanceof Parameter.Choice choice) {
      return choice.options().get(random.nextInt(choice.options().size()));
    }
    if (parameter instanceof Parameter.Whole whole) {
      long most = Math.min(whole.most(), whole.least() + MOST_WHOLE);
      return random.nextLong(whole.least(), most + 1);
    }
    if (parameter instanceof Parameter.PerBlock) {
      return random.nextBoolean() ? (Object) (long) random.nextInt(MOST_WHOLE) : "3,0,5,1";
    }
    if (parameter instanceof Parameter.Real real) {
      double share = random.nextDouble();
      return random.nextBoolean()
          ? Math.min(real.most(), 2 * share * (double) real.defaultValue())
          : real.least() + share * Math.min(2, real.most() - real.least());
    }
    throw new AssertionError("draw values for " + parameter);
  }

  Architecture architecture() {
    return placement.architecture();
  }

  /** The network with the method's own weights, each converted. */
  VisionTransformer network(NDManager manager, UnaryOperator<NDArray> type) {
    Map<String, HostTensor> weights = new HashMap<>(RandomNetworks.weights(architecture(), seed));
    Random random = new Random(seed);
    method
        .weights(placement, parameters)
        .forEach((name, shape) -> weights.put(name, RandomNetworks.tensor(name, shape, random)));
    Map<String, NDArray> arrays = new HashMap<>();
    weights.forEach(
        (name, tensor) ->
            arrays.put(name, type.apply(manager.create(tensor.data(), new Shape(tensor.shape())))));
    return new VisionTransformer(architecture(), placement.resolution(), arrays);
  }

  @Override
  public String toString() {
    return "%s %s on %s, sites %s, keep rate %s, seed %d"
        .formatted(
            method.name(),
            parameters.values(),
            architecture(),
            placement.sites(),
            placement.keepRate().orElseThrow(),
            seed);
  }
}
