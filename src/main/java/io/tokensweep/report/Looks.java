package io.tokensweep.report;

import io.tokensweep.report.Figure.Look;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How each series of a section is drawn: the colour tells the method, the dash its parameters, the
 * symbol the network, or the parameters where there is one network. Beyond seven methods colours
 * come again with other symbols.
 */
final class Looks {
  /** Colours that colour-blind eyes tell apart. */
  static final int COLOURS = 7;

  private final Map<String, Look> looks = new HashMap<>();

  /**
   * @param methods all of the report in one order, so that a method has one colour everywhere
   */
  Looks(Section section, List<String> methods) {
    List<String> networks =
        section.entries().stream()
            .map(each -> section.names().network(each.trial()))
            .distinct()
            .toList();
    Map<String, List<String>> variants = new HashMap<>();
    for (Entry entry : section.entries()) {
      String method = entry.trial().configuration().method();
      List<String> ofMethod = variants.computeIfAbsent(method, any -> new ArrayList<>());
      String name = Names.method(entry.trial());
      if (!ofMethod.contains(name)) {
        ofMethod.add(name);
      }
      int rank = methods.indexOf(method);
      int variant = ofMethod.indexOf(name);
      int network = networks.indexOf(section.names().network(entry.trial()));
      looks.putIfAbsent(
          entry.series(),
          entry.isBaseline()
              ? new Look(Look.INK, 1, network)
              : new Look(
                  rank % COLOURS,
                  variant,
                  rank / COLOURS + (networks.size() > 1 ? network : variant)));
    }
  }

  /** All methods but the unreduced network. */
  static List<String> methods(List<Section> sections) {
    return sections.stream()
        .flatMap(section -> section.entries().stream())
        .map(entry -> entry.trial().configuration().method())
        .filter(method -> !method.equals(Entry.BASELINE))
        .distinct()
        .sorted()
        .toList();
  }

  Look of(String series) {
    return looks.get(series);
  }
}
