package io.tokensweep.report;

import io.tokensweep.report.Provenance.Detail;
import io.tokensweep.store.TrialRow.Configuration;
import io.tokensweep.store.TrialRow.Interval;
import io.tokensweep.store.TrialRow.Quality;
import io.tokensweep.store.TrialRow.Throughput;
import io.tokensweep.store.TrialRow.Timing;
import java.util.ArrayList;
import java.util.List;

/** Everything about one trial, as shown when the pointer rests on it. */
final class Facts {
  private final Section section;
  private final Entry entry;
  private final List<Detail> facts = new ArrayList<>();

  private Facts(Section section, Entry entry) {
    this.section = section;
    this.entry = entry;
  }

  static List<Detail> of(Section section, Entry entry) {
    Facts facts = new Facts(section, entry);
    facts.configuration(entry.trial().configuration());
    entry.quality().ifPresent(facts::quality);
    entry.throughput().ifPresent(facts::throughput);
    entry.placing().ifPresent(placing -> facts.add("front", facts.front()));
    facts.add("trial", entry.trial().trialId());
    return List.copyOf(facts.facts);
  }

  private void add(String name, String value) {
    facts.add(new Detail(name, value));
  }

  private void configuration(Configuration configuration) {
    add("model", Text.shortened(configuration.model(), 60));
    add("method", Text.shortened(Names.method(entry.trial()), 60));
    configuration.keepRate().ifPresent(keepRate -> add("keep rate", Format.number(keepRate)));
    if (!configuration.sites().isEmpty()) {
      add("blocks", Format.blocks(configuration.sites()));
    }
    add("resolution", configuration.resolution() + " px, " + configuration.precision());
  }

  private void quality(Quality quality) {
    add("top-1", accuracy(quality.top1()));
    add(
        "correct",
        Format.whole(quality.correct1()) + " of " + Format.whole(quality.images()) + " images");
    entry.top1Change().ifPresent(change -> add("against none", Format.points(change) + " points"));
    add("top-5", accuracy(quality.top5()));
    String share =
        entry.macsShare().isPresent()
            ? " (" + Format.percent(entry.macsShare().getAsDouble()) + " of none)"
            : "";
    add("MACs", Format.macs(quality.macs()) + share);
    add("tokens", Text.shortened(Format.tokens(quality.tokens()), 60));
    add(
        "diversity",
        "%s, raw %s (block %d)"
            .formatted(
                Format.significant(quality.diversity().medoidNorm()),
                Format.significant(quality.diversity().medoid()),
                quality.diversityBlock()));
  }

  private void throughput(Throughput throughput) {
    Interval rate = throughput.imagesPerSecond();
    String bounds =
        throughput
            .timing()
            .map(timing -> Format.rates(timing.imagesPerSecond()))
            .orElseGet(() -> "quartiles " + Format.rates(rate));
    add("throughput", "%s images/s (%s)".formatted(Format.rate(rate.value()), bounds));
    if (entry.speedUp().isPresent()) {
      add(
          "speed-up",
          Format.decimals(entry.speedUp().getAsDouble(), 2)
              + " × none"
              + entry.ratio().map(ratio -> " (" + Format.ratios(ratio) + ")").orElse(""));
    }
    throughput.timing().ifPresent(this::timing);
  }

  private void timing(Timing timing) {
    timing
        .latency()
        .ifPresent(
            latency ->
                add(
                    "latency",
                    "%s ms (90 %%: %s, 99 %%: %s)"
                        .formatted(
                            Format.significant(latency.p50()),
                            Format.significant(latency.p90()),
                            Format.significant(latency.p99()))));
    timing
        .peakMemory()
        .ifPresent(bytes -> add("memory of a pass", Format.mebibytes(bytes) + " MiB"));
    timing.warning().ifPresent(warning -> add("doubt", Text.shortened(warning, 120)));
  }

  private static String accuracy(Interval interval) {
    return "%s %% (%s)".formatted(Format.decimals(interval.value(), 2), bounds(interval));
  }

  private static String bounds(Interval interval) {
    return Format.decimals(interval.low(), 2) + "–" + Format.decimals(interval.high(), 2);
  }

  private String front() {
    return entry
        .placing()
        .orElseThrow()
        .dominator()
        .map(
            dominator -> {
              double best = Entry.comparable(dominator).orElseThrow().top1().low();
              boolean close = entry.quality().orElseThrow().top1().high() >= best;
              return "dominated by %s%s"
                  .formatted(
                      Text.shortened(section.names().trial(dominator), 60),
                      close ? "; intervals overlap" : "");
            })
        .orElse("on the front");
  }
}
