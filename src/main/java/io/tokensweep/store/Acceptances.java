package io.tokensweep.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Changes for the worse that somebody took responsibility for: from a commit on, the new level is
 * what later ones are compared with. Each stands in {@code accepted/<id>.json}.
 */
public final class Acceptances {
  private final SignedRecords records;

  private Acceptances(SignedRecords records) {
    this.records = records;
  }

  /**
   * A change of one metric of one trial.
   *
   * @param metric its key
   * @param commit full hash, the first with the new level
   * @param reason in words
   * @param author who says so
   * @param time ISO 8601, UTC
   */
  public record Acceptance(
      String id,
      String trialId,
      String metric,
      String commit,
      String reason,
      String author,
      String time) {
    /** Why, who and when. */
    public String signed() {
      return "%s (%s, %s)".formatted(reason, author, time);
    }
  }

  static Acceptances in(Path root) {
    return new Acceptances(new SignedRecords(root.resolve("accepted")));
  }

  /** All, oldest first. */
  public List<Acceptance> all() {
    return records.read(Acceptance.class);
  }

  /**
   * Records one.
   *
   * @throws io.tokensweep.InvalidInputException if author or reason is empty
   */
  public Acceptance add(
      String trialId, String metric, String commit, String reason, String author) {
    SignedRecords.requireSignature(author, reason);
    Instant now = Instant.now();
    Acceptance acceptance =
        new Acceptance(TimedId.at(now), trialId, metric, commit, reason, author, now.toString());
    records.write(acceptance.id(), acceptance);
    return acceptance;
  }
}
