package io.tokensweep.store;

import io.tokensweep.store.ParquetRows.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * A trial in one block, means over all its images.
 *
 * @param block rank of the block, from 0
 * @param tokens that leave the block, specials included
 * @param macs of an image
 * @param significance variance of the significance scores; empty where they were not computed
 * @param diversity r(Z), medoid form, directly after the reduction; empty where nothing is reduced
 * @param policies share of the images that took each policy, 0 to 1
 */
public record LayerMeans(
    int block,
    double tokens,
    double macs,
    OptionalDouble significance,
    OptionalDouble diversity,
    Map<String, Double> policies) {
  public LayerMeans {
    policies = Map.copyOf(policies);
  }

  /** Adds up the rows of units. */
  static final class Sum {
    private final Map<String, Map<Integer, OfBlock>> trials = new HashMap<>();

    private static final class OfBlock {
      private final Weighted tokens = new Weighted();
      private final Weighted macs = new Weighted();
      private final Weighted significance = new Weighted();
      private final Weighted diversity = new Weighted();
      private final Map<String, Weighted> policies = new TreeMap<>();
      private double images;
    }

    private static final class Weighted {
      private double sum;
      private double weight;

      void add(double value, double images) {
        sum += value * images;
        weight += images;
      }

      OptionalDouble mean() {
        return weight == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / weight);
      }
    }

    void add(Row row) {
      OfBlock block =
          trials
              .computeIfAbsent(row.text("trial_id"), any -> new TreeMap<>())
              .computeIfAbsent(row.int32("block"), any -> new OfBlock());
      double images = row.int32("images");
      block.images += images;
      block.tokens.add(row.real("tokens_left"), images);
      block.macs.add(row.real("macs"), images);
      if (row.has("significance_variance")) {
        block.significance.add(row.real("significance_variance"), images);
      }
      if (row.has("diversity_medoid_after")) {
        block.diversity.add(row.real("diversity_medoid_after"), images);
      }
      if (row.has("policies")) {
        Map<?, ?> shares = row.json("policies", Map.class);
        shares.forEach(
            (policy, share) ->
                block
                    .policies
                    .computeIfAbsent((String) policy, any -> new Weighted())
                    .add(((Number) share).doubleValue(), images));
      }
    }

    Map<String, List<LayerMeans>> result() {
      Map<String, List<LayerMeans>> means = new HashMap<>();
      trials.forEach(
          (trial, blocks) -> {
            List<LayerMeans> layers = new ArrayList<>();
            blocks.forEach((block, sums) -> layers.add(means(block, sums)));
            means.put(trial, List.copyOf(layers));
          });
      return means;
    }

    private static LayerMeans means(int block, OfBlock sums) {
      Map<String, Double> policies = new TreeMap<>();
      sums.policies.forEach((policy, share) -> policies.put(policy, share.sum / sums.images));
      return new LayerMeans(
          block,
          sums.tokens.mean().orElse(Double.NaN),
          sums.macs.mean().orElse(Double.NaN),
          sums.significance.mean(),
          sums.diversity.mean(),
          policies);
    }
  }
}
