package io.tokensweep.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** JSON files of the store: records, snake_case, unknown fields of later versions ignored. */
final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private Json() {}

  static <T> T read(Path file, Class<T> type) {
    try {
      return MAPPER.readValue(Files.readAllBytes(file), type);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "%s: not a valid %s: %s; move the file away or restore it"
              .formatted(
                  file,
                  type.getSimpleName(),
                  e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a record so that {@link #readSealed} knows whether it was changed since. */
  static void writeSealed(Path file, Object value) {
    String content = MAPPER.valueToTree(value).toString();
    String sealed = "{\"sha256\":\"%s\",\"content\":%s}".formatted(Sealed.hash(content), content);
    AtomicFiles.write(file, sealed.getBytes(StandardCharsets.UTF_8));
  }

  /** A sealed record, nothing if there is none or if it is not as it was written. */
  static <T> Optional<T> readSealed(Path file, Class<T> type) {
    return find(file, Sealed.class)
        .filter(Sealed::unchanged)
        .map(record -> MAPPER.convertValue(record.content(), type));
  }

  /** A record, nothing if there is none or if it is no valid one. */
  static <T> Optional<T> find(Path file, Class<T> type) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(MAPPER.readValue(Files.readAllBytes(file), type));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode tree(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of the store holds no JSON: " + text, e);
    }
  }

  /** Writes the whole file or nothing. */
  static void write(Path file, Object value) {
    try {
      byte[] bytes = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
      AtomicFiles.write(file, bytes);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of the store is not JSON", e);
    }
  }
}
