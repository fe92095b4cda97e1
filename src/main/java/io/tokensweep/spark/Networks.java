package io.tokensweep.spark;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.tokensweep.InvalidInputException;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.model.checkpoint.Checkpoint;
import io.tokensweep.model.checkpoint.Checkpoints;
import io.tokensweep.model.checkpoint.Weights;
import io.tokensweep.reduction.Methods;
import io.tokensweep.sweep.CheckpointReference;
import io.tokensweep.sweep.Model;
import io.tokensweep.sweep.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The networks of one executor process: loaded on first use, kept and shared by all its tasks. */
final class Networks {
  private static final Map<Key, VisionTransformer> LOADED = new ConcurrentHashMap<>();

  private Networks() {}

  private record Key(
      Architecture architecture, String checkpoint, String positionFilter, int resolution) {}

  /** The network of a setting. Its weights stay in memory as long as the process lives. */
  static VisionTransformer of(Setting setting) {
    Model model = setting.model();
    Key key =
        new Key(
            model.architecture(),
            model.checkpoint().sha256().orElseThrow(),
            model.positionEmbedding().filterName(),
            setting.resolution());
    return LOADED.computeIfAbsent(
        key,
        absent ->
            VisionTransformer.load(
                model.architecture(),
                setting.resolution(),
                model.positionEmbedding(),
                weights(model),
                NDManager.newBaseManager()));
  }

  /** Gradient mode belongs to threads, and only the one that starts the engine has it off. */
  static void prepareThread() {
    NDManager.newBaseManager().close(); // the engine starts before its library is called
    JniUtils.setGradMode(false);
  }

  /**
   * Reads a model's checkpoint and checks it against the architecture.
   *
   * @throws InvalidInputException if it does not fit
   */
  static Map<String, HostTensor> weights(Model model) {
    CheckpointReference checkpoint = model.checkpoint();
    if (checkpoint instanceof CheckpointReference.InFile file) {
      return read(Path.of(file.path()), model);
    }
    if (checkpoint instanceof CheckpointReference.Embedded embedded) {
      return embedded(embedded, model);
    }
    throw new InvalidInputException(
        "model %s has no checkpoint: give models.N.checkpoint to run it, or use plan"
            .formatted(model.architecture().name()));
  }

  private static Map<String, HostTensor> embedded(
      CheckpointReference.Embedded reference, Model model) {
    try (InputStream in = Networks.class.getResourceAsStream(reference.resource())) {
      Path copy = Files.createTempFile("tokensweep-" + reference.name(), ".safetensors");
      try {
        Files.write(copy, in.readAllBytes());
        return read(copy, model);
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, HostTensor> read(Path file, Model model) {
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      return Weights.load(List.of(checkpoint), model.architecture(), Map.of(), Methods::ownWeight);
    }
  }
}
