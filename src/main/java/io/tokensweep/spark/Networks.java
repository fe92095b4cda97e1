package io.tokensweep.spark;

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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The networks of one executor process: loaded on first use, kept and shared by all its tasks. */
public final class Networks {
  private static final Map<Key, VisionTransformer> LOADED = new ConcurrentHashMap<>();

  private Networks() {}

  private record Key(
      Architecture architecture,
      String checkpoint,
      Optional<String> modules,
      String positionFilter,
      int resolution,
      Precision precision) {}

  /** The network of a setting. Its weights stay in memory as long as the process lives. */
  static VisionTransformer of(Setting setting) {
    Model model = setting.model();
    Key key =
        new Key(
            model.architecture(),
            model.checkpoint().sha256().orElseThrow(),
            model.modules().sha256(),
            model.positionEmbedding().filterName(),
            setting.resolution(),
            setting.precision());
    return LOADED.computeIfAbsent(key, absent -> load(setting));
  }

  private static VisionTransformer load(Setting setting) {
    return load(setting, weights(setting.model()), NDManager.newBaseManager());
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
