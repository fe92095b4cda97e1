package io.tokensweep.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One column of the predictions of several trials, on the images that all of them have.
 *
 * @param images names, in the order of the first trial
 * @param byTrial for each trial a value for each image
 */
@SuppressWarnings("ArrayRecordComponent") // read only
public record ImageValues(List<String> images, Map<String, double[]> byTrial) {
  public ImageValues {
    images = List.copyOf(images);
  }

  /** Aligns values that are in any order. */
  static ImageValues align(Map<String, Map<String, Double>> values) {
    Set<String> common = new LinkedHashSet<>();
    values.values().stream().findFirst().ifPresent(first -> common.addAll(first.keySet()));
    values.values().forEach(trial -> common.retainAll(trial.keySet()));
    List<String> images = new ArrayList<>(common);
    Map<String, double[]> aligned = new LinkedHashMap<>();
    values.forEach(
        (trial, byImage) ->
            aligned.put(trial, images.stream().mapToDouble(byImage::get).toArray()));
    return new ImageValues(images, aligned);
  }

  /** Collects values while rows are read. */
  static final class Collector {
    private final Map<String, Map<String, Double>> values = new LinkedHashMap<>();

    Collector(List<String> trials) {
      trials.forEach(trial -> values.put(trial, new LinkedHashMap<>()));
    }

    void add(String trial, String image, double value) {
      Map<String, Double> ofTrial = values.get(trial);
      if (ofTrial != null) {
        ofTrial.put(image, value);
      }
    }

    ImageValues result() {
      return align(values);
    }
  }
}
