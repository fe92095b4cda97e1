package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.CodeHash;
import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Methods that a class path brings: found in a fixed order, or refused with one line. */
class OutsideMethodsTest {
  @TempDir Path folder;

  /** A method that does nothing, under some name. */
  abstract static class Idle implements Method {
    private final String name;

    Idle(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String source() {
      return "a test";
    }

    @Override
    public List<Parameter> parameters() {
      return List.of();
    }

    @Override
    public boolean usesKeepRate() {
      return false;
    }

    @Override
    public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
      return new TreeMap<>();
    }
  }

  public static final class First extends Idle {
    public First() {
      super("a_first");
    }
  }

  public static final class Second extends Idle {
    public Second() {
      super("b_2");
    }
  }

  public static final class SecondAgain extends Idle {
    public SecondAgain() {
      super("b_2");
    }
  }

  public static final class LikeEvit extends Idle {
    public LikeEvit() {
      super("evit");
    }
  }

  public static final class Shouting extends Idle {
    public Shouting() {
      super("Top-K");
    }
  }

  public static final class Failing extends Idle {
    public Failing() {
      super("failing");
      throw new IllegalStateException("no licence");
    }
  }

  public static final class NoMethod {}

  private List<Method> load(String... classes) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(Method.class.getName()),
        Arrays.stream(classes)
            .map(name -> OutsideMethodsTest.class.getName() + "$" + name + "\n")
            .collect(Collectors.joining()));
    URL[] urls = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, getClass().getClassLoader())) {
      return Methods.all(loader);
    }
  }

  private String refusal(String... classes) {
    String message = assertThrows(InvalidInputException.class, () -> load(classes)).getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  @Test
  void theyFollowTheBuiltInOnesByName() throws IOException {
    List<String> builtIn = Methods.all().stream().map(Method::name).toList();
    List<String> names = load("Second", "First").stream().map(Method::name).toList();
    assertEquals(builtIn, names.subList(0, builtIn.size()));
    assertEquals(List.of("a_first", "b_2"), names.subList(builtIn.size(), names.size()));
  }

  @Test
  void aTakenNameIsRefusedWithBothClasses() {
    String message = refusal("First", "Second", "SecondAgain");
    assertTrue(message.contains("$SecondAgain is named b_2 like"), message);
    assertTrue(message.contains("$Second, allowed"), message);
    assertTrue(refusal("LikeEvit").contains(Evit.class.getName()));
  }

  @Test
  void aNameThatIsNoneIsRefused() {
    String message = refusal("Shouting");
    assertTrue(message.contains("'Top-K', allowed are lower-case letters, digits"), message);
  }

  @Test
  void brokenProvidersAreRefused() {
    assertTrue(refusal("Failing").contains("no licence"));
    assertTrue(refusal("NoMethod").contains("NoMethod"));
    assertTrue(refusal("Missing").contains("$Missing not found"));
  }

  @Test
  void builtInMethodsHaveNoOutsideCode() {
    assertTrue(Methods.outsideCode(Set.of("none", "evit")).isEmpty());
  }

  @Test
  void anotherFileIsOtherCode() {
    String all = CodeHash.of(OutsideMethodsTest.class, file -> file.contains("OutsideMethodsTest"));
    String same = CodeHash.of(First.class, file -> file.contains("OutsideMethodsTest"));
    String fewer = CodeHash.of(First.class, file -> file.contains("OutsideMethodsTest$"));
    assertEquals(all, same);
    assertTrue(!all.equals(fewer));
  }
}
