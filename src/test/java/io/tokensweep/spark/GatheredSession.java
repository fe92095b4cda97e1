package io.tokensweep.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.store.UnitCommit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A session of timing as it was measured, a line of a file.
 *
 * @param build which code ran, such as {@code unchanged} or {@code slow5}
 * @param started seconds since 1970
 * @param seconds that the process took
 * @param load share of the time in which the harness loaded the machine
 * @param commit every timed batch
 */
public record GatheredSession(
    String build, double started, double seconds, double load, UnitCommit commit) {
  /** Begins the names of builds that keep memory. */
  public static final String LEAKING = "leak";

  private static final ObjectMapper JSON = new ObjectMapper();

  void append(Path file) throws IOException {
    Files.writeString(
        file,
        JSON.writeValueAsString(this) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** In the order in which they were measured; none if there is no file. */
  public static List<GatheredSession> read(Path file) throws IOException {
    List<GatheredSession> sessions = new ArrayList<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        sessions.add(JSON.readValue(line, GatheredSession.class));
      }
    }
    return sessions;
  }
}
