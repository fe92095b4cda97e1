package io.tokensweep.store;

/**
 * A run in the index of the summary.
 *
 * @param part folder that holds its rows
 * @param trials rows of it in there
 * @param sessions rows of it in there
 * @param sources the files that the rows were made from, see {@link SummarySources}
 */
record SummaryRun(RunHead head, String part, int trials, int sessions, String sources) {
  String runId() {
    return head.runId();
  }

  SummaryRun in(String otherPart) {
    return new SummaryRun(head, otherPart, trials, sessions, sources);
  }
}
