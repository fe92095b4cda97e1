package io.tokensweep.sweep;

import io.tokensweep.reduction.Methods;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A plan for people: one line for each trial, then the sums. */
public final class PlanText {
  private static final List<String> HEADER =
      List.of(
          "trial",
          "model",
          "method",
          "parameters",
          "keep rate",
          "resolution",
          "sites",
          "tokens after sites",
          "GMACs",
          "of none");
  private static final String OVERHEAD = "overhead GMACs";
  private static final String NOTHING = "-";

  private PlanText() {}

  /** Lines of at most one trial each, ending in a line break; tokens include the specials. */
  public static String of(Plan plan) {
    Map<Setting, Long> unreduced = new HashMap<>();
    Map<Trial, TokenFlow> flows = new LinkedHashMap<>();
    plan.trials().forEach(trial -> flows.put(trial, trial.flow()));
    boolean overhead = flows.values().stream().anyMatch(flow -> flow.overheadMacs() > 0);
    List<List<String>> rows = new ArrayList<>();
    rows.add(overhead ? and(HEADER, OVERHEAD) : HEADER);
    flows.forEach(
        (trial, flow) -> {
          List<String> row =
              row(trial, flow, unreduced.computeIfAbsent(trial.setting(), PlanText::unreducedMacs));
          rows.add(overhead ? and(row, overhead(flow)) : row);
        });
    StringBuilder out = new StringBuilder();
    writeTable(rows, out);
    out.append('\n');
    writeSums(plan, out);
    return out.toString();
  }

  private static long unreducedMacs(Setting setting) {
    return TokenFlow.of(setting.model().architecture(), setting.resolution(), new TreeMap<>())
        .macs();
  }

  private static List<String> and(List<String> row, String last) {
    return Stream.concat(row.stream(), Stream.of(last)).toList();
  }

  private static String overhead(TokenFlow flow) {
    return flow.overheadMacs() == 0
        ? NOTHING
        : (flow.isExact() ? "" : "<=") + format("%.3f", flow.overheadMacs() / 1e9);
  }

  private static List<String> row(Trial trial, TokenFlow flow, long unreduced) {
    String atMost = flow.isExact() ? "" : "<=";
    String tokens =
        trial.reductions().keySet().stream()
            .map(block -> atMost + flow.steps().get(block).leaving().most())
            .collect(Collectors.joining(" "));
    return List.of(
        trial.id().value(),
        trial.model().architecture().name(),
        trial.method(),
        parameters(trial),
        trial.keepRate().isPresent()
            ? CanonicalJson.number(trial.keepRate().getAsDouble())
            : NOTHING,
        String.valueOf(trial.resolution()),
        trial.sites().isEmpty() ? NOTHING : joined(trial.sites()),
        tokens.isEmpty() ? NOTHING : tokens,
        atMost + format("%.3f", flow.macs() / 1e9),
        atMost + format("%.1f %%", 100.0 * flow.macs() / unreduced));
  }

  /** Those that are not at their default. */
  private static String parameters(Trial trial) {
    String text =
        Methods.changed(trial.method(), trial.parameters().values()).entrySet().stream()
            .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
            .collect(Collectors.joining(" "));
    return text.isEmpty() ? NOTHING : text;
  }

  private static String text(Object value) {
    return value instanceof Double number ? CanonicalJson.number(number) : value.toString();
  }

  private static String joined(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  private static void writeTable(List<List<String>> rows, StringBuilder out) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
  }

  private static void writeSums(Plan plan, StringBuilder out) {
    out.append(
        format(
            "%s: %d trials, %d duplicates, %d measured before%n",
            plan.sweep().name(), plan.trials().size(), plan.duplicates(), plan.committed().size()));
    out.append(
        format(
            "to do: %d groups, %d units, %d images, %d decodes (%d saved), %.1f TMACs (%s saved),"
                + " roughly %s on one core%n",
            plan.groups().size(),
            plan.units().size(),
            plan.images(),
            plan.decodes(),
            plan.decodesSaved(),
            plan.macs().doubleValue() / 1e12,
            share(plan.macsSaved(), plan.macs()),
            time(plan.estimatedTime())));
    if (plan.cut().parts() > 1) {
      double computed = plan.macs().subtract(plan.macsSaved()).doubleValue();
      out.append(
          format(
              "for %d slots: the trials of a group in up to %d units, %.1f TMACs of shared layers"
                  + " computed again (%s of what is computed)%n",
              plan.cut().slots(),
              plan.cut().parts(),
              plan.cut().macsRepeated().doubleValue() / 1e12,
              format("%.1f %%", 100 * plan.cut().macsRepeated().doubleValue() / computed)));
    }
  }

  private static String share(BigInteger part, BigInteger whole) {
    return whole.signum() == 0
        ? "0 %"
        : format("%.0f %%", 100.0 * part.doubleValue() / whole.doubleValue());
  }

  private static String time(Duration time) {
    return time.toHours() > 0
        ? format("%d h %02d min", time.toHours(), time.toMinutesPart())
        : format("%d min %02d s", time.toMinutes(), time.toSecondsPart());
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern.replace("%n", "\n"), values);
  }
}
