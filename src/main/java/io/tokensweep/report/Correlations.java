package io.tokensweep.report;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.RankCorrelation;
import io.tokensweep.store.ImageValues;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Rank correlations between two metrics over the trials of a run: over all that are comparable, and
 * over those of each keep rate, where the number of tokens cannot explain both.
 */
public final class Correlations {
  private static final long SEED = 0;

  private Correlations() {}

  /** What every prediction has. */
  public enum Metric {
    TOP1("correct1"),
    TOP5("correct5"),
    LOSS("loss"),
    MACS("macs"),
    DIVERSITY_MEDOID("diversity_medoid"),
    DIVERSITY_MEDIAN("diversity_median");

    private final String column;

    Metric(String column) {
      this.column = column;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param data what the trials have in common, in words
   * @param keepRate of all these trials; empty for all trials together
   */
  public record Line(
      String data, OptionalDouble keepRate, int trials, int images, RankCorrelation correlation) {
    /** Whether the trials differ in both metrics. */
    public boolean isDefined() {
      return !Double.isNaN(correlation.rho());
    }
  }

  /**
   * One line for each set of comparable trials, and one for each keep rate in it; sets of fewer
   * than {@link RankCorrelation#LEAST_TRIALS} trials have none.
   */
  public static List<Line> of(
      ResultStore store, Manifest manifest, Metric x, Metric y, int replicates) {
    if (x == y) {
      throw new InvalidInputException(
          "--x and --y are both %s, allowed are two metrics".formatted(x));
    }
    List<Line> lines = new ArrayList<>();
    for (List<TrialRow> trials : comparable(store.trialsWithReused(manifest))) {
      List<OptionalDouble> subsets = new ArrayList<>(List.of(OptionalDouble.empty()));
      trials.stream()
          .flatMapToDouble(trial -> trial.configuration().keepRate().stream())
          .distinct()
          .sorted()
          .mapToObj(OptionalDouble::of)
          .forEach(subsets::add);
      for (OptionalDouble keepRate : subsets) {
        List<String> ids =
            trials.stream()
                .filter(t -> keepRate.isEmpty() || t.configuration().keepRate().equals(keepRate))
                .map(TrialRow::trialId)
                .toList();
        if (ids.size() >= RankCorrelation.LEAST_TRIALS) {
          ImageValues xs = store.imageValues(manifest, ids, x.column);
          ImageValues ys = store.imageValues(manifest, ids, y.column);
          lines.add(
              new Line(
                  title(trials.get(0).configuration()),
                  keepRate,
                  ids.size(),
                  xs.images().size(),
                  RankCorrelation.of(matrix(xs), matrix(ys), replicates, SEED)));
        }
      }
    }
    return lines;
  }

  /** Good trials by data set and network. */
  private static Collection<List<TrialRow>> comparable(List<TrialRow> trials) {
    return trials.stream()
        .filter(trial -> Entry.comparable(trial).isPresent())
        .collect(
            groupingBy(
                trial -> List.of(trial.configuration().data(), Section.network(trial)),
                LinkedHashMap::new,
                toList()))
        .values();
  }

  private static String title(TrialRow.Configuration configuration) {
    return "%s, %d px, %s"
        .formatted(configuration.model(), configuration.resolution(), configuration.precision());
  }

  private static double[][] matrix(ImageValues values) {
    return values.byTrial().values().toArray(double[][]::new);
  }

  /** A table for a terminal. */
  public static String text(List<Line> lines, Metric x, Metric y) {
    if (lines.isEmpty()) {
      return "fewer than %d comparable trials%n".formatted(RankCorrelation.LEAST_TRIALS);
    }
    StringBuilder text = new StringBuilder();
    text.append("rank correlation of %s and %s over trials (95 %% over images)%n".formatted(x, y));
    String data = "";
    for (Line line : lines) {
      if (!line.data().equals(data)) {
        data = line.data();
        text.append("%s, %s images%n".formatted(data, Format.whole(line.images())));
      }
      String rate =
          line.keepRate().isPresent()
              ? "keep rate " + Format.keepRate(line.keepRate())
              : "all trials";
      String value =
          line.isDefined()
              ? "%s (%s to %s)"
                  .formatted(
                      Format.decimals(line.correlation().rho(), 2),
                      Format.decimals(line.correlation().low(), 2),
                      Format.decimals(line.correlation().high(), 2))
              : "undefined: one of the two is the same in all trials";
      text.append("  %-15s %3d trials  %s%n".formatted(rate, line.trials(), value));
    }
    return text.toString();
  }
}
