package io.tokensweep.report;

import io.tokensweep.analysis.compare.Change;
import io.tokensweep.analysis.compare.Comparison;
import io.tokensweep.analysis.compare.Comparison.Ended;
import io.tokensweep.analysis.compare.TrialComparison;
import io.tokensweep.analysis.compare.Verdict;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A comparison as JUnit XML, which build servers show: a case for each trial. */
public final class JunitReport {
  private JunitReport() {}

  /**
   * A regression is a failure, what did not end well is an error, what was not compared skipped.
   */
  public static String xml(Comparison comparison) {
    try {
      StringWriter text = new StringWriter();
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      write(comparison, Names.ofComparison(comparison), xml);
      xml.close();
      return text.append('\n').toString();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a writer to memory failed", e);
    }
  }

  private static void write(Comparison comparison, Names names, XMLStreamWriter xml)
      throws XMLStreamException {
    List<TrialComparison> worse =
        comparison.trials().stream().filter(trial -> trial.isWorse(comparison.criteria())).toList();
    int broken = comparison.broken().size() + comparison.failing().size();
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", "tokensweep compare");
    count(
        xml,
        "tests",
        comparison.trials().size()
            + broken
            + comparison.mended().size()
            + comparison.incomparable().size());
    count(xml, "failures", worse.size());
    count(xml, "errors", broken);
    count(xml, "skipped", comparison.incomparable().size());
    for (TrialComparison trial : comparison.trials()) {
      start(xml, names.trial(trial.head()));
      if (trial.isWorse(comparison.criteria())) {
        message(xml, "failure", worse(comparison, trial));
      }
      xml.writeEndElement();
    }
    for (Ended ended : comparison.mended()) {
      start(xml, names.trial(ended.head()));
      xml.writeEndElement();
    }
    for (List<Ended> list : List.of(comparison.broken(), comparison.failing())) {
      for (Ended ended : list) {
        start(xml, names.trial(ended.head()));
        message(
            xml,
            "error",
            ended.head().status().key() + ": " + ended.head().error().orElse("no reason given"));
        xml.writeEndElement();
      }
    }
    for (Comparison.Incomparable one : comparison.incomparable()) {
      start(xml, names.trial(one.trial()));
      message(xml, "skipped", one.what());
      xml.writeEndElement();
    }
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  static void count(XMLStreamWriter xml, String name, int value) throws XMLStreamException {
    xml.writeAttribute(name, String.valueOf(value));
  }

  static void start(XMLStreamWriter xml, String trial) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "tokensweep");
    xml.writeAttribute("name", Text.visible(trial));
  }

  static void message(XMLStreamWriter xml, String element, String text) throws XMLStreamException {
    xml.writeStartElement(element);
    xml.writeAttribute("message", Text.visible(text));
    xml.writeEndElement();
  }

  private static String worse(Comparison comparison, TrialComparison trial) {
    return trial.changes().stream()
        .filter(change -> change.verdict() == Verdict.WORSE)
        .filter(change -> comparison.criteria().regressions().contains(change.metric()))
        .map(JunitReport::sentence)
        .collect(Collectors.joining("; "));
  }

  static String sentence(Change change) {
    return "%s is %s by %s %s"
        .formatted(
            change.metric().key(),
            CompareReport.word(change),
            Format.decimals(Math.abs(change.effect().value()), 2),
            change.metric().unit());
  }
}
