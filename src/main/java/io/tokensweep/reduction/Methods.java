package io.tokensweep.reduction;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The registry: every method by its name. A new method is one class and one line here. */
public final class Methods {
  private static final List<Method> ALL =
      List.of(
          new None(),
          new RandomDrop(),
          new Evit(),
          new TopK(),
          new Bat(),
          new DiversityOnly(),
          new ToMe(),
          new ToMeStaged(),
          new Ppt(),
          new Ats(),
          new AtsStaged(),
          new Avit(),
          new Heuristic(),
          new DpcKnn(),
          new KMedoids(),
          new Sinkhorn(),
          new PatchMerger(),
          new Sit(),
          new DynamicVit(),
          new IaRed2(),
          new SpVit(),
          new Svite(),
          new EvoVit(),
          new AdaVit(),
          new PsVit());

  private static final Pattern BLOCK = Pattern.compile("^blocks\\.\\d+\\.");

  private Methods() {}

  public static List<Method> all() {
    return ALL;
  }

  /**
   * What tells a trial of a method from one with default parameters.
   *
   * @param values by parameter name; whole numbers and reals may be of any number type
   * @return those that are not at their default, all of them where the method is unknown
   */
  public static SortedMap<String, Object> changed(String method, Map<String, Object> values) {
    SortedMap<String, Object> changed = new TreeMap<>(values);
    named(method).stream()
        .flatMap(known -> known.parameters().stream())
        .filter(parameter -> equal(values.get(parameter.name()), parameter.defaultValue()))
        .forEach(parameter -> changed.remove(parameter.name()));
    return changed;
  }

  private static boolean equal(Object value, Object other) {
    if (value instanceof Number a && other instanceof Number b) {
      return a.doubleValue() == b.doubleValue();
    }
    return other.equals(value);
  }

  /** Whether some method calls a weight so, and no backbone does. */
  public static boolean ownWeight(String name) {
    return all().stream()
        .flatMap(method -> method.weightPrefixes().stream())
        .anyMatch(BLOCK.matcher(name).replaceFirst(Method.ANY_BLOCK)::startsWith);
  }

  public static Optional<Method> named(String name) {
    return ALL.stream().filter(method -> method.name().equals(name)).findFirst();
  }
}
