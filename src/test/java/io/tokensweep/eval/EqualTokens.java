package io.tokensweep.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Need;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.Tokens;
import io.tokensweep.reduction.Reduction;
import io.tokensweep.reduction.Site;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** What reductions make of tokens that are all ones, whatever their attention. */
final class EqualTokens {
  private EqualTokens() {}

  /** Features of the patch tokens that leave, one reduction after the other. */
  static List<Float> of(RandomTrial trial, int batch) {
    List<Float> values = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> weights = trial.network(manager, array -> array).weights();
      int specials = trial.architecture().specials();
      int count = specials + trial.placement().patches();
      NDArray ones = manager.ones(new Shape(batch, count, trial.architecture().width()));
      Tokens tokens = Tokens.embedded(ones, specials);
      long[] keys = LongStream.range(0, batch).toArray();
      for (int block : trial.sites().keySet()) {
        Site site = new Site(block, keys, weights);
        for (Reduction part : Reduction.parts(trial.sites(), block).toList()) {
          tokens = reduce(trial, tokens, part, site);
        }
      }
      float[] active = tokens.active().map(NDArray::toFloatArray).orElse(new float[0]);
      float[] features = tokens.x().toFloatArray();
      int width = trial.architecture().width();
      for (int i = 0; i < features.length; i++) {
        boolean real = active.length == 0 || active[i / width] != 0;
        if (real && i / width % tokens.count() >= specials) {
          values.add(features[i]);
        }
      }
    }
    return values;
  }

  private static Tokens reduce(RandomTrial trial, Tokens tokens, Reduction part, Site site) {
    if (part instanceof Reduction.BeforeBlock before) {
      return before.reduce(tokens, site);
    }
    if (part instanceof Reduction.AfterAttention after) {
      Map<Need, NDArray> attention = new EnumMap<>(Need.class);
      after.needs().forEach(need -> attention.put(need, random(trial, tokens, need)));
      return after.reduce(tokens, RandomNetworks.view(attention), site);
    }
    if (part instanceof Reduction.AfterBlock after) {
      return after.reduce(tokens, site);
    }
    return tokens; // chooses rows, runs the block itself or is for the head: merges nothing
  }

  private static NDArray random(RandomTrial trial, Tokens tokens, Need need) {
    long batch = tokens.batch();
    long count = tokens.count();
    long heads = trial.architecture().heads();
    Shape shape =
        switch (need) {
          case CLASS_ROW -> new Shape(batch, tokens.patches());
          case CLASS_ROW_PER_HEAD -> new Shape(batch, heads, tokens.patches());
          case MEAN_KEYS -> new Shape(batch, count, trial.architecture().headWidth());
          case VALUE_NORMS, COLUMN_SUMS -> new Shape(batch, count);
          case VALUE_NORMS_PER_HEAD -> new Shape(batch, heads, count);
          case MATRIX -> new Shape(batch, heads, count, count);
        };
    NDArray values = RandomNetworks.gaussian(shape, trial.seed(), tokens.x().getManager());
    return need == Need.MEAN_KEYS ? values : values.softmax(-1);
  }
}
