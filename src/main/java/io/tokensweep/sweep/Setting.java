package io.tokensweep.sweep;

import io.tokensweep.data.Transform;
import io.tokensweep.data.View;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the trials of a group have in common: they share decoded pixels and layers.
 *
 * @param data SHA-256 over name, label and content of every image, 64 hexadecimal digits
 * @param resolution in pixels
 */
public record Setting(
    Model model, Transform transform, String data, int resolution, Precision precision)
    implements Serializable {

  /** What the network sees of an image. */
  public View view() {
    return new View(transform, resolution);
  }

  /** Values for canonical JSON; neither paths nor names of files are among them. */
  Map<String, Object> canonical() {
    Map<String, Object> values = new TreeMap<>();
    values.put("architecture", fragment(architecture(model.architecture())));
    model.checkpoint().sha256().ifPresent(hash -> values.put("checkpoint", hash));
    model.modules().sha256().ifPresent(hash -> values.put("modules", hash));
    values.put("position_embedding", model.positionEmbedding().filterName());
    values.put("transform", fragment(transform.canonical()));
    values.put("data", data);
    values.put("resolution", resolution);
    values.put("precision", precision.key());
    return values;
  }

  private static Map<String, Object> architecture(Architecture architecture) {
    Design design = architecture.design();
    Map<String, Object> values = new TreeMap<>();
    values.put("name", architecture.name());
    values.put("image_size", architecture.imageSize());
    values.put("patch", architecture.patch());
    values.put("width", architecture.width());
    values.put("depth", architecture.depth());
    values.put("heads", architecture.heads());
    values.put("hidden", architecture.hidden());
    values.put("classes", architecture.classes());
    values.put("distilled", design.head() == Design.Head.DISTILLED);
    if (!design.equals(Design.VIT) && !design.equals(Design.DISTILLED)) {
      values.put("stem", design.stem().name());
      values.put("qkv_bias", design.qkvBias());
      values.put("epsilon", design.epsilon());
      values.put("residual_divisor", design.residualDivisor());
      values.put("head", design.head().name());
    }
    return values;
  }

  private static CanonicalJson.Fragment fragment(Map<String, Object> values) {
    return new CanonicalJson.Fragment(CanonicalJson.of(values));
  }
}
