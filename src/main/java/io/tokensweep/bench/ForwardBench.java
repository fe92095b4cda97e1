package io.tokensweep.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.tokensweep.InvalidInputException;
import io.tokensweep.data.ImageSource;
import io.tokensweep.eval.PixelBatch;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.reduction.Methods;
import io.tokensweep.spark.EngineThreads;
import io.tokensweep.spark.Networks;
import io.tokensweep.spark.TimedForward;
import io.tokensweep.sweep.CanonicalJson;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.Setting;
import io.tokensweep.sweep.Sweep;
import io.tokensweep.sweep.TokenFlow;
import io.tokensweep.sweep.Trial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The forward pass of each trial of a sweep alone, against the unreduced network. Pixels are ready
 * before the clock starts; it stops when the logits are in Java memory.
 */
public final class ForwardBench {
  /** Of the checkpoint, as many as Git shows of a commit. */
  private static final int HASH_DIGITS = 12;

  private ForwardBench() {}

  /**
   * One comparison for each model, resolution, precision and batch size.
   *
   * @param sweep a model without a checkpoint gets synthetic weights
   * @param threads of the engine
   * @throws InvalidInputException if the sweep is wrong or weights do not fit
   */
  public static List<Comparison> run(
      Sweep sweep, List<Integer> batchSizes, int threads, Rounds rounds) {
    for (int size : batchSizes) {
      if (size < 1) {
        throw new InvalidInputException(
            "bench forward: --batch-sizes has %d, allowed: 1 and more".formatted(size));
      }
    }
    Plan plan = Plan.of(sweep, OptionalInt.empty(), Set.of());
    EngineThreads.apply();
    EngineThreads.use(threads);
    List<Comparison> comparisons = new ArrayList<>();
    for (Group group : plan.groups()) {
      try (NDManager weights = NDManager.newBaseManager()) {
        Function<Trial, VisionTransformer> networks = networks(group, weights);
        for (int size : batchSizes) {
          comparisons.add(
              rounds.time(
                  title(group, size, threads),
                  "images/s",
                  contestants(networks, group, batch(plan.source(), group, size))));
        }
      }
    }
    return comparisons;
  }

  private static String title(Group group, int batchSize, int threads) {
    Setting setting = group.setting();
    return "%s (%s), resolution %d, %s, batch size %d, %d %s on %s"
        .formatted(
            setting.model().architecture().name(),
            setting
                .model()
                .checkpoint()
                .sha256()
                .map(hash -> "checkpoint " + hash.substring(0, HASH_DIGITS))
                .orElse("synthetic weights"),
            setting.resolution(),
            setting.precision().key(),
            batchSize,
            threads,
            threads == 1 ? "thread" : "threads",
            Engine.getInstance().defaultDevice().getDeviceType());
  }

  /** The unreduced network, then the trials that reduce. */
  static List<Contestant> contestants(
      Function<Trial, VisionTransformer> networks, Group group, PixelBatch batch) {
    List<Contestant> contestants = new ArrayList<>();
    contestants.add(contestant("none", networks, group.baseline(), batch));
    for (Trial trial : group.trials()) {
      if (!trial.reductions().isEmpty()) {
        contestants.add(contestant(name(trial), networks, trial, batch));
      }
    }
    return contestants;
  }

  private static Contestant contestant(
      String name, Function<Trial, VisionTransformer> networks, Trial trial, PixelBatch batch) {
    TokenFlow flow = trial.flow();
    TimedForward forward = new TimedForward(networks.apply(trial));
    return new Contestant(
        name,
        () -> forward.run(trial, batch).seconds(),
        batch.size(),
        flow.isExact() ? Optional.of(flow.macs()) : Optional.empty());
  }

  private static boolean isSynthetic(Group group) {
    return group.setting().model().checkpoint().sha256().isEmpty();
  }

  /**
   * The network of each trial. Without a checkpoint, trials whose methods need other weights have
   * networks of their own, equal but for those: shapes may depend on keep rate and sites.
   *
   * @param manager owns the weights
   */
  static Function<Trial, VisionTransformer> networks(Group group, NDManager manager) {
    Setting setting = group.setting();
    if (!isSynthetic(group)) {
      Networks.checkModules(group.trials());
      VisionTransformer network =
          Networks.load(setting, Networks.weights(setting.model()), manager);
      return trial -> network;
    }
    Map<Map<String, List<Long>>, VisionTransformer> loaded = new HashMap<>();
    return trial ->
        loaded.computeIfAbsent(
            trial.weights(),
            more ->
                Networks.load(
                    setting, SyntheticWeights.of(setting.model().architecture(), more), manager));
  }

  /** The first images, again and again if they are too few. */
  static PixelBatch batch(ImageSource source, Group group, int size) {
    int images = source.images().size();
    return PixelBatch.load(
        source.images(),
        IntStream.range(0, size).map(i -> i % images).boxed().toList(),
        group.setting().view(),
        PixelBatch.Pixels.decoding(source));
  }

  /** Method, parameters that are not at their default, keep rate, sites that are not the usual. */
  private static String name(Trial trial) {
    String parameters =
        Methods.changed(trial.method(), trial.parameters().values()).entrySet().stream()
            .map(
                entry ->
                    entry.getKey()
                        + "="
                        + (entry.getValue() instanceof String word
                            ? word
                            : CanonicalJson.of(entry.getValue())))
            .collect(Collectors.joining(", "));
    String sites =
        trial.sites().isEmpty() || trial.sites().equals(trial.model().architecture().usualSites())
            ? ""
            : " at " + CanonicalJson.of(trial.sites());
    return trial.method()
        + (parameters.isEmpty() ? "" : " (" + parameters + ")")
        + trial.keepRate().stream()
            .mapToObj(rate -> " " + CanonicalJson.of(rate))
            .collect(Collectors.joining())
        + sites;
  }
}
