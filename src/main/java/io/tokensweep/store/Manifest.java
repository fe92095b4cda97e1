package io.tokensweep.store;

import java.util.List;

/**
 * What one run measured: {@code runs/<run_id>.json}, written last. Nothing changes it but
 * compaction, which replaces the files. Files that no manifest lists do not exist for any command.
 *
 * @param started ISO 8601, UTC
 * @param finished ISO 8601, UTC
 * @param seconds wall time of the process that finished the run
 * @param measurement names what was measured beside the trials: data, batch sizes, repeats, code
 *     and machine class; only trials of an equal measurement are reused
 * @param measured trials whose rows this run holds
 * @param reused trials that earlier runs hold
 * @param data the data set in words
 * @param imageCount images of the data set
 */
public record Manifest(
    String schema,
    String runId,
    String sweep,
    String started,
    String finished,
    double seconds,
    String measurement,
    Provenance provenance,
    List<TrialStatus> measured,
    List<TrialSource> reused,
    String data,
    long imageCount,
    List<StoredFile> files) {
  /** Key of {@link #measurement}, present if the run recorded where patches went. */
  public static final String SOURCES = "quality_sources";

  public Manifest {
    measured = List.copyOf(measured);
    reused = List.copyOf(reused);
    files = List.copyOf(files);
  }

  /** The same run with its rows in other files. */
  Manifest withFiles(List<StoredFile> others) {
    return new Manifest(
        schema,
        runId,
        sweep,
        started,
        finished,
        seconds,
        measurement,
        provenance,
        measured,
        reused,
        data,
        imageCount,
        others);
  }

  /** A run that measured nothing itself and has these trials of others. */
  public Manifest withOnly(List<TrialSource> others) {
    return new Manifest(
        schema,
        runId,
        sweep,
        started,
        finished,
        seconds,
        measurement,
        provenance,
        List.of(),
        others,
        data,
        imageCount,
        List.of());
  }

  /** Whether there are rows of the sources table for its trials, measured and reused. */
  public boolean recordsSources() {
    return Json.tree(measurement).path(SOURCES).asBoolean();
  }

  /** A measured trial and how it ended. */
  public record TrialStatus(String trialId, TrialRow.Status status) {}

  /** A reused trial and the run that holds its rows. */
  public record TrialSource(String trialId, String runId) {}
}
