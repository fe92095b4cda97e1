package io.tokensweep.spark;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.tokensweep.InvalidInputException;
import io.tokensweep.eval.PatchScores;
import io.tokensweep.eval.PixelBatch;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.model.checkpoint.SafetensorsWriter;
import io.tokensweep.model.checkpoint.TensorType;
import io.tokensweep.reduction.PsVit;
import io.tokensweep.sweep.CanonicalJson;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Model;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.Setting;
import io.tokensweep.sweep.Sweep;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Computes the patch scores of {@code psvit} for one model, at each resolution of a sweep, on a
 * sample of its images, and writes them as a file of method weights. Runs in this process.
 */
public final class Calibration {
  /** Fixed, so that the scores do not depend on it; a batch keeps the attention of all blocks. */
  private static final int BATCH = 4;

  private final Plan plan;
  private final Path out;
  private final PrintStream log;
  private final boolean terminal;

  /**
   * @param sweep the model, the images, the transform and the resolutions
   * @param images at most this many, spread over the data set as {@code --limit} does
   * @param out the file to write, replaced if it exists
   * @param log receives progress
   * @param terminal whether {@code log} is a terminal
   * @throws InvalidInputException if the sweep has several models, or one of a single block
   */
  public Calibration(Sweep sweep, int images, Path out, PrintStream log, boolean terminal) {
    EngineThreads.apply();
    this.plan = Plan.of(sweep, OptionalInt.of(images), Set.of());
    this.out = out;
    this.log = log;
    this.terminal = terminal;
    List<Model> models = settings().stream().map(Setting::model).distinct().toList();
    if (models.size() > 1) {
      throw new InvalidInputException(
          "calibrate: found %d models, allowed: one model with one checkpoint and one position"
                  .formatted(models.size())
              + " embedding");
    }
    if (model().architecture().depth() < 2) {
      throw new InvalidInputException(
          "calibrate: found a model of one block, allowed: models of at least two");
    }
  }

  /**
   * Runs the network and writes the file.
   *
   * @return what the file's metadata says
   * @throws InvalidInputException if the checkpoint does not fit or an image cannot be decoded
   * @throws IOException if the file cannot be written
   */
  public Map<String, String> run() throws IOException {
    Networks.weights(model());
    EngineThreads.use(EngineThreads.wholeDevice());
    Files.createDirectories(out.toAbsolutePath().getParent());
    Progress progress =
        new Progress(log, terminal, "calibrate", "", (long) settings().size() * plan.images());
    Map<String, HostTensor> scores = new TreeMap<>();
    for (Setting setting : settings()) {
      int patches = setting.model().architecture().patches(setting.resolution());
      scores.put(PsVit.weightName(patches), scores(setting, progress));
    }
    Map<String, String> metadata = metadata();
    SafetensorsWriter.write(out, scores, metadata, TensorType.F32);
    return metadata;
  }

  private HostTensor scores(Setting setting, Progress progress) {
    try (Networks.Lease network = Networks.of(setting, Engine.getInstance().defaultDevice())) {
      return scores(setting, network.network(), progress);
    }
  }

  private HostTensor scores(Setting setting, VisionTransformer network, Progress progress) {
    PatchScores scores = new PatchScores(network);
    for (int from = 0; from < plan.images(); from += BATCH) {
      List<Integer> indices =
          IntStream.range(from, Math.min(from + BATCH, plan.images())).boxed().toList();
      PixelBatch batch =
          PixelBatch.load(
              plan.source().images(),
              indices,
              setting.view(),
              PixelBatch.Pixels.decoding(plan.source()));
      try (NDManager manager = NDManager.newBaseManager()) {
        scores.add(batch.toArray(manager));
      }
      progress.add(indices.size());
    }
    return scores.mean();
  }

  private Map<String, String> metadata() {
    Setting any = settings().get(0);
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("method", "psvit");
    metadata.put("model", model().architecture().name());
    metadata.put("checkpoint_sha256", model().checkpoint().sha256().orElseThrow());
    metadata.put("position_embedding", model().positionEmbedding().filterName());
    metadata.put("data_sha256", any.data());
    metadata.put("images", String.valueOf(plan.images()));
    metadata.put("transform", CanonicalJson.of(any.transform().canonical()));
    metadata.put(
        "resolutions", CanonicalJson.of(settings().stream().map(Setting::resolution).toList()));
    return metadata;
  }

  private Model model() {
    return settings().get(0).model();
  }

  private List<Setting> settings() {
    return plan.groups().stream().map(Group::setting).toList();
  }
}
