package io.tokensweep.eval.conformance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tokensweep.eval.Forward;
import io.tokensweep.model.Tokens;
import io.tokensweep.reduction.Reduction;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/** Runs a network once and notes which of the tokens that enter a block leave it. */
final class KeptTokens implements Forward.Observer {
  private final Map<Integer, int[]> keptAt = new HashMap<>();
  private int[] entering = new int[0];

  private KeptTokens() {}

  static KeptTokens of(NetworkCase run, SortedMap<Integer, Reduction> sites) {
    KeptTokens kept = new KeptTokens();
    try (NDManager scope = run.pixels().getManager().newSubManager()) {
      NDArray view = run.pixels().reshape(run.pixels().getShape());
      view.attach(scope);
      new Forward(run.network(), sites, kept).logits(view, run.imageKeys());
    }
    return kept;
  }

  /**
   * For each image and patch token that leaves a block the first of the patch tokens that entered
   * it and went into that token, -1 if none did: (B, N').
   */
  int[] at(int block) {
    return keptAt.get(block);
  }

  @Override
  public Tokens embedded(Tokens tokens) {
    return tokens.recordingSources();
  }

  @Override
  public void entering(int block, Tokens tokens) {
    entering = sources(tokens);
  }

  @Override
  public void left(int block, Tokens tokens) {
    int[] leaving = sources(tokens);
    int[] kept = new int[tokens.batch() * tokens.patches()];
    Arrays.fill(kept, -1);
    int patches = leaving.length / tokens.batch();
    for (int i = 0; i < leaving.length; i++) {
      if (leaving[i] >= 0) {
        int token = i / patches * tokens.patches() + leaving[i];
        kept[token] = kept[token] < 0 ? entering[i] : Math.min(kept[token], entering[i]);
      }
    }
    keptAt.put(block, kept);
  }

  private static int[] sources(Tokens tokens) {
    return tokens.sources().orElseThrow().toIntArray();
  }
}
