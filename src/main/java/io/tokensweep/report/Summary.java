package io.tokensweep.report;

import io.tokensweep.analysis.Cost;
import io.tokensweep.analysis.Front;
import io.tokensweep.analysis.Front.Standing;
import io.tokensweep.store.TrialRow.Quality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Says in a few sentences what the trials on one data set show. */
final class Summary {
  /** Percentage points of top-1 that the recommended trial may lose. */
  private static final double TOLERATED_LOSS = 1.0;

  private Summary() {}

  static List<String> sentences(Section section) {
    List<String> sentences = new ArrayList<>();
    sentences.add(counts(section));
    section.evidence().fronts(section.data()).stream()
        .filter(front -> front.cost() == Cost.MACS)
        .map(front -> sureness(section, front))
        .forEach(sentences::add);
    section.entries().stream()
        .filter(Entry::isBaseline)
        .filter(baseline -> baseline.quality().isPresent())
        .forEach(baseline -> recommendation(section, baseline).ifPresent(sentences::add));
    return sentences;
  }

  private static String counts(Section section) {
    int measured = section.measured().size();
    int without = section.entries().size() - measured;
    String counts =
        "%d of %s on the front of accuracy against MACs"
            .formatted(
                section.onFront(),
                measured == 1 ? "1 measured trial is" : measured + " measured trials are");
    return without == 0
        ? counts + "."
        : "%s; %d %s no accuracy.".formatted(counts, without, without == 1 ? "has" : "have");
  }

  private static String sureness(Section section, Front front) {
    long sure = front.trials().stream().filter(p -> p.standing() == Standing.DOMINATED).count();
    long tied = front.trials().stream().filter(p -> p.standing() == Standing.TIED).count();
    String knee =
        front
            .knee()
            .map(
                point ->
                    " The front bends most at %s (in %s %% of redrawn image sets)."
                        .formatted(
                            section.names().trial(point.trial()), Format.chance(point.share())))
            .orElse("");
    return "How sure that is%s: %d %s dominated for sure, %d cannot be told from the front; hypervolume %s %% (%s–%s).%s"
        .formatted(
            section.evidence().fronts(section.data()).stream()
                        .filter(other -> other.cost() == Cost.MACS)
                        .count()
                    > 1
                ? " at " + front.peers().precision()
                : "",
            sure,
            sure == 1 ? "trial is" : "trials are",
            tied,
            Format.decimals(100 * front.hypervolume().value(), 1),
            Format.decimals(100 * front.hypervolume().low(), 1),
            Format.decimals(100 * front.hypervolume().high(), 1),
            knee);
  }

  private static Optional<String> recommendation(Section section, Entry baseline) {
    List<Entry> rivals =
        section.measured().stream()
            .filter(entry -> !entry.isBaseline() && entry.top1Change().isPresent())
            .filter(entry -> entry.baseline().filter(baseline.trial()::equals).isPresent())
            .toList();
    Optional<Entry> cheapest =
        rivals.stream()
            .filter(entry -> change(entry) >= -TOLERATED_LOSS)
            .filter(entry -> macs(entry) < macs(baseline))
            .min(
                Comparator.comparingLong(Summary::macs)
                    .thenComparing(Comparator.comparingDouble(Summary::change).reversed()));
    if (cheapest.isPresent()) {
      return cheapest.map(
          entry ->
              "Cheapest within %s point of %s: %s"
                  .formatted(
                      Format.number(TOLERATED_LOSS), baseline.name(), sentence(section, entry)));
    }
    return rivals.stream()
        .max(Comparator.comparingDouble(Summary::change))
        .map(
            entry ->
                "No cheaper trial stays within %s point of %s; closest: %s"
                    .formatted(
                        Format.number(TOLERATED_LOSS), baseline.name(), sentence(section, entry)));
  }

  private static String sentence(Section section, Entry entry) {
    Quality quality = entry.quality().orElseThrow();
    Quality before = entry.baselineQuality().orElseThrow();
    double saved = 100 - entry.macsShare().orElseThrow();
    String kept =
        before.top1().value() == 0
            ? "has"
            : "keeps %s of the top-1 accuracy,"
                .formatted(Format.percent(100 * quality.top1().value() / before.top1().value()));
    String speed =
        entry.speedUp().isPresent()
            ? ", at %s × the throughput"
                .formatted(Format.decimals(entry.speedUp().getAsDouble(), 2))
            : "";
    String bounds =
        section
            .evidence()
            .change(entry.trial())
            .map(change -> ", 95 % interval " + Format.changes(change))
            .orElse("");
    return "%s %s %s against %s (%s points%s), with %s %s MACs%s%s."
        .formatted(
            entry.name(),
            kept,
            Format.percent(quality.top1().value()),
            Format.percent(before.top1().value()),
            Format.points(change(entry)),
            bounds,
            Format.percent(Math.abs(saved)),
            saved >= 0 ? "fewer" : "more",
            speed,
            bounds.isEmpty() && overlap(quality, before) ? "; the 95 % intervals overlap" : "");
  }

  private static boolean overlap(Quality first, Quality second) {
    return first.top1().low() <= second.top1().high() && second.top1().low() <= first.top1().high();
  }

  private static double change(Entry entry) {
    return entry.top1Change().orElseThrow();
  }

  private static long macs(Entry entry) {
    return entry.quality().orElseThrow().macs();
  }
}
