package io.tokensweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.analysis.FrontChange;
import io.tokensweep.analysis.FrontChange.Moved;
import io.tokensweep.store.TrialRow.Interval;
import java.util.List;
import java.util.stream.Collectors;

/** What became of fronts, in words and as JSON. */
final class FrontText {
  private FrontText() {}

  /** One line. */
  static String sentence(FrontChange front, Names names) {
    return "front of accuracy against MACs (%d trials at %s on %s images): %s; hypervolume %s"
        .formatted(
            front.trials(),
            front.precision(),
            Format.whole(front.images()),
            moves(front, names),
            hypervolume(front));
  }

  private static String moves(FrontChange front, Names names) {
    if (front.joined().isEmpty() && front.left().isEmpty()) {
      return "none joined or left, %d stayed".formatted(front.stayed());
    }
    return "%s; %s; %d stayed"
        .formatted(
            list("joined", front.joined(), names),
            list("left", front.left(), names),
            front.stayed());
  }

  private static String list(String what, List<Moved> moved, Names names) {
    return moved.isEmpty()
        ? "none " + what
        : moved.stream()
            .map(one -> "%s (%s)".formatted(names.trial(one.trial()), chances(one)))
            .collect(Collectors.joining(", ", what + ": ", ""));
  }

  /** Probabilities of being on the front, before and after. */
  static String chances(Moved moved) {
    return "%s → %s".formatted(Format.chance(moved.before()), Format.chance(moved.after()));
  }

  /** Before, after, and the change in points. */
  static String hypervolume(FrontChange front) {
    return "%s → %s %%, %s points"
        .formatted(
            Format.decimals(100 * front.base().value(), 2),
            Format.decimals(100 * front.head().value(), 2),
            change(front.change()));
  }

  private static String change(Interval change) {
    return "%s (%s to %s)"
        .formatted(
            CompareReport.signed(100 * change.value()),
            CompareReport.signed(100 * change.low()),
            CompareReport.signed(100 * change.high()));
  }

  static void json(ArrayNode array, FrontChange front, Names names) {
    ObjectNode object = array.addObject();
    object.put("cost", "macs").put("precision", front.precision());
    object.put("trials", front.trials()).put("images", front.images());
    moved(object.putArray("joined"), front.joined(), names);
    moved(object.putArray("left"), front.left(), names);
    object.put("stayed", front.stayed());
    object
        .putObject("hypervolume")
        .put("base", front.base().value())
        .put("head", front.head().value())
        .put("change", front.change().value())
        .put("low", front.change().low())
        .put("high", front.change().high());
  }

  private static void moved(ArrayNode array, List<Moved> moved, Names names) {
    moved.forEach(
        one ->
            array
                .addObject()
                .put("trial_id", one.trial().trialId())
                .put("name", names.trial(one.trial()))
                .put("probability_base", one.before())
                .put("probability_head", one.after()));
  }
}
