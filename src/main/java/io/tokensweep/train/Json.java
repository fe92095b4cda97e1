package io.tokensweep.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Records as JSON with the names that the store uses. */
final class Json {
  static final ObjectMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private Json() {}

  /** A recipe as it reads back from a file: whole numbers have one type whatever their size. */
  static JsonNode of(Recipe recipe) {
    try {
      return MAPPER.readTree(MAPPER.writeValueAsString(recipe));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a recipe is plain data", e);
    }
  }
}
