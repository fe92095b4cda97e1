package io.tokensweep.spark;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.View;
import io.tokensweep.sweep.Plan;
import io.tokensweep.sweep.Sweep;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Fills the pixel cache with what a sweep will need. */
public final class PixelPreparation {
  private PixelPreparation() {}

  /**
   * @param images of the data set
   * @param decoded of them those that were not in the cache for all views
   * @param unusable of them those that cannot be decoded
   */
  public record Prepared(long images, long decoded, long unusable) {}

  /**
   * Decodes what the cache does not have.
   *
   * @throws InvalidInputException if the sweep is wrong or its data cannot be read
   * @throws UnfinishedException if machines failed too often, or no executor came
   */
  public static Prepared run(
      Sweep sweep, OptionalInt limit, Path cache, PrintStream log, boolean terminal) {
    Plan plan = Plan.of(sweep, limit, Set.of());
    Progress progress = new Progress(log, terminal, "images", "", plan.images());
    return Sessions.with(
        "prepare " + sweep.name(), session -> decode(session, plan, cache, progress));
  }

  private static Prepared decode(SparkSession session, Plan plan, Path cache, Progress progress) {
    String id = "prepare-" + UUID.randomUUID();
    try {
      Inventory inventory =
          Inventory.take(
              JavaSparkContext.fromSparkContext(session.sparkContext()),
              plan.source(),
              views(plan),
              cache,
              id,
              progress);
      return new Prepared(plan.images(), inventory.decoded(), inventory.bad().size());
    } finally {
      CachedPixels.close(id);
    }
  }

  /** What the networks of a plan see; views that show the same are one. */
  static List<View> views(Plan plan) {
    Map<String, View> views = new TreeMap<>();
    plan.groups().stream()
        .map(group -> group.setting().view())
        .forEach(view -> views.put(view.key(), view));
    return List.copyOf(views.values());
  }
}
