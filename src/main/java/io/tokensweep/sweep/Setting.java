package io.tokensweep.sweep;

import io.tokensweep.data.Transform;
import io.tokensweep.data.View;
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
    values.put(
        "architecture",
        fragment(
            Map.of(
                "name", model.architecture().name(),
                "image_size", model.architecture().imageSize(),
                "patch", model.architecture().patch(),
                "width", model.architecture().width(),
                "depth", model.architecture().depth(),
                "heads", model.architecture().heads(),
                "hidden", model.architecture().hidden(),
                "classes", model.architecture().classes(),
                "distilled", model.architecture().distilled())));
    model.checkpoint().sha256().ifPresent(hash -> values.put("checkpoint", hash));
    values.put("position_embedding", model.positionEmbedding().filterName());
    values.put("transform", fragment(transform.canonical()));
    values.put("data", data);
    values.put("resolution", resolution);
    values.put("precision", precision.key());
    return values;
  }

  private static CanonicalJson.Fragment fragment(Map<String, Object> values) {
    return new CanonicalJson.Fragment(CanonicalJson.of(values));
  }
}
