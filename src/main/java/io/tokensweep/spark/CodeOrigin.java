package io.tokensweep.spark;

import io.tokensweep.BuildInfo;
import io.tokensweep.InvalidInputException;
import java.util.Map;

/**
 * Which commit a run is of. That is the commit this program was built from, unless somebody who
 * measures code of their own, such as a method in a jar, names one of their repository.
 *
 * @param commit full hash, or {@code unknown}
 * @param dirty whether the code differed from the commit
 * @param branch or {@code unknown}
 * @param commitTime ISO 8601, or {@code unknown}
 */
record CodeOrigin(String commit, boolean dirty, String branch, String commitTime) {
  /** Variable with the full hash of a commit whose code is measured, unchanged. */
  static final String COMMIT = "TOKENSWEEP_COMMIT";

  private static final String BRANCH = "TOKENSWEEP_BRANCH";
  private static final String COMMIT_TIME = "TOKENSWEEP_COMMIT_TIME";
  private static final String UNKNOWN = "unknown";

  /**
   * @throws InvalidInputException if the variable has no full hash
   */
  static CodeOrigin of(BuildInfo build, Map<String, String> environment) {
    String commit = environment.getOrDefault(COMMIT, "");
    if (commit.isEmpty()) {
      return new CodeOrigin(build.commit(), build.dirty(), build.branch(), build.commitTime());
    }
    if (!commit.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
      throw new InvalidInputException(
          "%s: found '%s', allowed is the full hash of a commit".formatted(COMMIT, commit));
    }
    return commit.equals(build.commit())
        ? new CodeOrigin(commit, build.dirty(), build.branch(), build.commitTime())
        : new CodeOrigin(
            commit,
            false,
            environment.getOrDefault(BRANCH, UNKNOWN),
            environment.getOrDefault(COMMIT_TIME, UNKNOWN));
  }
}
