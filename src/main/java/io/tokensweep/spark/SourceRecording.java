package io.tokensweep.spark;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.tokensweep.InvalidInputException;
import io.tokensweep.data.BadImageException;
import io.tokensweep.data.ImageEntry;
import io.tokensweep.data.ImageSource;
import io.tokensweep.data.RgbImage;
import io.tokensweep.eval.Evaluator;
import io.tokensweep.eval.PixelBatch;
import io.tokensweep.store.SourceRow;
import io.tokensweep.store.TrialRow;
import io.tokensweep.sweep.Group;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.Sweep;
import io.tokensweep.sweep.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Evaluates a few images of a sweep to see where their patches go. Nothing is stored. Runs in this
 * process.
 */
public final class SourceRecording {
  private final Plan plan;

  /**
   * @param limit at most this many images of the data set
   * @throws InvalidInputException if the sweep cannot be planned
   */
  public SourceRecording(Sweep sweep, OptionalInt limit) {
    EngineThreads.apply();
    this.plan = Plan.of(sweep, limit, Set.of());
  }

  /** All trials of the sweep, without results. */
  public List<TrialRow> trials() {
    return plan.trials().stream().map(TrialSummaries::unmeasured).toList();
  }

  /** Names of all images. */
  public List<String> images() {
    return plan.source().images().stream().map(ImageEntry::name).toList();
  }

  /**
   * Where the patches of some images go.
   *
   * @param trials ids
   * @param images names
   * @throws InvalidInputException if a checkpoint does not fit, an image cannot be decoded, or a
   *     trial fails
   */
  public List<SourceRow> record(Set<String> trials, List<String> images) {
    EngineThreads.use(EngineThreads.wholeDevice());
    List<SourceRow> rows = new ArrayList<>();
    for (Group group : plan.groups()) {
      List<Trial> wanted =
          group.trials().stream().filter(trial -> trials.contains(trial.id().value())).toList();
      if (!wanted.isEmpty()) {
        Networks.checkModules(wanted);
        for (String image : images) {
          record(group, wanted, image, rows);
        }
      }
    }
    return rows;
  }

  private void record(Group group, List<Trial> trials, String image, List<SourceRow> rows) {
    PixelBatch batch =
        PixelBatch.load(
            source().images(),
            List.of(index(image)),
            group.setting().view(),
            PixelBatch.Pixels.decoding(source()));
    Device device = Engine.getInstance().defaultDevice();
    try (Networks.Lease lease = Networks.of(group.setting(), device);
        NDManager manager = NDManager.newBaseManager(device)) {
      new Evaluator(lease.network(), trials.stream().map(QualityTask::variant).toList(), true)
          .evaluate(
              batch.toArray(manager),
              batch.keys(),
              (variant, outcome) ->
                  rows.addAll(
                      UnitTotals.sources("", variant.trialId(), image, 0, outcome.evidence())));
    } catch (RuntimeException e) {
      if (e instanceof InvalidInputException) {
        throw e;
      }
      throw new InvalidInputException(
          "image %s cannot be evaluated: %s".formatted(image, FailureReason.of(e)), e);
    }
  }

  /**
   * What a trial sees of an image.
   *
   * @throws InvalidInputException if it cannot be decoded
   */
  public RgbImage pixels(String trialId, String image) {
    Trial trial =
        plan.trials().stream()
            .filter(t -> t.id().value().equals(trialId))
            .findFirst()
            .orElseThrow();
    try {
      return source().load(index(image), trial.setting().transform(), trial.resolution());
    } catch (BadImageException e) {
      throw new InvalidInputException(
          "image %s cannot be used: %s".formatted(image, e.getMessage()), e);
    }
  }

  private ImageSource source() {
    return plan.source();
  }

  private int index(String image) {
    return images().indexOf(image);
  }
}
