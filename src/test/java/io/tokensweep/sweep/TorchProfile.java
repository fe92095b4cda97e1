package io.tokensweep.sweep;

import io.tokensweep.model.Architecture;
import java.util.Iterator;
import java.util.List;

/**
 * What torchprofile 0.0.4 prints for a network. Beside matrix products and convolutions it counts
 * one for each element of the output of a LayerNorm, of an element-wise product and of a mean, in
 * the trace of one image, from which what no output needs is gone. Sums, quotients, norms, softmax
 * and sorting count nothing. A product of two sizes in the trace is an output of one element.
 */
final class TorchProfile {
  /** What PPT does with one image at a site. */
  enum Policy {
    POOL,
    PRUNE
  }

  private TorchProfile() {}

  /** A backbone with exact counts whose reductions cost nothing in this convention. */
  static long backbone(Architecture architecture, TokenFlow flow) {
    long d = architecture.width();
    long sum = flow.macs();
    for (TokenFlow.Step step : flow.steps()) {
      long attended = step.attended().most();
      sum += attended * d + step.forwarded().most() * d; // the two norms
      sum += architecture.heads() * attended * attended; // logits times the scale
    }
    TokenFlow.Step last = flow.steps().get(flow.steps().size() - 1);
    return sum + last.leaving().most() * d; // the final norm
  }

  /**
   * PPT (xjwu1024/PPT).
   *
   * @param policies what happens at each site in turn
   */
  static long ppt(Architecture architecture, TokenFlow flow, List<Policy> policies) {
    Iterator<Policy> next = policies.iterator();
    long sum = backbone(architecture, flow);
    for (TokenFlow.Step step : flow.steps()) {
      if (!step.attended().equals(step.forwarded())) {
        long tokens = step.attended().most();
        sum += score(tokens);
        sum +=
            switch (next.next()) {
              case POOL -> pooling(architecture, tokens);
              case PRUNE -> pruning();
            };
      }
    }
    return sum;
  }

  /** Class row times value norms; 2 · ones for the class token; width = head width · heads. */
  private static long score(long tokens) {
    return tokens + 1 + 1;
  }

  /** Mean of the keys over the heads, similarities of both halves, features times sizes. */
  private static long pooling(Architecture architecture, long tokens) {
    long d = architecture.headWidth();
    return tokens * d + (tokens + 1) / 2 * (tokens / 2) * d + tokens * architecture.width();
  }

  /** For features and for sizes: image index · tokens, and images · tokens of a reshape. */
  private static long pruning() {
    return 2 * (1 + 1);
  }
}
