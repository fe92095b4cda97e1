package io.tokensweep.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What one session of timing found: the median times of a group's trials and of the unreduced
 * network that ran in the same rounds, and how much memory each took.
 *
 * @param runId of the run that holds it
 * @param unitId names group and session
 * @param session 0-based
 * @param baselineId trial id of the unreduced network
 * @param baseline seconds of one pass of the unreduced network
 * @param byTrial seconds of one pass of each trial
 * @param company every trial that was timed in it, in quarantine or not
 * @param memory bytes by which memory grew at the peak of a pass of each trial, where it is known
 * @param otherLoad share of the time of the cores that others used, 0 to 1, on average over rounds
 */
public record SessionMedians(
    String runId,
    String unitId,
    int session,
    String baselineId,
    double baseline,
    Map<String, Double> byTrial,
    Set<String> company,
    Map<String, Long> memory,
    OptionalDouble otherLoad) {

  /**
   * Sessions of one run; empty if its results are of a schema before 1.2.
   *
   * @param usable whether a row is not in quarantine
   * @param rows hands over each row of a table of passes
   */
  static List<SessionMedians> read(
      String runId, Predicate<ParquetRows.Row> usable, Consumer<Consumer<ParquetRows.Row>> rows) {
    Map<String, Collected> units = new LinkedHashMap<>();
    rows.accept(
        row -> {
          if (row.has("baseline")) {
            Collected unit = units.computeIfAbsent(row.text("unit_id"), any -> new Collected());
            unit.company.add(row.text("trial_id"));
            if (usable.test(row)) {
              unit.add(row);
            }
          }
        });
    List<SessionMedians> sessions = new ArrayList<>();
    units.forEach(
        (unit, collected) -> {
          if (!collected.baseline.isEmpty()) {
            sessions.add(collected.session(runId, unit));
          }
        });
    return sessions;
  }

  private static final class Collected {
    private int session;
    private String baselineId = "";
    private final List<Double> baseline = new ArrayList<>();
    private final Set<String> company = new HashSet<>();
    private final Map<String, Long> memory = new LinkedHashMap<>();
    private final List<Double> otherLoad = new ArrayList<>();
    private final Map<String, List<Double>> byTrial = new LinkedHashMap<>();

    void add(ParquetRows.Row row) {
      double seconds = row.real("seconds");
      session = row.has("session") ? row.int32("session") : 0;
      byTrial.computeIfAbsent(row.text("trial_id"), any -> new ArrayList<>()).add(seconds);
      if (row.has("memory")) {
        memory.put(row.text("trial_id"), row.int64("memory"));
      }
      if (row.bool("baseline")) {
        baseline.add(seconds);
        baselineId = row.text("trial_id");
        if (row.has("other_load")) {
          otherLoad.add(row.real("other_load"));
        }
      }
    }

    SessionMedians session(String runId, String unit) {
      Map<String, Double> medians = new LinkedHashMap<>();
      byTrial.forEach((trial, seconds) -> medians.put(trial, median(seconds)));
      return new SessionMedians(
          runId,
          unit,
          session,
          baselineId,
          median(baseline),
          medians,
          company,
          memory,
          otherLoad.stream().mapToDouble(Double::doubleValue).average());
    }

    private static double median(List<Double> values) {
      return Bootstrap.percentile(values.stream().mapToDouble(Double::doubleValue).toArray(), 50);
    }
  }
}
