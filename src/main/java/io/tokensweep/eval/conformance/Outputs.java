package io.tokensweep.eval.conformance;

import io.tokensweep.model.checkpoint.TypedTensors;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The recorded tensors of a case, compared one by one where they are there. */
final class Outputs implements AutoCloseable {
  /** Names under which the parts of a head are recorded: DeiT's and LV-ViT's. */
  private static final List<List<String>> HEADS =
      List.of(List.of("logits_head", "logits_cls"), List.of("logits_head_dist", "logits_aux_max"));

  private final GoldenCase golden;
  private final Comparison comparison;
  private final TypedTensors tensors;
  private final Set<String> seen = new HashSet<>();

  Outputs(GoldenCase golden, Comparison comparison) {
    this.golden = golden;
    this.comparison = comparison;
    this.tensors = golden.tensors();
  }

  /** What every network case may record: logits, heads, class tokens and token counts. */
  void network(Recorder recorder) {
    tokenCounts(recorder.counts());
    numbers(recorder);
  }

  /** As {@link #network} for cases that count tokens in another way. */
  void numbers(Recorder recorder) {
    logits(recorder.logits());
    for (int part = 0; part < recorder.heads().size(); part++) {
      for (String name : HEADS.get(part)) {
        floats(name, recorder.heads().get(part));
      }
    }
    floats("cls_layers", recorder.classTokens());
  }

  /** The output of the network, (B, classes). */
  void logits(float[] logits) {
    floats("logits", logits);
    if (has("logits_f64")) {
      double[] expected = tensors.doubles("logits_f64");
      comparison.numbers(
          "logits_f64",
          Comparison.widen(logits),
          expected,
          Tolerance.of(golden, "logits", expected));
    }
  }

  /** Compares the tokens of every block if they are recorded. */
  void tokenCounts(int[] counts) {
    if (!golden.json().at("/n_tokens_after_block").isMissingNode()) {
      int[] expected =
          golden.wholes("/n_tokens_after_block").stream().mapToInt(Integer::intValue).toArray();
      comparison.require(
          "n_tokens_after_block",
          Arrays.equals(counts, expected),
          "is %s, expected %s".formatted(Arrays.toString(counts), Arrays.toString(expected)));
    }
  }

  /** Compares an F32 tensor if it is recorded. */
  void floats(String name, float[] actual) {
    if (has(name)) {
      floats(name, actual, expected(name));
    }
  }

  /**
   * Compares with the tensor after its tokens were put into another order.
   *
   * @param expected the recorded values
   */
  void floats(String name, float[] actual, double[] expected) {
    comparison.numbers(name, Comparison.widen(actual), expected, tolerance(name, expected));
  }

  double tolerance(String name, double[] expected) {
    return Tolerance.of(golden, name, expected);
  }

  /** A recorded tensor that is an input. */
  float[] given(String name) {
    seen.add(name);
    return tensors.floats(name);
  }

  double[] expected(String name) {
    return Comparison.widen(tensors.floats(name));
  }

  int[] integers(String name) {
    return tensors.integers(name);
  }

  /** Compares an I32 tensor if it is recorded: every number has to be the same. */
  void integers(String name, int[] actual) {
    if (has(name)) {
      int[] expected = integers(name);
      int differing = Arrays.mismatch(actual, expected);
      comparison.require(
          name,
          differing < 0,
          "differs from number %d on: %s, expected %s"
              .formatted(differing, at(actual, differing), at(expected, differing)));
    }
  }

  private static String at(int[] values, int index) {
    return index >= 0 && index < values.length ? String.valueOf(values[index]) : "nothing";
  }

  /** Whether a tensor is recorded; asking counts as having compared it. */
  boolean has(String name) {
    boolean there = tensors.tensors().containsKey(name);
    if (there) {
      seen.add(name);
    }
    return there;
  }

  /** Names the recorded tensors that nobody asked for. */
  void leaveOutOthers() {
    tensors.tensors().keySet().stream()
        .filter(name -> !seen.contains(name))
        .forEach(comparison::leaveOut);
  }

  @Override
  public void close() {
    tensors.close();
  }
}
