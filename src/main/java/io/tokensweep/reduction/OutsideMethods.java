package io.tokensweep.reduction;

import io.tokensweep.CodeHash;
import io.tokensweep.InvalidInputException;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.regex.Pattern;

/** The methods that jars and class folders on the class path declare as services. */
final class OutsideMethods {
  private static final Pattern NAME = Pattern.compile("[a-z0-9_]+");

  private OutsideMethods() {}

  /**
   * Finds them, by name.
   *
   * @param builtIn whose names are taken
   * @throws InvalidInputException if one cannot be created, or its name is taken or no name
   */
  static List<Method> load(ClassLoader loader, Collection<Method> builtIn) {
    Map<String, Method> byName = new LinkedHashMap<>();
    builtIn.forEach(method -> byName.put(method.name(), method));
    List<Method> outside;
    try {
      outside =
          ServiceLoader.load(Method.class, loader).stream()
              .map(ServiceLoader.Provider::get)
              .toList();
      outside.forEach(method -> add(method, byName));
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new InvalidInputException(
          "methods on the class path: %s, allowed are public classes with a public constructor"
                  .formatted(e.getMessage())
              + " without parameters, built for this version"
              + (e.getCause() == null ? "" : " (%s)".formatted(e.getCause())),
          e);
    }
    return outside.stream().sorted(Comparator.comparing(Method::name)).toList();
  }

  private static void add(Method method, Map<String, Method> byName) {
    String name = method.name();
    if (name == null || !NAME.matcher(name).matches()) {
      throw new InvalidInputException(
          "%s: method %s is named '%s', allowed are lower-case letters, digits and underscores"
              .formatted(CodeHash.location(method.getClass()), method.getClass().getName(), name));
    }
    Method other = byName.putIfAbsent(name, method);
    if (other != null) {
      throw new InvalidInputException(
          "%s: method %s is named %s like %s, allowed is a name of its own"
              .formatted(
                  CodeHash.location(method.getClass()),
                  method.getClass().getName(),
                  name,
                  other.getClass().getName()));
    }
  }
}
