package io.tokensweep.sweep;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A plan as the JSON object that {@code plan --json} prints; other programs read its fields. */
public final class PlanJson {
  private PlanJson() {}

  /** MACs and params are whole numbers; tokens are those that leave each block, with specials. */
  public static ObjectNode of(Plan plan) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("sweep", plan.sweep().name());
    json.put("trials", plan.trials().size());
    json.put("duplicates", plan.duplicates());
    json.put("committed", plan.committed().size());
    json.put("groups", plan.groups().size());
    json.put("units", plan.units().size());
    json.put("images", plan.images());
    json.put("decodes", plan.decodes());
    json.put("decodes_saved", plan.decodesSaved());
    json.put("macs", plan.macs());
    json.put("macs_saved", plan.macsSaved());
    json.put("slots", plan.cut().slots());
    json.put("parts", plan.cut().parts());
    json.put("macs_repeated", plan.cut().macsRepeated());
    json.put("estimated_seconds", plan.estimatedTime().toSeconds());
    ArrayNode details = json.putArray("trials_detail");
    plan.trials().forEach(trial -> describe(trial, details.addObject()));
    return json;
  }

  private static void describe(Trial trial, ObjectNode json) {
    TokenFlow flow = trial.flow();
    json.put("trial_id", trial.id().value());
    json.put("model", trial.model().architecture().name());
    json.put("method", trial.method());
    ObjectNode parameters = json.putObject("parameters");
    trial.parameters().values().forEach((name, value) -> put(parameters, name, value));
    trial
        .keepRate()
        .ifPresentOrElse(rate -> json.put("keep_rate", rate), () -> json.putNull("keep_rate"));
    json.put("resolution", trial.resolution());
    json.put("precision", trial.precision().key());
    ArrayNode sites = json.putArray("sites");
    trial.sites().forEach(sites::add);
    json.put("macs", flow.macs());
    json.put("macs_exact", flow.isExact());
    json.put("macs_overhead", flow.overheadMacs());
    json.put("params", trial.model().architecture().parameters());
    ArrayNode tokens = json.putArray("tokens");
    flow.steps().forEach(step -> tokens.add(step.leaving().most()));
  }

  private static void put(ObjectNode json, String name, Object value) {
    if (value instanceof Boolean flag) {
      json.put(name, flag);
    } else if (value instanceof Long whole) {
      json.put(name, whole);
    } else if (value instanceof Double real) {
      json.put(name, real);
    } else {
      json.put(name, (String) value);
    }
  }
}
