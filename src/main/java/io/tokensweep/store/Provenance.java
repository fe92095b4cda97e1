package io.tokensweep.store;

import java.util.List;

/**
 * Where the numbers of a run come from.
 *
 * @param codeVersion commit and content of the running code; results are reused within it
 * @param machineClass product names and engine build, never a host name
 * @param sweepText the sweep file as read
 * @param overrides what the command line changed about the sweep: {@code key=value}, {@code
 *     --limit=N} and {@code --trial=ID}
 */
public record Provenance(
    String version,
    String gitCommit,
    boolean gitDirty,
    String gitBranch,
    String gitCommitTime,
    String codeVersion,
    String machineClass,
    String engine,
    String java,
    String spark,
    String master,
    int slots,
    int threadsPerSlot,
    String sweepSha256,
    String sweepText,
    List<String> overrides) {
  /** Begins an override that chooses a trial. */
  public static final String TRIAL = "--trial=";

  public Provenance {
    overrides = List.copyOf(overrides);
  }

  /** Whether some trials of the sweep were chosen. */
  public boolean isOfChosenTrials() {
    return overrides.stream().anyMatch(each -> each.startsWith(TRIAL));
  }
}
