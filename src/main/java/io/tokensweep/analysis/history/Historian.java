package io.tokensweep.analysis.history;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.compare.Metric;
import io.tokensweep.analysis.history.CommitLine.Order;
import io.tokensweep.analysis.history.CommitLine.Stray;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.RunHead;
import io.tokensweep.store.Summary;
import io.tokensweep.store.SummarySession;
import io.tokensweep.store.SummaryTrial;
import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Configuration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Puts the runs of a store in the order of the commits and looks for steps. */
public final class Historian {
  private static final String UNREDUCED = "none";
  private static final double MEBIBYTE = 1 << 20;
  private static final double TERA = 1e12;
  private static final double GIGA = 1e9;

  /** Series that are looked through again by the check of symmetry: with a step, and without. */
  private static final int LOOKED_AGAIN = 10;

  private static final int FEW = 5;

  private final HistoryQuery query;
  private final Summary summary;
  private final CommitLine line;
  private final Map<String, Commit> commits;
  private final Map<String, Numbered> runs = new HashMap<>();
  private final Map<TrialOnMachine, TrialSamples> trials = new LinkedHashMap<>();
  private final Map<String, Configuration> configurations = new HashMap<>();
  private final Map<String, Integer> companies;

  /** A run and its place in the order of time. */
  private record Numbered(RunHead head, int number, int place) {}

  private record TrialOnMachine(String trialId, String machine) {}

  private Historian(Summary summary, HistoryQuery query) {
    this.summary = summary;
    this.companies = summary.measured();
    this.query = query;
    CommitLine whole =
        CommitLine.of(summary.runs(), query.repository(), query.tip(), query.required());
    this.line = query.since().map(s -> whole.since(s, query.repository())).orElse(whole);
    this.commits = line.byHash();
  }

  /**
   * @throws InvalidInputException if the store or what is asked for is not there
   */
  public static History of(ResultStore store, HistoryQuery query) {
    return Summary.read(store, summary -> new Historian(summary, query).history());
  }

  private History history() {
    for (RunHead run : summary.runs()) {
      if (commits.containsKey(run.commit())) {
        runs.put(run.runId(), new Numbered(run, runs.size(), commits.get(run.commit()).place()));
      }
    }
    chooseTrials();
    summary.trials(this::isOnLine, this::add);
    summary.sessions(this::isOnLine, this::add);
    Map<Integer, Commit> byPlace =
        line.commits().stream().collect(Collectors.toMap(Commit::place, commit -> commit));
    StepFinder finder = new StepFinder(line, query);
    List<Series> series =
        trials.values().stream()
            .flatMap(samples -> samples.series(byPlace).stream())
            .filter(one -> query.metrics().contains(one.metric()))
            .toList()
            .parallelStream()
            .map(finder::withSteps)
            .toList();
    List<Break> breaks =
        trials.values().stream()
            .flatMap(samples -> samples.breaks(byPlace).stream())
            .sorted(Comparator.comparingInt(one -> one.after().place()))
            .toList();
    return new History(
        line,
        query.detection(),
        shown(),
        series,
        (int) runs.values().stream().map(Numbered::place).distinct().count(),
        breaks,
        (int) series.stream().filter(one -> !one.exact()).filter(this::isTooShort).count(),
        SymmetryCheck.of(lookedAgain(series), finder::forward, finder::backward, series),
        warnings());
  }

  /** Fewer points than this have too few orders for a p of alpha. */
  private boolean isTooShort(Series series) {
    int n = series.clean().size();
    double orders = 1;
    for (int i = 1; i <= n / 2; i++) {
      orders *= (double) (n - i + 1) / i;
    }
    return n < 2 * query.detection().least() || 2 / orders > query.detection().alpha();
  }

  private static List<Series> lookedAgain(List<Series> series) {
    return Stream.of(true, false)
        .flatMap(
            stepped ->
                spread(
                    series.stream()
                        .filter(one -> !one.exact() && one.steps().isEmpty() != stepped)
                        .toList())
                    .stream())
        .toList();
  }

  /** Some that lie evenly among all. */
  private static List<Series> spread(List<Series> series) {
    int count = Math.min(LOOKED_AGAIN, series.size());
    return IntStream.range(0, count)
        .mapToObj(i -> series.get((int) ((long) i * series.size() / count)))
        .toList();
  }

  private boolean isOnLine(RunHead run) {
    return runs.containsKey(run.runId());
  }

  /**
   * Which trials are asked for.
   *
   * @throws InvalidInputException if one of the words means no trial
   */
  private void chooseTrials() {
    Map<String, Configuration> all = summary.configurations(this::isOnLine);
    Set<String> useless = new HashSet<>(query.trials());
    all.forEach(
        (id, configuration) -> {
          List<String> fitting =
              query.trials().stream().filter(word -> isMeant(word, id, configuration)).toList();
          fitting.forEach(useless::remove);
          if (query.trials().isEmpty() || !fitting.isEmpty()) {
            configurations.put(id, configuration);
          }
        });
    if (!useless.isEmpty() && !all.isEmpty()) {
      throw new InvalidInputException(
          "--trial: found '%s', allowed are beginnings of trial ids and methods: %s"
              .formatted(
                  String.join("', '", useless),
                  all.values().stream()
                      .map(Configuration::method)
                      .distinct()
                      .sorted()
                      .collect(Collectors.joining(", "))));
    }
  }

  private static boolean isMeant(String word, String id, Configuration configuration) {
    String lower = word.toLowerCase(Locale.ROOT);
    return configuration.method().equals(lower) || (lower.length() > 3 && id.startsWith(lower));
  }

  /** Whether results of a run are of trials that are asked for. */
  private boolean isWanted(String run, String trial) {
    return runs.containsKey(run) && configurations.containsKey(trial);
  }

  private void add(SummaryTrial row) {
    if (!isWanted(row.runId(), row.trialId())) {
      return;
    }
    Numbered run = runs.get(row.runId());
    TrialSamples samples = samples(row.trialId(), run);
    if (!run.head().dirty()) {
      samples.addStatus(run.place(), run.number(), row.status() == TrialRow.Status.OK);
    }
    if (row.status() != TrialRow.Status.OK) {
      return;
    }
    Adding to = new Adding(samples, run, 0);
    to.add(Metric.PARAMS, "", row.params());
    if (row.qualityBatch() > 0) {
      String setup = "batch " + row.qualityBatch();
      to.add(Metric.TOP1, setup, row.top1());
      to.add(Metric.TOP5, setup, row.top5());
      to.add(Metric.LOSS, setup, row.loss());
      to.add(Metric.DIVERSITY, setup, row.diversity());
      to.add(Metric.MACS, setup, row.macs());
    }
    if (row.timedBatch() > 0 && row.memory() > 0) {
      to.add(Metric.MEMORY, timed(row.timedBatch(), row.threads()), row.memory() / MEBIBYTE);
    }
  }

  private record Adding(TrialSamples samples, Numbered run, int company) {
    void add(Metric metric, String setup, double value) {
      samples.add(metric, setup, run.place(), run.number(), company, run.head().dirty(), value);
    }
  }

  /**
   * Throughput and latency relative to the unreduced network of the session; those of that network
   * itself relative to what the device was found to reach.
   */
  private void add(SummarySession row) {
    if (!isWanted(row.runId(), row.trialId())) {
      return;
    }
    Numbered run = runs.get(row.runId());
    TrialSamples samples = samples(row.trialId(), run);
    Adding to = new Adding(samples, run, companies.get(row.runId()));
    String setup = timed(row.timedBatch(), row.threads());
    if (samples.isUnreduced()) {
      to.add(Metric.THROUGHPUT, setup, TERA * row.timedBatch() / (row.batch() * row.limit()));
      to.add(Metric.LATENCY, setup, row.image() * row.limit() / GIGA);
    } else {
      to.add(Metric.THROUGHPUT, setup, row.batchBaseline() / row.batch());
      to.add(Metric.LATENCY, setup, row.image() / row.imageBaseline());
    }
  }

  private final Map<Long, String> setups = new HashMap<>();

  private String timed(int batch, int threads) {
    return setups.computeIfAbsent(
        ((long) batch << 32) + threads,
        any -> "batch %d, %d thread%s".formatted(batch, threads, threads == 1 ? "" : "s"));
  }

  private TrialSamples samples(String trial, Numbered run) {
    return trials.computeIfAbsent(
        new TrialOnMachine(trial, run.head().machineClass()),
        key ->
            new TrialSamples(
                key.trialId(),
                key.machine(),
                configurations.get(key.trialId()).method().equals(UNREDUCED)));
  }

  private Map<String, Configuration> shown() {
    return trials.keySet().stream()
        .map(TrialOnMachine::trialId)
        .distinct()
        .collect(Collectors.toMap(id -> id, configurations::get));
  }

  private List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (line.order() == Order.TIME && !runs.isEmpty()) {
      warnings.add(
          "the order is that of commit times, as no Git repository has these commits; what lies"
              + " between two of them is not known");
    }
    if (!line.strays().isEmpty()) {
      warnings.add(
          "%d measured commits are left out: %s%s"
              .formatted(
                  line.strays().size(),
                  line.strays().stream()
                      .limit(FEW)
                      .map(Historian::words)
                      .collect(Collectors.joining("; ")),
                  line.strays().size() > FEW ? "; …" : ""));
    }
    summary.unreadable().stream().limit(FEW).map(why -> "left out: " + why).forEach(warnings::add);
    return warnings;
  }

  private static String words(Stray stray) {
    String commit = stray.commit();
    return "%s (%d run%s) is %s"
        .formatted(
            commit.substring(0, Math.min(12, commit.length())),
            stray.runs(),
            stray.runs() == 1 ? "" : "s",
            stray.why());
  }
}
