package io.tokensweep.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.InvalidInputException;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.checkpoint.Checkpoint;
import io.tokensweep.model.checkpoint.Checkpoints;
import io.tokensweep.model.checkpoint.SafetensorsWriter;
import io.tokensweep.model.checkpoint.TensorType;
import io.tokensweep.model.checkpoint.WeightNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that training needs to go on as if it had never stopped. It is kept in one safetensors
 * file, replaced as a whole: the weights with the moments of AdamW, and the recipe, the step and
 * the time used as its metadata.
 *
 * @param parameters by timm name; change in place
 * @param step number of steps done
 * @param seconds spent training so far
 */
record TrainingState(Map<String, Parameter> parameters, int step, double seconds) {
  private static final String VALUE = "value/";
  private static final String MEAN = "mean/";
  private static final String VARIANCE = "variance/";

  static TrainingState initial(Recipe recipe) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    Initialisation.of(recipe.architecture(), recipe.seed())
        .forEach((name, value) -> parameters.put(name, Parameter.initial(name, value)));
    return new TrainingState(parameters, 0, 0);
  }

  /** The state in {@code file} if there is one, otherwise that before the first step. */
  static TrainingState resume(Path file, Recipe recipe) {
    return Files.exists(file) ? load(file, recipe) : initial(recipe);
  }

  private static TrainingState load(Path file, Recipe recipe) {
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      Map<String, String> metadata = checkpoint.metadata();
      refuseAnother(file, Json.MAPPER.readTree(metadata.getOrDefault("recipe", "{}")), recipe);
      Map<String, Parameter> parameters = new LinkedHashMap<>();
      for (String name : WeightNames.of(recipe.architecture()).keySet()) {
        parameters.put(
            name,
            Parameter.of(
                name,
                checkpoint.read(VALUE + name),
                checkpoint.read(MEAN + name).data(),
                checkpoint.read(VARIANCE + name).data()));
      }
      return new TrainingState(
          parameters,
          Integer.parseInt(metadata.get("step")),
          Double.parseDouble(metadata.get("seconds")));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new InvalidInputException(
          "%s: is no training state; remove it or start over with --fresh".formatted(file), e);
    }
  }

  private static void refuseAnother(Path file, JsonNode stored, Recipe recipe) {
    JsonNode asked = Json.of(recipe);
    if (stored.equals(asked)) {
      return;
    }
    Iterator<String> fields = asked.fieldNames();
    String field = fields.next();
    while (asked.get(field).equals(stored.get(field)) && fields.hasNext()) {
      field = fields.next();
    }
    throw new InvalidInputException(
        ("%s: was trained with %s %s, the command says %s;"
                + " repeat the former to go on, or start over with --fresh")
            .formatted(file, field, stored.get(field), asked.get(field)));
  }

  void save(Path file, Recipe recipe) throws IOException {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    parameters.forEach(
        (name, parameter) -> {
          long[] shape = parameter.value().shape();
          tensors.put(VALUE + name, parameter.value());
          tensors.put(MEAN + name, new HostTensor(shape, parameter.mean()));
          tensors.put(VARIANCE + name, new HostTensor(shape, parameter.variance()));
        });
    SafetensorsWriter.write(
        file,
        tensors,
        Map.of(
            "recipe", Json.of(recipe).toString(),
            "step", Integer.toString(step),
            "seconds", Double.toString(seconds)),
        TensorType.F32);
  }

  /** The same parameters, further on. */
  TrainingState at(int step, double seconds) {
    return new TrainingState(parameters, step, seconds);
  }

  /** The weights alone. */
  Map<String, HostTensor> weights() {
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> weights.put(name, parameter.value()));
    return weights;
  }
}
