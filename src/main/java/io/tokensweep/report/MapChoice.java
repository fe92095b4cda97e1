package io.tokensweep.report;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.Spread;
import io.tokensweep.store.TrialRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which token maps are wanted.
 *
 * @param trials ids or beginnings of them; if there are none, of the trials that differ in the keep
 *     rate alone the one nearest to one half, unless keep rates are given
 * @param methods names; none for all
 * @param keepRates none for all
 * @param images names; if there are none, {@code count} images spread over the data set
 * @param count at least 1
 * @param most at most so many trials
 */
public record MapChoice(
    List<String> trials,
    List<String> methods,
    List<Double> keepRates,
    List<String> images,
    int count,
    OptionalInt most) {
  private static final double USUAL_KEEP_RATE = 0.5;

  public MapChoice {
    trials = List.copyOf(trials);
    methods = List.copyOf(methods);
    keepRates = List.copyOf(keepRates);
    images = List.copyOf(images);
    if (count < 1) {
      throw new InvalidInputException(
          "--count: found %d, allowed are whole numbers from 1".formatted(count));
    }
  }

  /** Of each method one trial, at most so many, on a few images. */
  public static MapChoice some(int trials, int images) {
    return new MapChoice(
        List.of(), List.of(), List.of(), List.of(), images, OptionalInt.of(trials));
  }

  /**
   * The trials that are wanted.
   *
   * @param all from which to choose
   * @throws InvalidInputException if an id or a method is not among them, or if nothing is left
   */
  public List<TrialRow> trials(List<TrialRow> all) {
    List<TrialRow> good = all.stream().filter(t -> t.status() == TrialRow.Status.OK).toList();
    List<TrialRow> chosen = new ArrayList<>(trials.isEmpty() ? byKind(good) : byId(good));
    if (chosen.isEmpty()) {
      throw new InvalidInputException(
          "no trial is left to show: --method %s, --keep-rate %s; there are %s"
              .formatted(
                  methods,
                  keepRates,
                  good.stream().map(new Names(good)::trial).collect(joining("; "))));
    }
    return most.isPresent() && chosen.size() > most.getAsInt()
        ? chosen.subList(0, most.getAsInt())
        : chosen;
  }

  private List<TrialRow> byId(List<TrialRow> good) {
    List<TrialRow> found = new ArrayList<>();
    for (String id : trials) {
      List<TrialRow> named =
          good.stream().filter(t -> !id.isEmpty() && t.trialId().startsWith(id)).toList();
      if (named.size() != 1) {
        throw new InvalidInputException(
            "trial '%s': found %d of that name, allowed are %s"
                .formatted(
                    id, named.size(), good.stream().map(TrialRow::trialId).collect(joining(", "))));
      }
      found.addAll(named);
    }
    return found.stream().distinct().toList();
  }

  private List<TrialRow> byKind(List<TrialRow> good) {
    for (String method : methods) {
      if (good.stream().noneMatch(t -> t.configuration().method().equals(method))) {
        throw new InvalidInputException(
            "--method: found '%s', allowed are %s"
                .formatted(
                    method,
                    good.stream()
                        .map(t -> t.configuration().method())
                        .distinct()
                        .collect(joining(", "))));
      }
    }
    List<TrialRow> wanted =
        good.stream()
            .filter(
                t ->
                    methods.isEmpty()
                        ? !Entry.isBaseline(t)
                        : methods.contains(t.configuration().method()))
            .toList();
    return keepRates.isEmpty()
        ? oneOfEach(wanted)
        : wanted.stream().filter(this::hasKeepRate).toList();
  }

  private boolean hasKeepRate(TrialRow trial) {
    return trial.configuration().keepRate().stream()
        .anyMatch(rate -> keepRates.stream().anyMatch(other -> Math.abs(rate - other) < 1e-9));
  }

  private static List<TrialRow> oneOfEach(List<TrialRow> trials) {
    Names names = new Names(trials);
    return trials.stream()
        .collect(groupingBy(names::series, LinkedHashMap::new, toList()))
        .values()
        .stream()
        .map(
            series ->
                series.stream().min(Comparator.comparingDouble(MapChoice::fromUsual)).orElseThrow())
        .toList();
  }

  private static double fromUsual(TrialRow trial) {
    return Math.abs(trial.configuration().keepRate().orElse(USUAL_KEEP_RATE) - USUAL_KEEP_RATE);
  }

  /**
   * The images that are wanted.
   *
   * @param all names, in the order of the data set
   * @throws InvalidInputException if one is not among them
   */
  public List<String> images(List<String> all) {
    for (String image : images) {
      if (!all.contains(image)) {
        throw new InvalidInputException(
            "--image: found '%s', which is none of the %d images of the run, such as %s"
                .formatted(image, all.size(), all.stream().limit(3).collect(joining(", "))));
      }
    }
    return images.isEmpty() ? Spread.over(all, count) : images;
  }
}
