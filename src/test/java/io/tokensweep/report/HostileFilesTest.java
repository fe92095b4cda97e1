package io.tokensweep.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.store.TrialRow;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Strings from outside are text in every file. */
class HostileFilesTest {
  private static final String HOSTILE =
      "=cmd|' /C calc'!A0</text><script>alert(1)</script>\"'&\u202E\\input{/etc/passwd}$x$ | [a](http://b) %&#_{}~^"
          + "long".repeat(2500);

  private static Section section() {
    List<TrialRow> trials = new ArrayList<>(Trials.sweep(HOSTILE, 224, HOSTILE, 100));
    trials.add(
        Trials.trial(HOSTILE, 224, HOSTILE, HOSTILE, HOSTILE, OptionalDouble.of(0.5))
            .measured(100, 50, 3, 900, 0.5));
    return Section.of(trials).get(0);
  }

  private static List<Figure> figures() {
    Section section = section();
    return Figures.ofFiles(section, new Looks(section, Looks.methods(List.of(section))));
  }

  @Test
  void svgIsWellFormedAndHasNoScript() throws Exception {
    DocumentBuilderFactory xml = DocumentBuilderFactory.newInstance();
    xml.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    for (Figure figure : figures()) {
      Document svg =
          xml.newDocumentBuilder()
              .parse(new InputSource(new StringReader(FigureFiles.svg(figure))));
      assertEquals(0, svg.getElementsByTagName("script").getLength());
      assertTrue(svg.getDocumentElement().getTextContent().contains("<script>alert"));
      assertFalse(svg.getDocumentElement().getTextContent().contains("\u202E"));
    }
  }

  @Test
  void noCellOfACsvIsAFormula() {
    List<String> files = new ArrayList<>(figures().stream().map(FigureFiles::csv).toList());
    files.add(TableFiles.csv(section()));
    files.add(TableFiles.timm(section()));
    for (String file : files) {
      assertFalse(file.contains("\u202E"));
      for (String line : file.split("\r\n", -1)) {
        assertFalse(line.matches("^\"?[=+@|].*|.*,\"?[=+@|].*"), line);
      }
    }
  }

  @Test
  void textStaysTextBehindAnApostrophe() {
    assertEquals("'=1+1", Csv.text("=1+1"));
    assertEquals("'-2+3", Csv.text("-2+3"));
    assertEquals("'@SUM(A1)", Csv.text("@SUM(A1)"));
    assertEquals("a=1", Csv.text("a=1"));
    assertEquals("\"a \"\"b\"\", c\",1\r\n", Csv.line(Csv.text("a \"b\", c"), Csv.number(1)));
  }

  @Test
  void markdownHasOneRowForEachTrialAndNoMarkup() {
    String table = TableFiles.markdown(section());
    List<String> lines = table.lines().toList();
    assertEquals(section().entries().size() + 2, lines.size());
    long columns = lines.get(0).chars().filter(c -> c == '|').count();
    for (String line : lines) {
      assertEquals(columns, line.replace("\\|", "").chars().filter(c -> c == '|').count(), line);
      assertFalse(line.contains("<script") || line.contains("[a](http"), line);
    }
  }

  @Test
  void latexHasOneRowForEachTrialAndNoCommand() {
    String table = TableFiles.latex(section());
    assertFalse(table.contains("\\input"));
    assertTrue(table.contains("\\textbackslash{}input\\{"));
    assertFalse(table.contains("\u202E"));
    for (String line : table.lines().filter(l -> l.endsWith("\\\\")).toList()) {
      long cells = line.replace("\\&", "").chars().filter(c -> c == '&').count();
      assertTrue(line.startsWith("\\multicolumn") || cells == 5, line);
    }
  }
}
