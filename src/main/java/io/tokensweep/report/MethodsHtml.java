package io.tokensweep.report;

import static java.util.stream.Collectors.joining;

import io.tokensweep.analysis.Cost;
import io.tokensweep.analysis.Front;
import io.tokensweep.analysis.Front.Standing;
import io.tokensweep.store.TrialRow;
import java.util.List;
import java.util.Optional;

/** How the methods compare: the front of each by itself against MACs, and its part in the whole. */
final class MethodsHtml {
  private MethodsHtml() {}

  /** Empty where nothing more than rows of trials is known. */
  static String table(Section section) {
    List<Front> methods = section.evidence().methods(section.data());
    if (methods.isEmpty()) {
      return "";
    }
    return """
        <section class="methods">
        <h3>Method by method</h3>
        <p class="soft">The front of each method by itself against MACs. Hypervolume: share of the rectangle up to the costliest trial of all and 100 %% that lies below it, with 95 %% interval.</p>
        <div class="scroll">
        <table class="plain">
        <thead><tr><th>Method</th><th class="number">Trials</th><th class="number">On the front of all</th><th class="number">Tied with it</th><th class="number">Hypervolume (%%)</th><th>Bends most at</th></tr></thead>
        <tbody>
        %s
        </tbody>
        </table>
        </div>
        </section>"""
        .formatted(methods.stream().map(front -> row(section, front)).collect(joining("\n")));
  }

  private static String row(Section section, Front front) {
    String precision =
        section.evidence().fronts(section.data()).stream()
                    .map(each -> each.peers().precision())
                    .distinct()
                    .count()
                > 1
            ? ", " + front.peers().precision()
            : "";
    return "<tr><td>%s</td><td class=\"number\">%d</td><td class=\"number\">%d</td><td class=\"number\">%d</td><td class=\"number\">%s <small>%s–%s</small></td><td>%s</td></tr>"
        .formatted(
            Text.html(Text.shortened(front.method().orElse("") + precision, 80)),
            front.trials().size(),
            count(section, front, Standing.FRONT),
            count(section, front, Standing.TIED),
            percent(front.hypervolume().value()),
            percent(front.hypervolume().low()),
            percent(front.hypervolume().high()),
            Text.html(
                front
                    .knee()
                    .map(knee -> Text.shortened(section.names().trial(knee.trial()), 80))
                    .orElse(Format.NOTHING)));
  }

  private static String percent(double share) {
    return Format.decimals(100 * share, 1);
  }

  /** Trials of the method that stand so among those of all methods. */
  private static long count(Section section, Front front, Standing standing) {
    return front.trials().stream()
        .map(Front.Placed::trial)
        .map(trial -> standing(section, trial))
        .filter(found -> found.filter(standing::equals).isPresent())
        .count();
  }

  private static Optional<Standing> standing(Section section, TrialRow trial) {
    return section.evidence().placed(Cost.MACS, trial).map(Front.Placed::standing);
  }
}
