package io.tokensweep.report;

import io.tokensweep.analysis.compare.Comparison;
import io.tokensweep.analysis.compare.Comparison.Ended;
import io.tokensweep.analysis.compare.TrialComparison;
import io.tokensweep.analysis.gate.Finding;
import io.tokensweep.analysis.gate.Finding.State;
import io.tokensweep.analysis.gate.GateResult;
import io.tokensweep.store.TrialRow;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * What a gate says as JUnit XML. What closes it is a failure, what did not end well without being
 * worse, or could not be measured again an error, what is not confirmed or could not be compared is
 * skipped, and what was let pass stands in the output of its case.
 */
public final class GateJunit {
  private final GateResult result;
  private final Names names;
  private final XMLStreamWriter xml;

  private GateJunit(GateResult result, XMLStreamWriter xml) {
    this.result = result;
    this.names = Names.ofComparison(result.comparison());
    this.xml = xml;
  }

  public static String xml(GateResult result) {
    try {
      StringWriter text = new StringWriter();
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      new GateJunit(result, xml).write();
      xml.close();
      return text.append('\n').toString();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a writer to memory failed", e);
    }
  }

  private void write() throws XMLStreamException {
    Comparison comparison = result.comparison();
    List<TrialRow> rows =
        Stream.of(
                comparison.trials().stream().map(TrialComparison::head),
                comparison.broken().stream().map(Ended::head),
                comparison.mended().stream().map(Ended::head))
            .flatMap(each -> each)
            .toList();
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", "tokensweep gate");
    JunitReport.count(
        xml, "tests", rows.size() + comparison.failing().size() + comparison.incomparable().size());
    JunitReport.count(xml, "failures", trials(rows, each -> each == State.FAILING));
    JunitReport.count(
        xml,
        "errors",
        comparison.failing().size() + trials(rows, each -> each == State.UNMEASURED));
    JunitReport.count(
        xml,
        "skipped",
        comparison.incomparable().size() + trials(rows, each -> each == State.UNCONFIRMED));
    for (TrialRow row : rows) {
      trial(row);
    }
    for (Ended ended : comparison.failing()) {
      JunitReport.start(xml, names.trial(ended.head()));
      JunitReport.message(xml, "error", ended.head().error().orElse("no reason given"));
      xml.writeEndElement();
    }
    for (Comparison.Incomparable one : comparison.incomparable()) {
      JunitReport.start(xml, names.trial(one.trial()));
      JunitReport.message(xml, "skipped", one.what());
      xml.writeEndElement();
    }
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  private int trials(List<TrialRow> rows, Predicate<State> states) {
    return (int)
        rows.stream().filter(row -> worst(row).filter(states).findAny().isPresent()).count();
  }

  /** The state that its case has: that of failures, or else of what fresh sessions could decide. */
  private Stream<State> worst(TrialRow row) {
    List<State> states = findings(row).map(Finding::state).toList();
    return Stream.of(State.FAILING, State.UNMEASURED, State.UNCONFIRMED)
        .filter(states::contains)
        .limit(1);
  }

  private Stream<Finding> findings(TrialRow row) {
    return result.findings().stream()
        .filter(each -> each.trial().trialId().equals(row.trialId()))
        .filter(each -> each.trial().runId().equals(row.runId()));
  }

  private void trial(TrialRow row) throws XMLStreamException {
    JunitReport.start(xml, names.trial(row));
    if (worst(row).anyMatch(state -> state == State.FAILING)) {
      JunitReport.message(xml, "failure", sentences(row, State.FAILING));
    } else if (worst(row).anyMatch(state -> state == State.UNMEASURED)) {
      JunitReport.message(xml, "error", "not measured again: " + sentences(row, State.UNMEASURED));
    } else if (worst(row).findAny().isPresent()) {
      JunitReport.message(xml, "skipped", "unconfirmed: " + sentences(row, State.UNCONFIRMED));
    }
    for (State state : List.of(State.ACCEPTED, State.ALLOWED, State.REFUTED)) {
      String passed = sentences(row, state);
      if (!passed.isEmpty()) {
        xml.writeStartElement("system-out");
        xml.writeCharacters(Text.visible(state.word() + ": " + passed));
        xml.writeEndElement();
      }
    }
    xml.writeEndElement();
  }

  private String sentences(TrialRow row, State state) {
    return findings(row)
        .filter(each -> each.state() == state)
        .map(
            each -> GateReport.what(each) + (each.note().isEmpty() ? "" : " (" + each.note() + ")"))
        .collect(Collectors.joining("; "));
  }
}
