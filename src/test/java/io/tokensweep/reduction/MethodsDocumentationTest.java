package io.tokensweep.reduction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code docs/methods.md} describes the registered methods and no others. */
class MethodsDocumentationTest {
  private static Map<String, List<String>> sections() throws IOException {
    Map<String, List<String>> sections = new LinkedHashMap<>();
    List<String> section = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("docs/methods.md"))) {
      if (line.startsWith("## ")) {
        section = new ArrayList<>();
        sections.put(line.substring(3), section);
      }
      section.add(line);
    }
    return sections;
  }

  @Test
  void everyRegisteredMethodHasASection() throws IOException {
    assertEquals(
        Methods.all().stream().map(Method::name).toList(), List.copyOf(sections().keySet()));
  }

  @Test
  void everyParameterHasARowWithItsDefaultAndMeaning() throws IOException {
    Map<String, List<String>> sections = sections();
    for (Method method : Methods.all()) {
      List<String> rows =
          sections.get(method.name()).stream().filter(line -> line.startsWith("| `")).toList();
      assertEquals(method.parameters().size(), rows.size(), method.name());
      for (int i = 0; i < rows.size(); i++) {
        Parameter parameter = method.parameters().get(i);
        String[] cells = rows.get(i).split(" *\\| *", -1);
        assertEquals("`" + parameter.name() + "`", cells[1], rows.get(i));
        assertEquals(
            String.valueOf(parameter.defaultValue()), cells[3].replace("`", ""), rows.get(i));
        assertTrue(rows.get(i).contains(parameter.meaning()), rows.get(i));
      }
    }
  }
}
