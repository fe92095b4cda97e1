package io.tokensweep.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.AttentionView;
import io.tokensweep.model.Block;
import io.tokensweep.model.Need;
import io.tokensweep.model.RowSelector;
import io.tokensweep.model.TokenRows;
import io.tokensweep.model.Tokens;
import io.tokensweep.reduction.Reduction;
import io.tokensweep.reduction.Site;
import io.tokensweep.reduction.TokenCount;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** One small reduction of every kind. */
final class TestReductions {
  private TestReductions() {}

  private static NDArray firstTokens(Tokens tokens, int patches) {
    int count = tokens.specials() + Math.min(patches, tokens.patches());
    return tokens
        .x()
        .getManager()
        .arange(0, count, 1, DataType.INT64)
        .reshape(1, count)
        .broadcast(tokens.batch(), count);
  }

  /** Ahead of a block: the first patches go on. */
  record FirstPatches(int patches) implements Reduction.BeforeBlock {
    @Override
    public TokenCount after(TokenCount before) {
      return before.map(n -> Math.min(n, patches));
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      return TokenRows.gather(tokens, firstTokens(tokens, patches));
    }
  }

  /** Inside attention: the first rows go on, in every second image one of them as padding. */
  record FirstRows(int patches) implements Reduction.InsideAttention {
    @Override
    public TokenCount after(TokenCount before) {
      return new TokenCount(
          Math.min(before.least(), patches - 1), Math.min(before.most(), patches));
    }

    @Override
    public RowSelector selector(Site site) {
      return new RowSelector() {
        @Override
        public Set<Need> needs() {
          return Set.of(Need.VALUE_NORMS);
        }

        @Override
        public Rows select(Tokens tokens, AttentionView attention) {
          NDArray rows = firstTokens(tokens, patches);
          NDArray active = attention.valueNorms().getManager().ones(rows.getShape());
          for (int image = 1; image < tokens.batch(); image += 2) {
            active.set(new ai.djl.ndarray.index.NDIndex(image + ", -1"), 0);
          }
          return new Rows(rows, Optional.of(active));
        }
      };
    }
  }

  /** Behind attention: neighbours are averaged by what {@code need} gives and sizes are kept. */
  record AveragePairs(Need need) implements Reduction.AfterAttention {
    @Override
    public TokenCount after(TokenCount before) {
      return before.map(n -> n / 2);
    }

    @Override
    public Set<Need> needs() {
      return Set.of(need);
    }

    @Override
    public Tokens reduce(Tokens tokens, AttentionView attention, Site site) {
      int specials = tokens.specials();
      int pairs = tokens.patches() / 2;
      NDArray signal =
          switch (need) {
            case CLASS_ROW -> attention.classRow();
            case CLASS_ROW_PER_HEAD -> attention.classRowPerHead();
            case VALUE_NORMS_PER_HEAD -> attention.valueNormsPerHead();
            case COLUMN_SUMS -> attention.columnSums();
            case MEAN_KEYS -> attention.meanKeys();
            case VALUE_NORMS -> attention.valueNorms();
            case MATRIX -> attention.matrix();
          };
      NDArray specialTokens = tokens.x().get(":, :{}, :", specials);
      NDArray left = tokens.x().get(":, {}:{}, :", specials, specials + pairs);
      NDArray right = tokens.x().get(":, {}:{}, :", specials + pairs, specials + 2 * pairs);
      NDArray merged = left.add(right).div(2).add(signal.mean());
      NDArray x = specialTokens.concat(merged, 1);
      NDArray sizes = x.getManager().ones(new Shape(tokens.batch(), specials + pairs));
      return new Tokens(
          x,
          specials,
          Optional.of(sizes.mul(2)),
          true,
          Optional.empty(),
          tokens.sources().map(sources -> follow(sources, pairs)),
          tokens.carried());
    }

    private static NDArray follow(NDArray sources, int pairs) {
      int[] tokens = sources.toIntArray();
      for (int patch = 0; patch < tokens.length; patch++) {
        boolean dropped = tokens[patch] < 0 || tokens[patch] >= 2 * pairs;
        tokens[patch] = dropped ? -1 : tokens[patch] % pairs;
      }
      return sources.getManager().create(tokens, sources.getShape());
    }
  }

  /** Behind a block: all but the first patches become padding and zero. */
  record Halt(int patches) implements Reduction.AfterBlock {
    @Override
    public TokenCount after(TokenCount before) {
      return before.map(n -> Math.min(n, patches));
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      NDArray marks =
          tokens
              .x()
              .getManager()
              .arange(tokens.count())
              .lt(tokens.specials() + patches)
              .toType(DataType.FLOAT32, false)
              .reshape(1, tokens.count())
              .broadcast(tokens.batch(), tokens.count());
      return new Tokens(
          tokens.x().mul(marks.expandDims(2)),
          tokens.specials(),
          tokens.sizes(),
          tokens.proportional(),
          Optional.of(marks),
          tokens.sources(),
          tokens.carried());
    }
  }

  /**
   * In place of a block: every second image skips it, the others run its FFN for their first tokens
   * only.
   */
  record SomeImages(int patches) implements Reduction.Gating {
    @Override
    public Gated forward(Block block, Tokens tokens, Site site) {
      int running = tokens.specials() + Math.min(patches, tokens.patches());
      int[] forwarded = new int[tokens.batch()];
      int[] none = new int[tokens.batch()];
      float[] marks = new float[tokens.batch() * tokens.count()];
      for (int image = 0; image < tokens.batch(); image += 2) {
        forwarded[image] = running;
        Arrays.fill(marks, image * tokens.count(), image * tokens.count() + running, 1);
      }
      NDArray kept =
          tokens.x().getManager().create(marks, new Shape(tokens.batch(), tokens.count(), 1));
      NDArray update = block.ffn(block.norm2(tokens.x())).mul(kept);
      return new Gated(tokens.withX(tokens.x().add(update)), none, none, forwarded);
    }
  }

  /** Ahead of a block: the last patches wait among what is carried. */
  record SetAside(int patches) implements Reduction.BeforeBlock {
    @Override
    public TokenCount after(TokenCount before) {
      return before.map(n -> Math.min(n, patches));
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      return TokenRows.gather(tokens, firstTokens(tokens, patches))
          .carrying("aside", tokens.x().get(":, {}:, :", tokens.specials() + patches));
    }
  }

  /**
   * Behind a block: what waits comes back as one token, the mean, of which no patch is recorded.
   */
  record TakeBack() implements Reduction.AfterBlock {
    @Override
    public TokenCount after(TokenCount before) {
      return before.map(n -> n + 1);
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      NDArray aside = tokens.carried().get("aside").mean(new int[] {1}, true);
      Tokens all = Tokens.embedded(tokens.x().concat(aside, 1), tokens.specials());
      return tokens.sources().map(all::withSources).orElse(all);
    }
  }

  /** Ahead of the head: every special token becomes the mean of the patch tokens. */
  record MeanOfPatches() implements Reduction.BeforeHead {
    @Override
    public Tokens read(Tokens tokens, Site site) {
      NDArray mean = tokens.patchFeatures().mean(new int[] {1}, true);
      return tokens.withX(mean.repeat(1, tokens.specials()).concat(tokens.patchFeatures(), 1));
    }
  }
}
