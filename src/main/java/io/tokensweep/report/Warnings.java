package io.tokensweep.report;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import io.tokensweep.store.TrialRow.Quality;
import io.tokensweep.store.TrialRow.Status;
import io.tokensweep.store.TrialRow.Timing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** What a reader must know before believing the figures. */
final class Warnings {
  private static final int NAMED = 10;

  /** Percentage points to each side. */
  private static final double WIDE = 1;

  private final ReportData data;
  private final List<Section> sections;
  private final List<String> warnings = new ArrayList<>();

  private Warnings(ReportData data, List<Section> sections) {
    this.data = data;
    this.sections = sections;
  }

  static List<String> of(ReportData data, List<Section> sections) {
    return new Warnings(data, sections).collect();
  }

  private List<String> collect() {
    warnings.addAll(data.warnings());
    if (data.trials().isEmpty()) {
      warnings.add("There are no trials.");
    }
    ended(Status.FAILED);
    ended(Status.INVALID);
    ended(Status.QUARANTINED);
    imagesFailed();
    if (data.provenance().dirty()) {
      warnings.add(
          "The working tree differed from the commit: the figures cannot be reproduced from it.");
    }
    if (sections.size() > 1) {
      warnings.add(
          "The trials are on %d data sets: each has its own section, and nothing is compared across them."
              .formatted(sections.size()));
    }
    for (Section section : sections) {
      String where = sections.size() > 1 ? " on data " + Text.shortened(section.data(), 9) : "";
      differing(section, Entry::quality, Quality::images)
          .ifPresent(
              counts ->
                  warnings.add(
                      "The accuracies%s are over different numbers of images (%s): differences between such trials are not printed."
                          .formatted(where, counts)));
      differing(
              section,
              Entry::throughput,
              timing -> "batch %d, threads %d".formatted(timing.batchSize(), timing.threads()))
          .ifPresent(
              ways ->
                  warnings.add(
                      "The throughputs%s were measured in different ways (%s)."
                          .formatted(where, ways)));
      baselines(section, where);
      wide(section, where);
      precisions(section, where);
    }
    warnings.addAll(data.evidence().leftOut());
    doubts();
    return List.copyOf(warnings);
  }

  private Stream<Entry> entries() {
    return sections.stream().flatMap(section -> section.entries().stream());
  }

  private void ended(Status status) {
    List<Entry> ended = entries().filter(entry -> entry.trial().status() == status).toList();
    if (ended.isEmpty()) {
      return;
    }
    String are = ended.size() == 1 ? "is " : "are ";
    String what =
        switch (status) {
          case OK -> are + "good";
          case FAILED -> "failed";
          case INVALID -> are + "invalid";
          case QUARANTINED -> are + "in quarantine";
        };
    String named =
        ended.stream()
            .limit(NAMED)
            .map(entry -> entry.name() + ": " + entry.trial().error().orElse("no reason given"))
            .collect(joining("; "));
    warnings.add(
        "%d of %s %s. %s%s"
            .formatted(
                ended.size(),
                data.trials().size() == 1 ? "1 trial" : data.trials().size() + " trials",
                what,
                named,
                ended.size() > NAMED ? "; more in the table" : ""));
  }

  /** Timings that something speaks against. */
  private void doubts() {
    Map<String, List<String>> trials = new LinkedHashMap<>();
    entries()
        .forEach(
            entry ->
                entry
                    .timing()
                    .map(Timing::doubts)
                    .orElse(List.of())
                    .forEach(
                        doubt ->
                            trials
                                .computeIfAbsent(doubt, absent -> new ArrayList<>())
                                .add(entry.name())));
    trials.forEach(
        (doubt, names) ->
            warnings.add(
                "The timing of %s is doubtful: %s. %s%s"
                    .formatted(
                        names.size() == 1 ? "1 trial" : names.size() + " trials",
                        doubt,
                        names.stream().limit(NAMED).collect(joining("; ")),
                        names.size() > NAMED ? "; more in the table" : "")));
  }

  private void imagesFailed() {
    long most =
        entries()
            .flatMap(entry -> entry.quality().stream())
            .mapToLong(Quality::imagesFailed)
            .max()
            .orElse(0);
    if (most > 0) {
      warnings.add(
          "%s could not be decoded and %s in no accuracy."
              .formatted(
                  most == 1 ? "1 image" : Format.whole(most) + " images",
                  most == 1 ? "is" : "are"));
    }
  }

  private static <T> Optional<String> differing(
      Section section, Function<Entry, Optional<T>> part, Function<T, Object> value) {
    List<String> distinct =
        section.entries().stream()
            .flatMap(entry -> part.apply(entry).map(value).stream())
            .distinct()
            .map(each -> each instanceof Long number ? Format.whole(number) : each.toString())
            .toList();
    return distinct.size() > 1 ? Optional.of(String.join("; ", distinct)) : Optional.empty();
  }

  /** Accuracies so uncertain that small differences mean nothing. */
  private void wide(Section section, String where) {
    double widest =
        section.measured().stream()
            .map(entry -> entry.quality().orElseThrow().top1())
            .mapToDouble(top1 -> (top1.high() - top1.low()) / 2)
            .max()
            .orElse(0);
    if (widest > WIDE) {
      warnings.add(
          "The accuracies%s are uncertain: 95 %% intervals of up to ±%s points. Differences between trials are surer than that, as all see the same images; each is printed with an interval of its own."
              .formatted(where, Format.decimals(widest, 1)));
    }
  }

  private void precisions(Section section, String where) {
    Map<String, Long> precisions =
        section.measured().stream()
            .collect(
                groupingBy(
                    entry -> entry.trial().configuration().precision(),
                    LinkedHashMap::new,
                    counting()));
    if (precisions.size() > 1) {
      warnings.add(
          "Trials%s of different precision are not compared with each other: %s."
              .formatted(
                  where,
                  precisions.entrySet().stream()
                      .map(each -> each.getKey() + " (" + each.getValue() + ")")
                      .collect(joining(", "))));
    }
  }

  private void baselines(Section section, String where) {
    long without =
        section.measured().stream().filter(entry -> entry.baselineQuality().isEmpty()).count();
    if (without > 0) {
      warnings.add(
          "%d measured %s%s %s no unreduced baseline (method none on the same network) to be compared with."
              .formatted(
                  without,
                  without == 1 ? "trial" : "trials",
                  where,
                  without == 1 ? "has" : "have"));
    }
  }
}
