package io.tokensweep.spark;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tokensweep.InvalidInputException;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Casts;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.model.checkpoint.Weights;
import io.tokensweep.reduction.Methods;
import io.tokensweep.sweep.CanonicalJson;
import io.tokensweep.sweep.Model;
import io.tokensweep.sweep.Precision;
import io.tokensweep.sweep.Setting;
import io.tokensweep.sweep.Trial;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The networks of one executor process: loaded on first use and shared by all its tasks. Those that
 * no task uses stay for later units, up to {@link Settings#NETWORK_MEMORY}; the ones unused longest
 * go first.
 */
public final class Networks {
  private static final String DEFAULT_MEMORY = "2g";

  private static final LeastRecentlyUsed<Key, Loaded> LOADED =
      new LeastRecentlyUsed<>(Loaded::bytes, Loaded::close);

  private Networks() {}

  private record Key(
      Architecture architecture,
      String checkpoint,
      Optional<String> modules,
      String positionFilter,
      int resolution,
      Precision precision,
      Device device) {}

  private record Loaded(VisionTransformer network, NDManager manager) {
    /** On a CPU linear layers keep their weights a second time, packed. */
    long bytes() {
      long bytes = network.weights().values().stream().mapToLong(Casts::bytes).sum();
      return network.device().isGpu() ? bytes : 2 * bytes;
    }

    void close() {
      manager.close();
    }
  }

  /** A network that is kept in memory until this is closed, and longer if there is room. */
  interface Lease extends AutoCloseable {
    VisionTransformer network();

    @Override
    void close();
  }

  /** The network of a setting on a device. */
  static Lease of(Setting setting, Device device) {
    Model model = setting.model();
    Key key =
        new Key(
            model.architecture(),
            model.checkpoint().sha256().orElseThrow(),
            model.modules().sha256(),
            model.positionEmbedding().filterName(),
            setting.resolution(),
            setting.precision(),
            device);
    long room = Settings.ofThisProcess().getSizeAsBytes(Settings.NETWORK_MEMORY, DEFAULT_MEMORY);
    LeastRecentlyUsed.Lease<Loaded> lease = LOADED.lease(key, room, () -> load(setting, device));
    return new Lease() {
      @Override
      public VisionTransformer network() {
        return lease.value().network();
      }

      @Override
      public void close() {
        lease.close();
      }
    };
  }

  private static Loaded load(Setting setting, Device device) {
    Map<String, HostTensor> weights = weights(setting.model());
    NDManager manager = NDManager.newBaseManager(device);
    try {
      return new Loaded(load(setting, weights, manager), manager);
    } catch (RuntimeException | OutOfMemoryError e) {
      manager.close();
      throw e;
    }
  }

  /**
   * A network of given weights in the precision of a setting.
   *
   * @param manager owns the weights
   */
  public static VisionTransformer load(
      Setting setting, Map<String, HostTensor> weights, NDManager manager) {
    Model model = setting.model();
    UnaryOperator<NDArray> type =
        switch (setting.precision()) {
          case FP32 -> Casts::wide;
          case BF16 -> Casts::brainFloat;
          case FP16 -> Casts::half;
        };
    return VisionTransformer.load(
        model.architecture(),
        setting.resolution(),
        model.positionEmbedding(),
        weights,
        type,
        manager);
  }

  /**
   * Reads a model's weights and checks them against the architecture: those of the backbone, and
   * all that some method calls its own.
   *
   * @throws InvalidInputException if they do not fit or are not those that were planned
   */
  public static Map<String, HostTensor> weights(Model model) {
    try (WeightFiles files = WeightFiles.of(model)) {
      WeightFiles.checkContent(model);
      return Weights.load(files.checkpoints(), model.architecture(), Map.of(), Methods::ownWeight);
    }
  }

  /**
   * Refuses trials whose method needs weights that the files of their model do not hold. Reads
   * nothing but headers; equal needs of a model are checked once.
   *
   * @throws InvalidInputException naming the first method with all that it lacks
   */
  public static void checkModules(List<Trial> trials) {
    record Needs(Model model, String method, Map<String, List<Long>> weights) {}
    Map<Needs, List<Trial>> distinct = new LinkedHashMap<>();
    for (Trial trial : trials) {
      Map<String, List<Long>> weights = trial.weights();
      if (!weights.isEmpty()) {
        distinct
            .computeIfAbsent(
                new Needs(trial.model(), trial.method(), weights), absent -> new ArrayList<>())
            .add(trial);
      }
    }
    distinct.forEach(
        (needs, alike) -> {
          try (WeightFiles files = WeightFiles.of(needs.model)) {
            Weights.checkModules(
                files.checkpoints(),
                needs.model.architecture(),
                needs.weights,
                describe(alike),
                "name a file that does in models.N.modules, or leave %s out by exclude"
                    .formatted(alike.size() == 1 ? "this trial" : "these trials"));
          }
        });
  }

  /** The method, and keep rates and resolutions that need the same weights. */
  private static String describe(List<Trial> alike) {
    String rates =
        alike.stream()
            .flatMapToDouble(trial -> trial.keepRate().stream())
            .distinct()
            .mapToObj(CanonicalJson::of)
            .collect(Collectors.joining(", "));
    String resolutions =
        alike.stream()
            .map(trial -> String.valueOf(trial.resolution()))
            .distinct()
            .collect(Collectors.joining(", "));
    return "%s (%sresolution %s)"
        .formatted(
            alike.get(0).method(),
            rates.isEmpty() ? "" : "keep rate %s, ".formatted(rates),
            resolutions);
  }
}
