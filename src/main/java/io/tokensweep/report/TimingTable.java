package io.tokensweep.report;

import io.tokensweep.store.TrialRow.Latency;
import io.tokensweep.store.TrialRow.Timing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/** What was timed, as aligned text for a terminal. */
final class TimingTable {
  private static final int NAME = 1;
  private static final List<String> HEADER =
      List.of(
          "", "trial", "keep", "images/s (95 %)", "× none (95 %)", "p50 ms", "p90", "p99", "MiB");

  private TimingTable() {}

  /** Each line ended; empty if nothing was timed. Doubtful timings are marked with {@code !}. */
  static String text(Section section, int width) {
    List<Entry> timed =
        section.entries().stream().filter(entry -> entry.timing().isPresent()).toList();
    if (timed.isEmpty()) {
      return "";
    }
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    timed.forEach(entry -> rows.add(row(entry, entry.timing().orElseThrow())));
    StringBuilder out =
        new StringBuilder(new TextTable(rows, NAME, column -> column <= NAME).text(width));
    out.append("p50, p90, p99: time of one image alone; MiB: memory of a forward pass\n");
    doubts(timed)
        .forEach(
            (doubt, trials) ->
                out.append(Text.shortened("! %s: %s".formatted(count(trials), doubt), width))
                    .append('\n'));
    return out.toString();
  }

  private static String count(int trials) {
    return trials == 1 ? "1 trial" : trials + " trials";
  }

  private static Map<String, Integer> doubts(List<Entry> timed) {
    Map<String, Integer> trials = new LinkedHashMap<>();
    timed.stream()
        .flatMap(entry -> entry.timing().stream())
        .flatMap(timing -> timing.doubts().stream())
        .map(Text::visible)
        .forEach(doubt -> trials.merge(doubt, 1, Integer::sum));
    return trials;
  }

  private static List<String> row(Entry entry, Timing timing) {
    return List.of(
        timing.warning().isPresent() ? "!" : "",
        entry.series(),
        Format.keepRate(entry.trial().configuration().keepRate()),
        "%s (%s)"
            .formatted(
                Format.rate(timing.imagesPerSecond().value()),
                Format.rates(timing.imagesPerSecond())),
        entry
            .ratio()
            .map(r -> "%s (%s)".formatted(Format.decimals(r.value(), 2), Format.ratios(r)))
            .orElse(Format.NOTHING),
        latency(timing, Latency::p50),
        latency(timing, Latency::p90),
        latency(timing, Latency::p99),
        Optional.of(timing.peakMemory())
            .filter(OptionalLong::isPresent)
            .map(bytes -> Format.mebibytes(bytes.getAsLong()))
            .orElse(Format.NOTHING));
  }

  private static String latency(Timing timing, ToDoubleFunction<Latency> percentile) {
    return timing
        .latency()
        .map(latency -> Format.significant(percentile.applyAsDouble(latency)))
        .orElse(Format.NOTHING);
  }
}
