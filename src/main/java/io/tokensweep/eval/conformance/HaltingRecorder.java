package io.tokensweep.eval.conformance;

import io.tokensweep.eval.Forward;
import io.tokensweep.model.Tokens;
import io.tokensweep.reduction.HaltingGate;

/**
 * Follows every token through the blocks until it halts: a special by its place, a patch by its
 * source. Initial tokens are numbered like those that enter block 0.
 */
final class HaltingRecorder implements Forward.Observer {
  private final HaltingGate gate;
  private final int batch;
  private final int depth;
  private final int width;
  private final int specials;
  private final int initial;
  private final int[] alive;
  private final float[] scores;
  private final float[] classTokens;

  HaltingRecorder(NetworkCase run, HaltingGate gate) {
    this.gate = gate;
    this.batch = Math.toIntExact(run.pixels().getShape().get(0));
    this.depth = run.network().blocks().size();
    this.width = run.network().architecture().width();
    this.specials = run.network().architecture().specials();
    this.initial = specials + run.network().architecture().patches(run.network().resolution());
    this.alive = new int[batch * depth * initial];
    this.scores = new float[alive.length];
    this.classTokens = new float[batch * depth * width];
  }

  @Override
  public Tokens embedded(Tokens tokens) {
    return tokens.recordingSources();
  }

  @Override
  public void forwarded(int block, Tokens tokens) {
    float[] active =
        tokens.active().map(marks -> marks.toFloatArray()).orElseGet(() -> new float[0]);
    int[] sources = tokens.sources().orElseThrow().toIntArray();
    float[] halting = gate.scores(tokens.x());
    float[] first = tokens.x().get(":, 0, :").toFloatArray();
    for (int image = 0; image < batch; image++) {
      int place = image * depth + block;
      System.arraycopy(first, image * width, classTokens, place * width, width);
      for (int token = 0; token < initial; token++) {
        int now =
            token < specials
                ? token
                : specials + sources[image * (initial - specials) + token - specials];
        int row = image * tokens.count() + now;
        if (now >= specials || (token < specials && (active.length == 0 || active[row] != 0))) {
          alive[place * initial + token] = 1;
          scores[place * initial + token] = halting[row];
        }
      }
    }
  }

  /** 1 for each token that ran in a block, (B, L, T). */
  int[] alive() {
    return alive;
  }

  /** As {@link #alive} of the class token, (B, L). */
  int[] classAlive() {
    int[] marks = new int[batch * depth];
    for (int place = 0; place < marks.length; place++) {
      marks[place] = alive[place * initial];
    }
    return marks;
  }

  /** h of each token after each block that it ran in, (B, L, T). */
  float[] scores() {
    return scores;
  }

  /** Class token after each block, (B, L, D). */
  float[] classTokens() {
    return classTokens;
  }

  /** Blocks that each token ran in, (B, T). */
  int[] blocksUsed() {
    int[] used = new int[batch * initial];
    for (int i = 0; i < alive.length; i++) {
      used[i / (depth * initial) * initial + i % initial] += alive[i];
    }
    return used;
  }

  /** ρ: blocks used, and what the halting scores ahead of the last of them left of 1, (B, T). */
  float[] ponderCost() {
    int[] used = blocksUsed();
    float[] cost = new float[used.length];
    for (int i = 0; i < cost.length; i++) {
      float remainder = 1;
      for (int block = 0; block < used[i] - 1; block++) {
        remainder -= scores[(i / initial * depth + block) * initial + i % initial];
      }
      cost[i] = used[i] + remainder;
    }
    return cost;
  }
}
