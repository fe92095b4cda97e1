package io.tokensweep.reduction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.model.Casts;
import io.tokensweep.model.Design;
import io.tokensweep.model.RowSelector;
import io.tokensweep.model.TokenRows;
import io.tokensweep.model.Tokens;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A-ViT, adaptive tokens (Yin et al., CVPR 2022; NVlabs/A-ViT). After every block a token gets the
 * halting score h of its {@link HaltingGate}, and c is the sum of its scores so far. Once c ≥ 1 - ε
 * the token halts: no later block sees it. The head reads the mean of the class token's outputs,
 * those before it halted weighted by h and the last one by the remainder 1 - Σh. The class token
 * may halt like any other.
 */
final class Avit implements Method {
  private static final String SCALE = "gate_scale";
  private static final String CENTER = "gate_center";
  private static final String EPSILON = "epsilon";

  /** c of each token, (B, T). */
  private static final String CUMULATED = "avit.cumulated";

  /** What the head is to read, as far as it is summed up, (B, specials, D) fp32. */
  private static final String OUTPUT = "avit.output";

  @Override
  public String name() {
    return "avit";
  }

  @Override
  public String source() {
    return "Yin et al. 2022, NVlabs/A-ViT";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter.Real(SCALE, 10, 0, 1000, "γ of the halting score σ(γ·x - β)"),
        new Parameter.Real(
            CENTER, 30, -1000, 1000, "β of the halting score; 30 for DeiT-T, 75 for DeiT-S"),
        new Parameter.Real(
            EPSILON, 0.01, 0, 1, "a token halts once its halting scores add up to 1 - epsilon"));
  }

  @Override
  public boolean usesKeepRate() {
    return false;
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    if (placement.architecture().design().head() == Design.Head.DENSE) {
      throw new IllegalArgumentException(
          "all patch tokens of an image may halt, and a dense head reads them");
    }
    Halt halt =
        new Halt(
            new HaltingGate((float) parameters.real(SCALE), (float) parameters.real(CENTER)),
            (float) (1 - parameters.real(EPSILON)));
    int last = placement.architecture().depth() - 1;
    SortedMap<Integer, Reduction> sites = new TreeMap<>();
    for (int block = 0; block < last; block++) {
      sites.put(block, halt);
    }
    sites.put(last, new ReadOutput());
    return sites;
  }

  /**
   * @param threshold 1 - ε
   */
  private record Halt(HaltingGate gate, float threshold) implements Reduction.AfterBlock {
    @Override
    public TokenCount after(TokenCount patches) {
      return new TokenCount(0, patches.most());
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      float[] scores = gate.scores(tokens.x());
      float[] cumulated = cumulated(tokens);
      float[] goesOn = active(tokens);
      float[] weights = new float[tokens.batch() * tokens.specials()];
      for (int i = 0; i < goesOn.length; i++) {
        if (goesOn[i] != 0) {
          float remainder = 1 - cumulated[i];
          cumulated[i] += scores[i];
          boolean runsOn = cumulated[i] < threshold;
          goesOn[i] = runsOn ? 1 : 0;
          int token = i % tokens.count();
          if (token < tokens.specials()) {
            weights[i / tokens.count() * tokens.specials() + token] =
                runsOn ? scores[i] : cumulated[i] > threshold ? remainder : 0;
          }
        }
      }
      NDManager manager = tokens.x().getManager();
      Shape shape = new Shape(tokens.batch(), tokens.count());
      Tokens marked = withActive(tokens, manager.create(goesOn, shape));
      RowSelector.Rows rows = PaddedRows.of(marked, RealPatches.of(marked));
      return TokenRows.gather(marked, rows)
          .carrying(CUMULATED, manager.create(cumulated, shape).gather(rows.indices(), 1))
          .carrying(OUTPUT, output(tokens, weights));
    }

    private static Tokens withActive(Tokens tokens, NDArray active) {
      return new Tokens(
          tokens.x(),
          tokens.specials(),
          tokens.sizes(),
          tokens.proportional(),
          Optional.of(active),
          tokens.sources(),
          tokens.carried());
    }
  }

  /** After the last block every token that ran until there halts. */
  private record ReadOutput() implements Reduction.BeforeHead {
    @Override
    public Tokens read(Tokens tokens, Site site) {
      float[] cumulated = cumulated(tokens);
      float[] active = active(tokens);
      int specials = tokens.specials();
      float[] weights = new float[tokens.batch() * specials];
      for (int i = 0; i < weights.length; i++) {
        int token = i / specials * tokens.count() + i % specials;
        weights[i] = active[token] * (1 - cumulated[token]);
      }
      NDArray output = Casts.like(output(tokens, weights), tokens.x());
      return tokens.withX(output.concat(tokens.patchFeatures(), 1));
    }
  }

  /** c of each token so far, B · T values. */
  private static float[] cumulated(Tokens tokens) {
    return Optional.ofNullable(tokens.carried().get(CUMULATED))
        .map(NDArray::toFloatArray)
        .orElseGet(() -> new float[tokens.batch() * tokens.count()]);
  }

  /** 1 for each token that runs and 0 for padding, B · T values. */
  private static float[] active(Tokens tokens) {
    return tokens
        .active()
        .orElseGet(() -> tokens.x().getManager().ones(new Shape(tokens.batch(), tokens.count())))
        .toFloatArray();
  }

  /**
   * The output so far and the present specials by their weights.
   *
   * @param weights B · specials values
   * @return (B, specials, D) fp32
   */
  private static NDArray output(Tokens tokens, float[] weights) {
    int specials = tokens.specials();
    NDArray present =
        Casts.wide(tokens.x().get(":, :{}, :", specials))
            .mul(tokens.x().getManager().create(weights, new Shape(tokens.batch(), specials, 1)));
    return Optional.ofNullable(tokens.carried().get(OUTPUT)).map(present::add).orElse(present);
  }
}
