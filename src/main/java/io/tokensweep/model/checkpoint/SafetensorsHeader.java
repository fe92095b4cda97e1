package io.tokensweep.model.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.tokensweep.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file, checked against every rule of the format.
 *
 * @param entries tensors by name, in the order of the header
 * @param metadata the text under {@code __metadata__}
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  private static final String METADATA = "__metadata__";
  private static final int DEEPEST = 8;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  /**
   * One tensor.
   *
   * @param info type and shape
   * @param begin offset of the first byte in the buffer after the header
   * @param end offset after the last byte
   */
  record Entry(TensorInfo info, long begin, long end) {}

  /**
   * Parses and checks a header.
   *
   * @param file for messages
   * @param header the bytes between the length and the buffer
   * @param bufferBytes length of the buffer after the header
   */
  static SafetensorsHeader parse(Path file, byte[] header, long bufferBytes) {
    if (header.length == 0 || header[0] != '{') {
      throw new InvalidInputException(
          file
              + ": the safetensors header begins with "
              + (header.length == 0 ? "nothing" : "byte 0x%02x".formatted(header[0] & 0xff))
              + ", allowed is only '{'");
    }
    var text =
        new InputStreamReader(
            new ByteArrayInputStream(header), StandardCharsets.UTF_8.newDecoder());
    try (JsonParser json = JSON.createParser(text)) {
      SafetensorsHeader parsed = new Reader(file, json).header();
      parsed.checkCoverage(file, bufferBytes);
      return parsed;
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(file + ": the safetensors header is not valid UTF-8", e);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "%s: the safetensors header is not a valid JSON object without duplicate keys: %s"
              .formatted(file, Quoted.of(e.getOriginalMessage())),
          e);
    } catch (IOException e) {
      throw new InvalidInputException(file + ": the safetensors header cannot be read", e);
    }
  }

  /** Tensors fill the buffer from its first to its last byte, without gaps and overlaps. */
  private void checkCoverage(Path file, long bufferBytes) {
    List<Map.Entry<String, Entry>> ordered = new ArrayList<>(entries.entrySet());
    ordered.sort(
        Comparator.<Map.Entry<String, Entry>>comparingLong(e -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    long covered = 0;
    for (Map.Entry<String, Entry> named : ordered) {
      Entry entry = named.getValue();
      if (entry.begin() != covered) {
        throw new InvalidInputException(
            "%s: tensor %s begins at byte %d of the buffer, which %s; allowed is only %d, where"
                    .formatted(
                        file,
                        Quoted.of(named.getKey()),
                        entry.begin(),
                        entry.begin() < covered ? "overlaps another tensor" : "leaves a hole",
                        covered)
                + " the tensors before it end");
      }
      if (entry.end() > bufferBytes) {
        throw new InvalidInputException(
            "%s: tensor %s ends at byte %d of the buffer, allowed are at most the %d in the file"
                .formatted(file, Quoted.of(named.getKey()), entry.end(), bufferBytes));
      }
      covered = entry.end();
    }
    if (covered != bufferBytes) {
      throw new InvalidInputException(
          "%s: the buffer has %d bytes but its tensors end at byte %d; allowed is no rest"
              .formatted(file, bufferBytes, covered));
    }
  }

  /** Walks the tokens of the header. */
  private static final class Reader {
    private final Path file;
    private final JsonParser json;

    Reader(Path file, JsonParser json) {
      this.file = file;
      this.json = json;
    }

    SafetensorsHeader header() throws IOException {
      Map<String, Entry> entries = new LinkedHashMap<>();
      Map<String, String> metadata = Map.of();
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals(METADATA)) {
          metadata = metadata();
        } else {
          entries.put(name, entry(name));
        }
      }
      if (json.nextToken() != null) {
        throw new JsonParseException(json, "something other than whitespace after the object");
      }
      return new SafetensorsHeader(Collections.unmodifiableMap(entries), metadata);
    }

    private Map<String, String> metadata() throws IOException {
      if (!json.hasToken(JsonToken.START_OBJECT)) {
        throw new InvalidInputException(
            "%s: %s is %s, allowed is an object of strings".formatted(file, METADATA, found()));
      }
      Map<String, String> metadata = new LinkedHashMap<>();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        if (json.nextToken() != JsonToken.VALUE_STRING) {
          throw new InvalidInputException(
              "%s: %s: %s is %s, allowed is a string"
                  .formatted(file, METADATA, Quoted.of(key), found()));
        }
        metadata.put(key, json.getText());
      }
      return Collections.unmodifiableMap(metadata);
    }

    private Entry entry(String name) throws IOException {
      if (!json.hasToken(JsonToken.START_OBJECT)) {
        throw refused(name, "the entry is " + found(), "an object");
      }
      TensorType type = null;
      long[] shape = null;
      long[] offsets = null;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case "dtype" -> type = type(name);
          case "shape" -> shape = integers(name, key);
          case "data_offsets" -> offsets = integers(name, key);
          default ->
              throw refused(name, "has the key " + Quoted.of(key), "dtype, shape and data_offsets");
        }
      }
      if (type == null || shape == null || offsets == null) {
        String missing = type == null ? "dtype" : shape == null ? "shape" : "data_offsets";
        throw refused(name, missing + " is missing", "dtype, shape and data_offsets together");
      }
      return entry(name, type, shape, offsets);
    }

    private Entry entry(String name, TensorType type, long[] shape, long[] offsets) {
      if (offsets.length != 2) {
        throw refused(name, "data_offsets has %d numbers".formatted(offsets.length), "two");
      }
      if (offsets[0] > offsets[1]) {
        throw refused(
            name,
            "data_offsets begin at %d and end at %d".formatted(offsets[0], offsets[1]),
            "an end not before the begin");
      }
      long bits = type.bits();
      try {
        for (long dimension : shape) {
          bits = Math.multiplyExact(bits, dimension);
        }
      } catch (ArithmeticException e) {
        throw refused(
            name, "shape " + Arrays.toString(shape) + " overflows", "less than 2^63 bits in all");
      }
      if (bits % 8 != 0) {
        throw refused(name, "it has %d bits".formatted(bits), "whole bytes");
      }
      if (offsets[1] - offsets[0] != bits / 8) {
        throw refused(
            name,
            "data_offsets span %d bytes".formatted(offsets[1] - offsets[0]),
            "%d, the size of %s %s".formatted(bits / 8, type, Arrays.toString(shape)));
      }
      return new Entry(
          new TensorInfo(type, Arrays.stream(shape).boxed().toList()), offsets[0], offsets[1]);
    }

    private TensorType type(String name) throws IOException {
      if (!json.hasToken(JsonToken.VALUE_STRING)) {
        throw refused(name, "dtype is " + found(), "a string");
      }
      String type = json.getText();
      return TensorType.named(type)
          .orElseThrow(
              () ->
                  refused(
                      name,
                      "dtype is " + Quoted.of(type),
                      "one of " + Arrays.toString(TensorType.values())));
    }

    private long[] integers(String name, String key) throws IOException {
      if (!json.hasToken(JsonToken.START_ARRAY)) {
        throw refused(name, key + " is " + found(), "an array of integers");
      }
      List<Long> integers = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        boolean integer =
            json.hasToken(JsonToken.VALUE_NUMBER_INT)
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        if (!integer || json.getLongValue() < 0) {
          throw refused(name, key + " holds " + found(), "integers from 0 to 2^63 - 1");
        }
        integers.add(json.getLongValue());
      }
      return integers.stream().mapToLong(Long::longValue).toArray();
    }

    private String found() throws IOException {
      JsonToken token = json.currentToken();
      if (token == JsonToken.START_OBJECT) {
        return "an object";
      }
      return token == JsonToken.START_ARRAY ? "an array" : Quoted.of(json.getText());
    }

    private InvalidInputException refused(String name, String found, String allowed) {
      return new InvalidInputException(
          "%s: tensor %s: %s, allowed: %s".formatted(file, Quoted.of(name), found, allowed));
    }
  }
}
