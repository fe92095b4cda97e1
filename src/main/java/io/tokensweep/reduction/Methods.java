package io.tokensweep.reduction;

import java.util.List;
import java.util.Optional;

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
          new Heuristic());

  private Methods() {}

  public static List<Method> all() {
    return ALL;
  }

  public static Optional<Method> named(String name) {
    return ALL.stream().filter(method -> method.name().equals(name)).findFirst();
  }
}
