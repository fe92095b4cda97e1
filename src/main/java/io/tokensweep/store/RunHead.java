package io.tokensweep.store;

/**
 * What finds a run among thousands: the part of its manifest that has no lists.
 *
 * @param started ISO 8601, UTC
 * @param commit of the build; {@code unknown} outside a repository
 * @param dirty whether its code differed from that commit
 * @param commitTime ISO 8601, or {@code unknown}
 * @param machineClass product names and engine build
 * @param images of the data set
 */
public record RunHead(
    String runId,
    String sweep,
    String started,
    String commit,
    boolean dirty,
    String branch,
    String commitTime,
    String machineClass,
    long images) {
  static RunHead of(Manifest manifest) {
    Provenance from = manifest.provenance();
    return new RunHead(
        manifest.runId(),
        manifest.sweep(),
        manifest.started(),
        from.gitCommit(),
        from.gitDirty(),
        from.gitBranch(),
        from.gitCommitTime(),
        from.machineClass(),
        manifest.imageCount());
  }
}
