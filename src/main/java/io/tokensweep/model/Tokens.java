package io.tokensweep.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The state that flows from block to block. Order is always class token, distillation token if any,
 * then the patch tokens.
 *
 * @param x features, (B, specials + N, D)
 * @param specials P, the tokens ahead of the patch tokens that no method may drop or merge
 * @param sizes how many patches each token stands for, (B, specials + N) fp32; empty until a method
 *     tracks sizes
 * @param proportional whether attention adds log(size) of a token to the logits of its key (ToMe,
 *     PPT); needs {@code sizes}
 * @param active 1 for a token that exists and 0 for padding, (B, specials + N) fp32; empty while
 *     every image has the same number of tokens. Padding is no key in attention.
 * @param sources where each of the original patches went, (B, N0) int32: the index among the
 *     current patch tokens, or -1 once dropped; empty unless recording was asked for
 * @param carried what a method takes along from block to block, by a name of its own; the first
 *     dimension of each array is B. Whoever reorders tokens reorders no carried array.
 */
public record Tokens(
    NDArray x,
    int specials,
    Optional<NDArray> sizes,
    boolean proportional,
    Optional<NDArray> active,
    Optional<NDArray> sources,
    Map<String, NDArray> carried) {

  public Tokens {
    if (proportional && sizes.isEmpty()) {
      throw new IllegalArgumentException("proportional attention needs token sizes");
    }
    carried = Collections.unmodifiableMap(new TreeMap<>(carried));
  }

  /** Tokens that carry nothing along. */
  public Tokens(
      NDArray x,
      int specials,
      Optional<NDArray> sizes,
      boolean proportional,
      Optional<NDArray> active,
      Optional<NDArray> sources) {
    this(x, specials, sizes, proportional, active, sources, Map.of());
  }

  /** Tokens fresh from the embedding: equal counts, no sizes, nothing recorded. */
  public static Tokens embedded(NDArray x, int specials) {
    return new Tokens(x, specials, Optional.empty(), false, Optional.empty(), Optional.empty());
  }

  /** B, the number of images. */
  public int batch() {
    return Math.toIntExact(x.getShape().get(0));
  }

  /** T, tokens of one image including the specials and any padding. */
  public int count() {
    return Math.toIntExact(x.getShape().get(1));
  }

  /** N, patch tokens of one image including any padding. */
  public int patches() {
    return count() - specials;
  }

  /** The patch tokens' features, (B, N, D). */
  public NDArray patchFeatures() {
    return x.get(":, {}:, :", specials);
  }

  /** Tokens that really exist in each image, the specials included. */
  public int[] countPerImage() {
    return countActive(0);
  }

  /** Patch tokens that really exist in each image. */
  public int[] patchesPerImage() {
    return countActive(specials);
  }

  private int[] countActive(int from) {
    int[] counts = new int[batch()];
    if (active.isEmpty()) {
      Arrays.fill(counts, count() - from);
      return counts;
    }
    float[] marks = active.get().toFloatArray();
    for (int i = 0; i < marks.length; i++) {
      counts[i / count()] += i % count() >= from && marks[i] != 0 ? 1 : 0;
    }
    return counts;
  }

  /** The same tokens with other features, (B, T, D). */
  public Tokens withX(NDArray features) {
    return new Tokens(features, specials, sizes, proportional, active, sources, carried);
  }

  /** The same tokens recording where each original patch went. */
  public Tokens withSources(NDArray patchSources) {
    return new Tokens(x, specials, sizes, proportional, active, Optional.of(patchSources), carried);
  }

  /** The same tokens with an array more to take along, or another in place of one. */
  public Tokens carrying(String name, NDArray array) {
    Map<String, NDArray> more = new TreeMap<>(carried);
    more.put(name, array);
    return new Tokens(x, specials, sizes, proportional, active, sources, more);
  }

  /** The same tokens without an array that was taken along. */
  public Tokens dropping(String name) {
    Map<String, NDArray> fewer = new TreeMap<>(carried);
    fewer.remove(name);
    return new Tokens(x, specials, sizes, proportional, active, sources, fewer);
  }

  /** Starts recording: every patch is its own token. */
  public Tokens recordingSources() {
    NDManager manager = x.getManager();
    return withSources(
        manager.arange(patches()).reshape(1, patches()).broadcast(batch(), patches()));
  }

  /**
   * The same numbers in arrays of {@code scope}: whatever is computed from them ends with that
   * scope, while these tokens stay where they are.
   *
   * <p>Features are a view. The other, smaller arrays are copies: where one was made from numbers
   * in Java, these are its memory and are freed with it, and a view left by a reduction would
   * outlive them.
   */
  public Tokens viewIn(NDManager scope) {
    return map(
        features -> attached(features.reshape(features.getShape()), scope),
        array -> attached(array.duplicate(), scope));
  }

  /** Hands the arrays to {@code scope}, which then decides when they end. */
  public Tokens moveTo(NDManager scope) {
    return map(features -> attached(features, scope), array -> attached(array, scope));
  }

  private static NDArray attached(NDArray array, NDManager scope) {
    array.attach(scope);
    return array;
  }

  private Tokens map(UnaryOperator<NDArray> ofFeatures, UnaryOperator<NDArray> function) {
    return new Tokens(
        ofFeatures.apply(x),
        specials,
        sizes.map(function),
        proportional,
        active.map(function),
        sources.map(function),
        map(carried, function));
  }

  private static Map<String, NDArray> map(
      Map<String, NDArray> arrays, UnaryOperator<NDArray> function) {
    Map<String, NDArray> mapped = new TreeMap<>();
    arrays.forEach((name, array) -> mapped.put(name, function.apply(array)));
    return mapped;
  }
}
