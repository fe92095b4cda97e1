package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Casts;
import io.tokensweep.model.TokenRows;
import io.tokensweep.model.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Makes new tokens out of groups of old ones, in the order of the groups. */
final class Regrouping {
  private final Tokens tokens;
  private final List<List<Group>> images;
  private final int leaving;

  private Regrouping(Tokens tokens, List<List<Group>> images) {
    this.tokens = tokens;
    this.images = images;
    this.leaving = images.stream().mapToInt(List::size).max().orElse(0);
  }

  /**
   * @param images the groups of each image; an image with fewer than another gets padding
   */
  static Tokens apply(Tokens tokens, List<List<Group>> images) {
    Regrouping regrouping = new Regrouping(tokens, images);
    return new Tokens(
        regrouping.features(),
        tokens.specials(),
        tokens.sizes().map(regrouping::sizes),
        tokens.proportional(),
        regrouping.active(),
        tokens.sources().map(regrouping::sources),
        tokens.carried());
  }

  /** Merged tokens are put behind all others; then those that go on are picked in order. */
  private NDArray features() {
    int sums = most(Group.Sum.class);
    int maxima = most(Group.Maximum.class);
    NDArray all = tokens.x();
    if (sums > 0) {
      NDArray merged = weights(sums).matMul(Casts.wide(tokens.patchFeatures()));
      all = all.concat(Casts.like(merged, all), 1);
    }
    if (maxima > 0) {
      all = all.concat(maxima(maxima), 1);
    }
    Optional<NDArray> made =
        images.stream()
            .flatMap(List::stream)
            .filter(Group.Made.class::isInstance)
            .findFirst()
            .map(group -> ((Group.Made) group).made());
    if (made.isPresent()) {
      all = all.concat(made.get(), 1);
    }
    return TokenRows.gather(all, TokenRows.withSpecials(picked(sums, maxima), tokens.specials()));
  }

  private int most(Class<? extends Group> kind) {
    return images.stream()
        .mapToInt(groups -> (int) groups.stream().filter(kind::isInstance).count())
        .max()
        .orElse(0);
  }

  /** Where each token that goes on is, the specials not counted, (B, leaving). */
  private NDArray picked(int sums, int maxima) {
    long[] indices = new long[images.size() * leaving]; // padding shows the first token
    for (int image = 0; image < images.size(); image++) {
      int nextSum = tokens.patches();
      int nextMaximum = tokens.patches() + sums;
      List<Group> groups = images.get(image);
      for (int g = 0; g < groups.size(); g++) {
        Group group = groups.get(g);
        if (group instanceof Group.Kept kept) {
          indices[image * leaving + g] = kept.token();
        } else if (group instanceof Group.Made made) {
          indices[image * leaving + g] = (long) tokens.patches() + sums + maxima + made.row();
        } else {
          indices[image * leaving + g] = group instanceof Group.Sum ? nextSum++ : nextMaximum++;
        }
      }
    }
    return manager().create(indices, new Shape(images.size(), leaving));
  }

  /** Weight of every token in every sum, (B, sums, N). */
  private NDArray weights(int sums) {
    int patches = tokens.patches();
    float[] weights = new float[images.size() * sums * patches];
    for (int image = 0; image < images.size(); image++) {
      int row = image * sums * patches;
      for (Group group : images.get(image)) {
        if (group instanceof Group.Sum sum) {
          for (int i = 0; i < sum.parts().length; i++) {
            weights[row + sum.parts()[i]] = (float) sum.weights()[i];
          }
          row += patches;
        }
      }
    }
    return manager().create(weights, new Shape(images.size(), sums, patches));
  }

  /** (B, maxima, D); shorter groups repeat their first member. */
  private NDArray maxima(int maxima) {
    int longest =
        images.stream()
            .flatMap(List::stream)
            .filter(Group.Maximum.class::isInstance)
            .mapToInt(group -> group.members().length)
            .max()
            .orElse(0);
    long[] indices = new long[images.size() * maxima * longest];
    for (int image = 0; image < images.size(); image++) {
      int from = image * maxima * longest;
      for (Group group : images.get(image)) {
        if (group instanceof Group.Maximum maximum) {
          int[] members = maximum.members();
          for (int i = 0; i < longest; i++) {
            indices[from + i] = (long) tokens.specials() + members[i < members.length ? i : 0];
          }
          from += longest;
        }
      }
    }
    NDArray index = manager().create(indices, new Shape(images.size(), (long) maxima * longest));
    return TokenRows.gather(tokens.x(), index)
        .reshape(images.size(), maxima, longest, tokens.x().getShape().get(2))
        .max(new int[] {2});
  }

  private NDArray sources(NDArray before) {
    int[] from = before.toIntArray();
    int patches = from.length / images.size();
    int[] to = new int[from.length];
    for (int image = 0; image < images.size(); image++) {
      int[] groupOf = groupOf(images.get(image));
      for (int i = image * patches; i < (image + 1) * patches; i++) {
        to[i] = from[i] < 0 ? -1 : groupOf[from[i]];
      }
    }
    return manager().create(to, before.getShape());
  }

  /** For each token the first group that it is a member of, -1 if there is none. */
  private int[] groupOf(List<Group> groups) {
    int[] groupOf = new int[tokens.patches()];
    Arrays.fill(groupOf, -1);
    for (int g = groups.size() - 1; g >= 0; g--) {
      for (int member : groups.get(g).members()) {
        groupOf[member] = g;
      }
    }
    return groupOf;
  }

  /** A token stands for all the patches that its parts stood for. */
  private NDArray sizes(NDArray before) {
    float[] from = before.toFloatArray();
    float[] to = new float[images.size() * (tokens.specials() + leaving)];
    Arrays.fill(to, 1); // of padding
    for (int image = 0; image < images.size(); image++) {
      int fromFirst = image * tokens.count();
      int toFirst = image * (tokens.specials() + leaving);
      System.arraycopy(from, fromFirst, to, toFirst, tokens.specials());
      List<Group> groups = images.get(image);
      for (int g = 0; g < groups.size(); g++) {
        float size = 0;
        for (int part : groups.get(g).parts()) {
          size += from[fromFirst + tokens.specials() + part];
        }
        to[toFirst + tokens.specials() + g] = size;
      }
    }
    return manager().create(to, new Shape(images.size(), tokens.specials() + leaving));
  }

  private Optional<NDArray> active() {
    if (images.stream().allMatch(groups -> groups.size() == leaving)) {
      return Optional.empty();
    }
    int count = tokens.specials() + leaving;
    float[] active = new float[images.size() * count];
    for (int image = 0; image < images.size(); image++) {
      int real = tokens.specials() + images.get(image).size();
      Arrays.fill(active, image * count, image * count + real, 1);
    }
    return Optional.of(manager().create(active, new Shape(images.size(), count)));
  }

  private NDManager manager() {
    return tokens.x().getManager();
  }
}
