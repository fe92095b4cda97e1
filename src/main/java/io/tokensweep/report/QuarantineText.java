package io.tokensweep.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.store.Quarantine;
import io.tokensweep.store.Quarantine.Entry;

/** What is in quarantine, for a terminal and as JSON. */
public final class QuarantineText {
  private QuarantineText() {}

  /** One line, not ended. */
  public static String text(Entry entry) {
    return Text.visible("%s  %s: %s".formatted(entry.id(), entry.target(), entry.signed()));
  }

  /** A line for each record, and the count. */
  public static String text(Quarantine quarantine) {
    StringBuilder text = new StringBuilder();
    for (Entry entry : quarantine.entries()) {
      text.append(text(entry)).append('\n');
      quarantine
          .lift(entry)
          .ifPresent(
              lift ->
                  text.append(
                      "  lifted: %s (%s, %s)\n"
                          .formatted(
                              Text.visible(lift.reason()),
                              Text.visible(lift.author()),
                              lift.time())));
    }
    return text.append(
            "%d in quarantine, %d lifted\n"
                .formatted(
                    quarantine.active().size(),
                    quarantine.entries().size() - quarantine.active().size()))
        .toString();
  }

  public static ObjectNode json(Entry entry) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", entry.id()).put("run_id", entry.runId());
    ArrayNode trials = json.putArray("trials");
    entry.trials().forEach(trials::add);
    ArrayNode sessions = json.putArray("sessions");
    entry.sessions().forEach(sessions::add);
    return json.put("reason", entry.reason())
        .put("author", entry.author())
        .put("time", entry.time());
  }

  /** All records, on one line. */
  public static ObjectNode json(Quarantine quarantine) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("active", quarantine.active().size());
    ArrayNode entries = json.putArray("entries");
    for (Entry entry : quarantine.entries()) {
      ObjectNode object = json(entry);
      quarantine
          .lift(entry)
          .ifPresent(
              lift ->
                  object
                      .putObject("lifted")
                      .put("reason", lift.reason())
                      .put("author", lift.author())
                      .put("time", lift.time()));
      entries.add(object);
    }
    return json;
  }
}
