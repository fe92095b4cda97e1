package io.tokensweep.eval.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.model.checkpoint.TensorInfo;
import io.tokensweep.model.checkpoint.TypedTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shared input images: nothing to compute, but they have to be there, whole and finite. */
final class InputsChecker implements Checker {
  @Override
  public CaseResult check(GoldenCase golden) {
    Comparison comparison = new Comparison(golden);
    try (TypedTensors tensors = golden.tensors()) {
      golden
          .json()
          .path("tensors")
          .properties()
          .forEach(stated -> check(comparison, tensors, stated.getKey(), stated.getValue()));
    }
    return comparison.result();
  }

  private static void check(
      Comparison comparison, TypedTensors tensors, String name, JsonNode stated) {
    Optional<TensorInfo> info = Optional.ofNullable(tensors.tensors().get(name));
    comparison.require(name, info.isPresent(), "is missing");
    if (info.isEmpty()) {
      return;
    }
    List<Long> shape = new ArrayList<>();
    stated.forEach(dimension -> shape.add(dimension.longValue()));
    comparison.require(
        name,
        info.get().shape().equals(shape),
        "is %s, expected %s".formatted(info.get().shape(), shape));
    boolean finite = true;
    for (float value : tensors.floats(name)) {
      finite &= Float.isFinite(value);
    }
    comparison.require(name, finite, "holds values that are no finite numbers");
  }
}
