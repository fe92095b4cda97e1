package io.tokensweep.report;

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
                  .formatted(Format.number(TOLERATED_LOSS), baseline.name(), sentence(entry)));
    }
    return rivals.stream()
        .max(Comparator.comparingDouble(Summary::change))
        .map(
            entry ->
                "No cheaper trial stays within %s point of %s; closest: %s"
                    .formatted(Format.number(TOLERATED_LOSS), baseline.name(), sentence(entry)));
  }

  private static String sentence(Entry entry) {
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
    return "%s %s %s against %s (%s points), with %s %s MACs%s%s."
        .formatted(
            entry.name(),
            kept,
            Format.percent(quality.top1().value()),
            Format.percent(before.top1().value()),
            Format.points(change(entry)),
            Format.percent(Math.abs(saved)),
            saved >= 0 ? "fewer" : "more",
            speed,
            overlap(quality, before) ? "; the 95 % intervals overlap" : "");
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
