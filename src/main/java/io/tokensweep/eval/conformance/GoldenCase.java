package io.tokensweep.eval.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.InvalidInputException;
import io.tokensweep.model.checkpoint.TypedTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A folder with a {@code case.json} and mostly an {@code io.safetensors}. Fields are named by JSON
 * pointers; a field that is missing or of another type is an {@link InvalidInputException}.
 *
 * @param json content of {@code case.json}
 */
record GoldenCase(Path folder, JsonNode json) {
  private static final String CASE_FILE = "case.json";
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  static boolean isCase(Path folder) {
    return Files.isRegularFile(folder.resolve(CASE_FILE));
  }

  static GoldenCase open(Path folder) {
    Path file = folder.resolve(CASE_FILE);
    try {
      GoldenCase golden = new GoldenCase(folder, MAPPER.readTree(Files.readAllBytes(file)));
      golden.text("/name");
      golden.text("/kind");
      return golden;
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "%s: line %d: is not JSON: %s"
              .formatted(
                  file,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new InvalidInputException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  String name() {
    return text("/name");
  }

  String kind() {
    return text("/kind");
  }

  /** The recorded inputs and outputs. */
  TypedTensors tensors() {
    return TypedTensors.open(folder.resolve("io.safetensors"));
  }

  String text(String pointer) {
    JsonNode node = json.at(pointer);
    if (!node.isTextual()) {
      throw unusable(pointer, "text");
    }
    return node.textValue();
  }

  Optional<String> optionalText(String pointer) {
    return json.at(pointer).isMissingNode() ? Optional.empty() : Optional.of(text(pointer));
  }

  int whole(String pointer) {
    JsonNode node = json.at(pointer);
    if (!node.canConvertToInt() || !node.canConvertToExactIntegral()) {
      throw unusable(pointer, "a whole number");
    }
    return node.intValue();
  }

  int whole(String pointer, int ifAbsent) {
    return json.at(pointer).isMissingNode() ? ifAbsent : whole(pointer);
  }

  double number(String pointer) {
    JsonNode node = json.at(pointer);
    if (!node.isNumber()) {
      throw unusable(pointer, "a number");
    }
    return node.doubleValue();
  }

  double number(String pointer, double ifAbsent) {
    return json.at(pointer).isMissingNode() ? ifAbsent : number(pointer);
  }

  boolean flag(String pointer, boolean ifAbsent) {
    JsonNode node = json.at(pointer);
    if (!node.isMissingNode() && !node.isBoolean()) {
      throw unusable(pointer, "true or false");
    }
    return node.asBoolean(ifAbsent);
  }

  List<JsonNode> items(String pointer) {
    JsonNode node = json.at(pointer);
    if (!node.isArray()) {
      throw unusable(pointer, "a list");
    }
    List<JsonNode> items = new ArrayList<>();
    node.forEach(items::add);
    return items;
  }

  List<Integer> wholes(String pointer) {
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < items(pointer).size(); i++) {
      values.add(whole(pointer + "/" + i));
    }
    return values;
  }

  /** Whether an official repository is among the sources of the case. */
  boolean comesFrom(String repository) {
    return json.path("source").findValuesAsText("repo").contains(repository);
  }

  /** A number that a tensor has in a table of the case, such as its recorded rounding noise. */
  Optional<Double> perTensor(String table, String tensor) {
    JsonNode node = json.path(table).path(tensor);
    return node.isNumber() ? Optional.of(node.doubleValue()) : Optional.empty();
  }

  InvalidInputException unusable(String pointer, String allowed) {
    JsonNode node = json.at(pointer);
    String found = node.isMissingNode() ? "nothing" : node.toString();
    return new InvalidInputException(
        "%s: %s: found %s, allowed is %s"
            .formatted(
                folder.resolve(CASE_FILE),
                pointer.substring(1).replace('/', '.'),
                found.length() > 60 ? found.substring(0, 60) + "…" : found,
                allowed));
  }
}
