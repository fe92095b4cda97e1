package io.tokensweep.eval.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.reduction.Reduction;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Evo-ViT: the backbone's outputs, what the head reads, and ahead of each stage the global class
 * attention and the order that follows from it. Tokens whose attention is equal but for rounding
 * noise may be in another order.
 */
final class EvoVitChecker implements Checker {
  /** The official code acts from here on, and is written for twelve blocks. */
  private static final int FIRST_SELECTION = 4;

  private static final int DEPTH = 12;
  private static final String RATIOS = "/config/prune_ratio";
  private static final String TRADEOFFS = "/config/tradeoff";

  @Override
  public Optional<String> unsupported(GoldenCase golden) {
    if (golden.flag("/config/prunecls", false)) {
      return Optional.of("config.prunecls true is not supported");
    }
    for (int block = 1; block < FIRST_SELECTION; block++) {
      if (ofBlock(golden, TRADEOFFS, block) != 1) {
        return Optional.of(
            "config.tradeoff other than 1 ahead of block %d is not supported"
                .formatted(FIRST_SELECTION));
      }
    }
    return NetworkCase.unsupported(golden);
  }

  @Override
  public CaseResult check(GoldenCase golden) {
    return NetworkCase.check(
        golden,
        (run, comparison, outputs) -> {
          SortedMap<Integer, Reduction> reductions = reductions(golden);
          outputs.numbers(Recorder.run(run, reductions));
          StageRecords records = StageRecords.run(run, reductions);
          outputs.floats("features", records.features());
          outputs.tokenCounts(records.counts());
          new StageCheck(golden, comparison, outputs, records).check();
        });
  }

  /** Each block as the method has it with that block's share of slow tokens and trade-off. */
  private static SortedMap<Integer, Reduction> reductions(GoldenCase golden) {
    if (golden.whole("/config/depth") != DEPTH) {
      throw golden.unusable("/config/depth", String.valueOf(DEPTH));
    }
    boolean stageWise = golden.flag("/config/stage_wise_prune", true);
    SortedMap<Integer, Reduction> reductions = new TreeMap<>();
    for (int block = 0; block < DEPTH; block++) {
      SortedMap<Integer, Reduction> alike =
          CaseMethod.sites(
              golden,
              "evovit",
              List.of(),
              OptionalDouble.of(ofBlock(golden, RATIOS, block)),
              Map.of("tradeoff", ofBlock(golden, TRADEOFFS, block), "stage_wise", stageWise));
      if (alike.containsKey(block)) {
        reductions.put(block, alike.get(block));
      }
    }
    return Collections.unmodifiableSortedMap(reductions);
  }

  /** One number for all blocks, or a list with one for each. */
  private static double ofBlock(GoldenCase golden, String pointer, int block) {
    JsonNode given = golden.json().at(pointer);
    double number = golden.number(given.isArray() ? pointer + "/" + block : pointer);
    if (number < 0 || number > 1) {
      throw golden.unusable(pointer, "numbers from 0 to 1");
    }
    return number;
  }
}
