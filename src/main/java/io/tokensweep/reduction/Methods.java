package io.tokensweep.reduction;

import io.tokensweep.CodeHash;
import io.tokensweep.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The registry: every method by its name. A new method is one class and one line here, or a class
 * in a jar of its own that {@link java.util.ServiceLoader} finds on the class path. The built-in
 * methods come first, the others follow by name.
 */
public final class Methods {
  private static final List<Method> BUILT_IN =
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

  private static List<Method> all = List.of();

  private Methods() {}

  /**
   * Every method.
   *
   * @throws InvalidInputException if a method from outside cannot be used, see {@link
   *     OutsideMethods}
   */
  public static synchronized List<Method> all() {
    if (all.isEmpty()) {
      all = all(Thread.currentThread().getContextClassLoader());
    }
    return all;
  }

  /** The built-in methods and those that a class loader finds. */
  static List<Method> all(ClassLoader loader) {
    List<Method> found = new ArrayList<>(BUILT_IN);
    found.addAll(OutsideMethods.load(loader, BUILT_IN));
    return List.copyOf(found);
  }

  /**
   * What tells results of methods from outside from those of other versions of their code.
   *
   * @param names of methods
   * @return for each of them that is not built in, the hash of the jar or folder it came from, by
   *     the name of its class
   */
  public static SortedMap<String, String> outsideCode(Set<String> names) {
    SortedMap<String, String> hashes = new TreeMap<>();
    all().stream()
        .filter(method -> names.contains(method.name()) && !BUILT_IN.contains(method))
        .map(Object::getClass)
        .forEach(code -> hashes.put(code.getName(), CodeHash.of(code, file -> true)));
    return hashes;
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

  /** The method that reduces nothing; it has no parameters. */
  public static Method unreduced() {
    return BUILT_IN.get(0);
  }

  /** Whether some method calls a weight so, and no backbone does. */
  public static boolean ownWeight(String name) {
    return all().stream()
        .flatMap(method -> method.weightPrefixes().stream())
        .anyMatch(BLOCK.matcher(name).replaceFirst(Method.ANY_BLOCK)::startsWith);
  }

  public static Optional<Method> named(String name) {
    return all().stream().filter(method -> method.name().equals(name)).findFirst();
  }
}
