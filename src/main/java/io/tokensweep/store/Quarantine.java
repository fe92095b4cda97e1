package io.tokensweep.store;

import io.tokensweep.InvalidInputException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Results that are known to be wrong, such as those of a throttled machine. Their rows stay where
 * they are; no analysis uses them until they are let out again. What is in quarantine stands in
 * {@code quarantine/<id>.json}, what was let out in {@code quarantine/lifted/<id>.json} besides.
 */
public final class Quarantine {
  private final SignedRecords records;
  private final SignedRecords liftedRecords;
  private final List<Entry> entries;
  private final Map<String, Lift> lifts;
  private final Map<String, List<Entry>> byRun;

  private Quarantine(Path folder) {
    this.records = new SignedRecords(folder);
    this.liftedRecords = new SignedRecords(folder.resolve("lifted"));
    this.entries = records.read(Entry.class);
    this.lifts =
        liftedRecords.read(Lift.class).stream().collect(Collectors.toMap(Lift::id, lift -> lift));
    this.byRun =
        entries.stream()
            .filter(entry -> !lifts.containsKey(entry.id()))
            .collect(Collectors.groupingBy(Entry::runId));
  }

  /**
   * Some results of a run.
   *
   * @param runId that measured them
   * @param trials ids; none for all of the run
   * @param sessions of timing, 0-based; none for all that the run holds of the trials, predictions
   *     too
   * @param reason in words
   * @param author who says so
   * @param time ISO 8601, UTC
   */
  public record Entry(
      String id,
      String runId,
      List<String> trials,
      List<Integer> sessions,
      String reason,
      String author,
      String time) {
    public Entry {
      trials = List.copyOf(trials);
      sessions = List.copyOf(sessions);
    }

    private boolean isOf(String trialId) {
      return trials.isEmpty() || trials.contains(trialId);
    }

    /** What it is about, in words. */
    public String target() {
      return "run %s%s%s"
          .formatted(
              runId,
              trials.isEmpty() ? "" : ", trial " + String.join(", ", trials),
              sessions.isEmpty()
                  ? ""
                  : ", session "
                      + sessions.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }

    /** Why, who and when. */
    public String signed() {
      return "%s (%s, %s)".formatted(reason, author, time);
    }
  }

  /**
   * The end of an entry.
   *
   * @param id of the entry
   * @param reason in words
   * @param author who says so
   * @param time ISO 8601, UTC
   */
  public record Lift(String id, String reason, String author, String time) {}

  /**
   * As it is now.
   *
   * @throws InvalidInputException if a record is damaged
   */
  static Quarantine read(Path root) {
    return new Quarantine(root.resolve("quarantine"));
  }

  /** All that ever was, oldest first. */
  public List<Entry> entries() {
    return entries;
  }

  /** Why an entry was let out; empty if it was not. */
  public Optional<Lift> lift(Entry entry) {
    return Optional.ofNullable(lifts.get(entry.id()));
  }

  /** Entries that hold now. */
  public List<Entry> active() {
    return entries.stream().filter(entry -> lift(entry).isEmpty()).toList();
  }

  /** Why nothing that a run holds of a trial may be used; empty if it may. */
  public Optional<Entry> of(String runId, String trialId) {
    return entries(runId, trialId).filter(entry -> entry.sessions().isEmpty()).findFirst();
  }

  /** Why a session of timing of a trial may not be used; empty if it may. */
  public Optional<Entry> of(String runId, String trialId, int session) {
    return entries(runId, trialId)
        .filter(entry -> entry.sessions().isEmpty() || entry.sessions().contains(session))
        .findFirst();
  }

  /** Whether anything that a run holds of a trial may not be used. */
  boolean touches(String runId, String trialId) {
    return entries(runId, trialId).findAny().isPresent();
  }

  /** Whether some sessions of a trial may not be used, and the rest may. */
  boolean touchesSessions(String runId, String trialId) {
    return touches(runId, trialId) && of(runId, trialId).isEmpty();
  }

  private Stream<Entry> entries(String runId, String trialId) {
    return byRun.getOrDefault(runId, List.of()).stream().filter(entry -> entry.isOf(trialId));
  }

  /** Whether a row of a table that has trials may be used. */
  boolean isUsable(String runId, ParquetRows.Row row) {
    if (!byRun.containsKey(runId)) {
      return true;
    }
    String trial = row.text("trial_id");
    return (row.has("session") ? of(runId, trial, row.int32("session")) : of(runId, trial))
        .isEmpty();
  }

  /** What the analyses are given in place of a row: of one in quarantine, that and why. */
  TrialRow shown(TrialRow row) {
    return of(row.runId(), row.trialId())
        .map(
            entry ->
                new TrialRow(
                    row.runId(),
                    row.trialId(),
                    row.configuration(),
                    TrialRow.Status.QUARANTINED,
                    Optional.of(entry.signed()),
                    Optional.empty(),
                    Optional.empty()))
        .orElse(row);
  }

  /**
   * Puts results into quarantine.
   *
   * @param trials none for all of the run
   * @param sessions none for all
   * @return what was recorded
   */
  Entry add(
      String runId, List<String> trials, List<Integer> sessions, String reason, String author) {
    SignedRecords.requireSignature(author, reason);
    Instant now = Instant.now();
    Entry entry =
        new Entry(TimedId.at(now), runId, trials, sessions, reason, author, now.toString());
    records.write(entry.id(), entry);
    return entry;
  }

  /**
   * Lets results out again.
   *
   * @param id of an entry that holds
   * @throws InvalidInputException if there is none
   */
  Lift lift(String id, String reason, String author) {
    SignedRecords.requireSignature(author, reason);
    if (lifts.containsKey(id)) {
      throw new InvalidInputException(
          "quarantine %s was lifted before, by %s: %s"
              .formatted(id, lifts.get(id).author(), lifts.get(id).reason()));
    }
    List<String> holding = active().stream().map(Entry::id).toList();
    if (!holding.contains(id)) {
      throw new InvalidInputException(
          "'%s' is in no quarantine; allowed are: %s"
              .formatted(id, holding.isEmpty() ? "none, it is empty" : String.join(", ", holding)));
    }
    Lift lift = new Lift(id, reason, author, Instant.now().toString());
    liftedRecords.write(id, lift);
    return lift;
  }
}
