package io.tokensweep.sweep;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * YAML 1.2 into values that know their places. Duplicate keys, tags and deep nesting are refused.
 */
final class YamlText {
  private static final int MOST_CHARACTERS = 4 << 20;
  private static final int MOST_ALIASES = 16;
  private static final int DEEPEST = 16;
  private static final CoreSchema SCHEMA = new CoreSchema();

  private final Place root;
  private final Environment environment;

  private YamlText(Place root, Environment environment) {
    this.root = root;
    this.environment = environment;
  }

  /**
   * @param root the origin; line 0 if lines mean nothing to the user
   * @return empty if the text holds no document
   */
  static Optional<Value> parse(String text, Place root, Environment environment) {
    if (Environment.isHiddenIn(text)) {
      throw root.problem("characters U+E020 to U+E07E are not allowed");
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(SCHEMA)
            .setCodePointLimit(MOST_CHARACTERS)
            .setMaxAliasesForCollections(MOST_ALIASES)
            .build();
    YamlText reader = new YamlText(root, environment);
    try {
      return new Compose(settings)
          .composeString(Environment.hide(text))
          .map(node -> reader.value(node, root.key().isEmpty() ? reader.at(root, node) : root, 0));
    } catch (MarkedYamlEngineException e) {
      Place place = e.getProblemMark().map(mark -> reader.at(root, mark)).orElse(root);
      throw place.problem("not valid YAML: " + Environment.reveal(e.getProblem()));
    } catch (YamlEngineException e) {
      throw root.problem("not valid YAML: " + Environment.reveal(String.valueOf(e.getMessage())));
    } catch (StackOverflowError e) {
      throw root.problem("nested too deeply, allowed: %d levels".formatted(DEEPEST));
    }
  }

  private Value value(Node node, Place place, int depth) {
    if (depth > DEEPEST) {
      throw place.problem("nested too deeply, allowed: %d levels".formatted(DEEPEST));
    }
    if (node instanceof MappingNode map && node.getTag().equals(Tag.MAP)) {
      return mapping(map, place, depth);
    }
    if (node instanceof SequenceNode list && node.getTag().equals(Tag.SEQ)) {
      List<Value> items = new ArrayList<>();
      for (Node item : list.getValue()) {
        items.add(value(item, at(place, item, String.valueOf(items.size())), depth + 1));
      }
      return new Value.Sequence(place, items);
    }
    if (node instanceof ScalarNode scalar) {
      return scalar(scalar, place);
    }
    throw place.found("the tag " + node.getTag().getValue(), "values without tags");
  }

  private Value mapping(MappingNode node, Place place, int depth) {
    Map<String, Value> entries = new LinkedHashMap<>();
    Map<String, Place> keys = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
        throw at(place, tuple.getKeyNode()).found("a list or map as a key", "words");
      }
      String key = Environment.reveal(keyNode.getValue());
      Place keyPlace = at(place, keyNode, key);
      Place first = keys.putIfAbsent(key, keyPlace);
      if (first != null) {
        throw keyPlace.problem(
            root.line() == 0
                ? "given twice"
                : "given twice, first in line %d".formatted(first.line()));
      }
      entries.put(
          key, value(tuple.getValueNode(), at(place, tuple.getValueNode(), key), depth + 1));
    }
    return new Value.Mapping(place, entries, keys);
  }

  private Value scalar(ScalarNode node, Place place) {
    String text = environment.fill(node.getValue(), place);
    Tag tag =
        node.isPlain() && Environment.isHiddenIn(node.getValue())
            ? SCHEMA.getScalarResolver().resolve(text, true)
            : node.getTag();
    if (tag.equals(Tag.NULL)) {
      return new Value.Scalar(place, "", text, true);
    }
    return new Value.Scalar(place, content(tag, text, place), text, false);
  }

  private static Object content(Tag tag, String text, Place place) {
    if (tag.equals(Tag.STR)) {
      return text;
    }
    if (!tag.equals(Tag.BOOL) && !tag.equals(Tag.INT) && !tag.equals(Tag.FLOAT)) {
      throw place.found("the tag " + tag.getValue(), "values without tags");
    }
    Object content;
    try {
      ScalarNode node = new ScalarNode(tag, text, ScalarStyle.PLAIN);
      content = SCHEMA.getSchemaTagConstructors().get(tag).construct(node);
    } catch (RuntimeException e) {
      throw place.found(text, "a value that fits its tag");
    }
    if (content instanceof Integer number) {
      return number.longValue();
    }
    if (content instanceof Boolean
        || content instanceof Long
        || content instanceof Double
        || content instanceof BigInteger) {
      return content;
    }
    throw place.found(text, "true, false, numbers and texts");
  }

  private Place at(Place parent, Node node) {
    return node.getStartMark().map(mark -> at(parent, mark)).orElse(parent);
  }

  private Place at(Place parent, Mark mark) {
    return root.line() == 0
        ? parent
        : new Place(parent.origin(), mark.getLine() + 1, mark.getColumn() + 1, parent.key());
  }

  private Place at(Place parent, Node node, String child) {
    Place place = at(parent, node);
    return parent.child(child, place.line(), place.column());
  }
}
