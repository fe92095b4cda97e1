package io.tokensweep.sweep;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads sweep files: YAML 1.2, UTF-8, at most {@value #MOST_BYTES} bytes. */
public final class SweepFile {
  static final int MOST_BYTES = 4 << 20;

  private static final Map<String, String> UNREDUCED =
      Map.of("name", "unreduced", "methods", "none", "measure", "{quality: {}}");

  private SweepFile() {}

  /**
   * Reads a sweep file.
   *
   * @param overrides {@code key=value} with dotted paths such as {@code models.0.checkpoint=FILE};
   *     values are YAML; applied in order
   * @param environment variables for {@code ${NAME}} and {@code ${NAME:-default}}
   * @throws InvalidInputException if anything in it cannot be used; the message names file, line,
   *     column and key, what was found and what is allowed
   */
  public static Sweep read(Path file, List<String> overrides, Map<String, String> environment) {
    return parse(file.toString(), text(file, "sweep"), overrides, environment);
  }

  /**
   * The unreduced network with sections that are given by options of a command instead of a file.
   *
   * @param command for messages
   * @param options values in YAML by the name of the section; the option is {@code --NAME}
   * @param environment as for {@link #read}
   * @throws InvalidInputException as for {@link #read}; the message names the option
   */
  public static Sweep ofOptions(
      String command, Map<String, String> options, Map<String, String> environment) {
    Map<String, Value> sections = new LinkedHashMap<>();
    Map<String, Place> places = new LinkedHashMap<>();
    Map<String, String> all = new LinkedHashMap<>(UNREDUCED);
    all.putAll(options);
    all.forEach(
        (name, text) -> {
          Place place = Place.ofOption("--" + name, name);
          places.put(name, place);
          sections.put(
              name,
              YamlText.parse(text, place, new Environment(environment))
                  .orElseThrow(() -> place.found("nothing", "the value of a sweep file")));
        });
    Value document = new Value.Mapping(Place.ofOption(command, ""), sections, places);
    return new SweepReader(new Sweep.Source(command, "", List.of())).read(document);
  }

  static Sweep parse(
      String file, String text, List<String> overrides, Map<String, String> variables) {
    Environment environment = new Environment(variables);
    Place root = new Place(file, 1, 1, "");
    Value document =
        YamlText.parse(text, root, environment)
            .orElseThrow(() -> root.problem("the sweep is empty, allowed: " + SweepReader.KEYS));
    return new SweepReader(new Sweep.Source(file, text, overrides))
        .read(Overrides.apply(document, overrides, environment));
  }

  /**
   * @param kind of file, for messages
   */
  static String text(Path file, String kind) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("%s: there is no such %s file".formatted(file, kind), e);
    } catch (IOException e) {
      throw new InvalidInputException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
    if (bytes.length > MOST_BYTES) {
      throw new InvalidInputException(
          "%s: found more than %d bytes, allowed: a %s file of at most that"
              .formatted(file, MOST_BYTES, kind));
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(
          "%s: found bytes that are no UTF-8, allowed: text in UTF-8".formatted(file), e);
    }
  }
}
