package io.tokensweep.report;

import static java.util.stream.Collectors.joining;

import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Quality;
import io.tokensweep.store.TrialRow.Status;
import java.util.ArrayList;
import java.util.List;

/** The trials as aligned text for a terminal, at most 110 characters wide; timings below. */
public final class TrialTable {
  private static final int WIDTH = 110;
  private static final int NAME = 1;
  private static final List<String> HEADER =
      List.of("", "trial", "keep", "top-1 % (95 %)", "MACs", "of none", "images/s", "trial id");

  private TrialTable() {}

  /** One table for each data set, each line ended; the front is marked with {@code *}. */
  public static String text(List<TrialRow> trials) {
    return Section.of(trials).stream().map(TrialTable::table).collect(joining("\n"));
  }

  private static String table(Section section) {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    section.entries().forEach(entry -> rows.add(row(entry)));
    int last = HEADER.size() - 1;
    StringBuilder out =
        new StringBuilder(
            new TextTable(rows, NAME, column -> column <= NAME || column == last).text(WIDTH));
    section.entries().stream()
        .filter(entry -> entry.trial().status() != Status.OK)
        .map(
            entry ->
                "%s %s: %s"
                    .formatted(
                        entry.trial().status().key(),
                        entry.trial().trialId(),
                        entry.trial().error().orElse("no reason given")))
        .forEach(line -> out.append(Text.shortened(Text.visible(line), WIDTH)).append('\n'));
    if (!section.measured().isEmpty()) {
      out.append(
          "* on the front of accuracy against MACs; accuracy over %s images\n"
              .formatted(images(section)));
    }
    String timing = TimingTable.text(section, WIDTH);
    return timing.isEmpty() ? out.toString() : out.append('\n').append(timing).toString();
  }

  private static List<String> row(Entry entry) {
    return List.of(
        entry.onFront() ? "*" : "",
        entry.series(),
        Format.keepRate(entry.trial().configuration().keepRate()),
        entry.quality().map(TrialTable::top1).orElse(entry.trial().status().key()),
        entry.quality().map(quality -> Format.macs(quality.macs())).orElse(Format.NOTHING),
        entry.macsShare().isPresent()
            ? Format.percent(entry.macsShare().getAsDouble())
            : Format.NOTHING,
        entry
            .throughput()
            .map(timing -> Format.rate(timing.imagesPerSecond().value()))
            .orElse(Format.NOTHING),
        Text.shortened(Text.visible(entry.trial().trialId()), 16));
  }

  private static String top1(Quality quality) {
    return "%s (%s)"
        .formatted(Format.decimals(quality.top1().value(), 1), Format.bounds(quality.top1()));
  }

  private static String images(Section section) {
    return section.measured().stream()
        .flatMap(entry -> entry.quality().stream())
        .map(quality -> Format.whole(quality.images()))
        .distinct()
        .collect(joining(" or "));
  }
}
