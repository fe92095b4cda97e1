package io.tokensweep.store;

import java.util.List;

/**
 * Where the numbers of a run come from.
 *
 * @param codeVersion commit and content of the running code; results are reused within it
 * @param machineClass product names and engine build, never a host name
 * @param sweepText the sweep file as read
 * @param overrides {@code key=value} given on the command line
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
  public Provenance {
    overrides = List.copyOf(overrides);
  }
}
