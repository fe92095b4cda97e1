package io.tokensweep.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.store.TrialRow.Configuration;
import io.tokensweep.store.TrialRow.Interval;
import io.tokensweep.store.TrialRow.Quality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A view filled with a run: each line with the trials that are its counterpart.
 *
 * @param view whose table it is
 * @param rows a line once for each counterpart, and once without one where there is none
 * @param models networks that were measured
 */
record PaperTable(PaperView view, List<Row> rows, List<String> models) {
  /** Resolutions this close are the same, relative to those of the networks. */
  private static final double NEAR = 0.06;

  /**
   * @param entry the counterpart; empty if the run has none
   * @param counted multiply-accumulates of the configuration on the paper's own network
   * @param printedBaseline the unreduced network that the paper compares with; empty without figure
   * @param baseline the counterpart of that one, or the unreduced network that the trial has
   */
  record Row(
      PaperLine line,
      Optional<Entry> entry,
      OptionalLong counted,
      Optional<Published> printedBaseline,
      Optional<Entry> baseline) {

    /** Measured change of top-1, if both saw as many images. */
    OptionalDouble measuredChange() {
      Optional<Quality> own = entry.flatMap(Entry::quality);
      Optional<Quality> base = baseline.flatMap(Entry::quality);
      return own.isPresent() && base.isPresent() && own.get().images() == base.get().images()
          ? OptionalDouble.of(own.get().top1().value() - base.get().top1().value())
          : OptionalDouble.empty();
    }

    /** Measured work in percent. */
    OptionalDouble measuredShare() {
      Optional<Quality> own = entry.flatMap(Entry::quality);
      Optional<Quality> base = baseline.flatMap(Entry::quality);
      return own.isPresent() && base.isPresent()
          ? OptionalDouble.of(100.0 * own.get().macs() / base.get().macs())
          : OptionalDouble.empty();
    }

    /** Top-1 of the trial as change, with its interval. */
    Optional<Interval> changeBounds() {
      if (measuredChange().isEmpty()) {
        return Optional.empty();
      }
      Interval top1 = entry.flatMap(Entry::quality).orElseThrow().top1();
      double base = baseline.flatMap(Entry::quality).orElseThrow().top1().value();
      return Optional.of(new Interval(top1.value() - base, top1.low() - base, top1.high() - base));
    }

    OptionalDouble keepRate() {
      OptionalDouble measured =
          entry.map(e -> e.trial().configuration().keepRate()).orElse(OptionalDouble.empty());
      return measured.isPresent() ? measured : line.keepRate();
    }

    /** Printed change of top-1 against the unreduced network, in points. */
    OptionalDouble printedChange() {
      Optional<Published> row = line.published();
      if (row.isPresent() && row.get().top1().isPresent() && printedBaseline.isPresent()) {
        return printedBaseline
            .get()
            .top1()
            .map(
                base ->
                    OptionalDouble.of(row.get().top1().orElseThrow().subtract(base).doubleValue()))
            .orElse(OptionalDouble.empty());
      }
      return row.flatMap(Published::top1Delta)
          .map(delta -> OptionalDouble.of(delta.doubleValue()))
          .orElse(OptionalDouble.empty());
    }

    /**
     * Printed work in percent of the unreduced network's; what is counted where none is printed.
     */
    OptionalDouble printedShare() {
      Optional<Published> row = line.published();
      if (row.isPresent() && row.get().macsDelta().isPresent() && row.get().macs().isEmpty()) {
        return OptionalDouble.of(100 + row.get().macsDelta().orElseThrow().doubleValue());
      }
      double base =
          printedBaseline
              .flatMap(Published::macs)
              .map(Number::doubleValue)
              .orElseGet(() -> unreducedGiga());
      double own =
          row.flatMap(Published::macs)
              .map(Number::doubleValue)
              .orElseGet(() -> counted.isPresent() ? counted.getAsLong() / 1e9 : Double.NaN);
      double share = 100 * own / base;
      return Double.isFinite(share) ? OptionalDouble.of(share) : OptionalDouble.empty();
    }

    private double unreducedGiga() {
      return printedBaseline
          .map(
              row ->
                  PaperModels.macs(
                      new PaperLine(
                          Optional.of(row), "", "none", Map.of(), OptionalDouble.empty(), "")))
          .filter(OptionalLong::isPresent)
          .map(macs -> macs.getAsLong() / 1e9)
          .orElse(Double.NaN);
    }

    /** Printed throughput over that of the unreduced network. */
    OptionalDouble printedSpeedUp() {
      double own =
          line.published()
              .flatMap(Published::throughput)
              .map(Number::doubleValue)
              .orElse(Double.NaN);
      double base =
          printedBaseline
              .flatMap(Published::throughput)
              .map(Number::doubleValue)
              .orElse(Double.NaN);
      return Double.isFinite(own / base) ? OptionalDouble.of(own / base) : OptionalDouble.empty();
    }
  }

  static PaperTable of(PaperView view, List<Section> sections) {
    List<Entry> entries = sections.stream().flatMap(section -> section.entries().stream()).toList();
    List<Row> rows = new ArrayList<>();
    for (PaperLine line : view.lines()) {
      OptionalLong counted = PaperModels.macs(line);
      Optional<Published> baseline = line.published().flatMap(row -> baseline(view, row));
      List<Entry> found = counterparts(line, entries);
      if (found.isEmpty()) {
        rows.add(new Row(line, Optional.empty(), counted, baseline, Optional.empty()));
      }
      found.forEach(
          entry ->
              rows.add(
                  new Row(line, Optional.of(entry), counted, baseline, unreduced(entry, entries))));
    }
    return new PaperTable(
        view,
        List.copyOf(rows),
        entries.stream().map(entry -> entry.trial().configuration().model()).distinct().toList());
  }

  /** The network of a trial without reduction at its least resolution, as in the papers. */
  private static Optional<Entry> unreduced(Entry entry, List<Entry> entries) {
    return entries.stream()
        .filter(Entry::isBaseline)
        .filter(
            other ->
                other.trial().configuration().model().equals(entry.trial().configuration().model()))
        .min(Comparator.comparingInt(other -> other.trial().configuration().resolution()));
  }

  /** The first unreduced network of the same name in the view. */
  private static Optional<Published> baseline(PaperView view, Published row) {
    return view.lines().stream()
        .flatMap(line -> line.published().stream())
        .filter(other -> other.isBaseline() && other.model().equals(row.model()))
        .findFirst();
  }

  private static List<Entry> counterparts(PaperLine line, List<Entry> entries) {
    List<Entry> alike =
        entries.stream()
            .filter(entry -> entry.trial().configuration().method().equals(line.method()))
            .filter(entry -> isOfModel(line, entry.trial().configuration(), entries))
            .filter(entry -> line.accepts(parameters(entry.trial().configuration())))
            .filter(entry -> hasKeepRate(line, entry.trial().configuration()))
            .filter(entry -> hasResolution(line, entry.trial().configuration(), entries))
            .toList();
    boolean one = line.keepRate().isPresent() || line.published().isPresent();
    return one ? alike.stream().limit(1).toList() : alike;
  }

  /** Its own network if the run has it; any other stands in for it. */
  private static boolean isOfModel(PaperLine line, Configuration trial, List<Entry> entries) {
    Optional<String> own = line.published().flatMap(row -> PaperModels.name(row.model()));
    if (line.published().isPresent() && own.isEmpty()) {
      return false;
    }
    boolean present =
        own.isPresent()
            && entries.stream()
                .anyMatch(entry -> entry.trial().configuration().model().equals(own.get()));
    return !present || trial.model().equals(own.get());
  }

  private static boolean hasKeepRate(PaperLine line, Configuration trial) {
    return line.keepRate().isEmpty()
        || (trial.keepRate().isPresent()
            && Math.abs(trial.keepRate().getAsDouble() - line.keepRate().getAsDouble()) < 1e-9);
  }

  /**
   * The resolution that is to the measured network's least one as the printed is to 224, the
   * nearest that was measured.
   */
  private static boolean hasResolution(PaperLine line, Configuration trial, List<Entry> entries) {
    List<Integer> resolutions =
        entries.stream()
            .map(entry -> entry.trial().configuration())
            .filter(other -> other.model().equals(trial.model()))
            .map(Configuration::resolution)
            .distinct()
            .sorted()
            .toList();
    double wanted = (double) line.resolution() / PaperModels.RESOLUTION * resolutions.get(0);
    int nearest =
        resolutions.stream()
            .min(Comparator.comparingDouble(resolution -> Math.abs(resolution - wanted)))
            .orElseThrow();
    return trial.resolution() == nearest && Math.abs(nearest / wanted - 1) <= NEAR;
  }

  private static Map<String, Object> parameters(Configuration trial) {
    try {
      return new ObjectMapper().readValue(trial.parameters(), new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      return Map.of();
    }
  }

  /** What stands in for the networks of the paper; empty if nothing does. */
  Optional<String> standIn() {
    List<String> wanted =
        view.lines().stream()
            .flatMap(line -> line.published().stream())
            .flatMap(row -> PaperModels.name(row.model()).stream())
            .distinct()
            .toList();
    List<String> others = models.stream().filter(model -> !wanted.contains(model)).toList();
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Measured on %s, other weights and other images than the paper's: only the pattern can be compared, not the values."
                .formatted(String.join(", ", others)));
  }
}
