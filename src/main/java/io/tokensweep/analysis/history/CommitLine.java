package io.tokensweep.analysis.history;

import io.tokensweep.InvalidInputException;
import io.tokensweep.analysis.compare.GitRepository;
import io.tokensweep.analysis.compare.GitRepository.LogEntry;
import io.tokensweep.store.RunHead;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The order of commits.
 *
 * @param order where it comes from
 * @param tip revision at its end; empty if the order is that of time
 * @param commits oldest first
 * @param strays measured commits that are not on the line
 */
public record CommitLine(Order order, String tip, List<Commit> commits, List<Stray> strays) {
  private static final String UNKNOWN = "unknown";

  /** Git writes an offset without colon. */
  private static final DateTimeFormatter OF_BUILD =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendOffset("+HHMM", "Z")
          .toFormatter(Locale.ROOT);

  public enum Order {
    /** First parents of a revision. */
    FIRST_PARENTS,
    /** Times of commits; which commits lie between is not known. */
    TIME
  }

  /**
   * A measured commit that is not on the line.
   *
   * @param runs of it
   * @param why in words
   */
  public record Stray(String commit, int runs, String why) {}

  public CommitLine {
    commits = List.copyOf(commits);
    strays = List.copyOf(strays);
  }

  /**
   * The first parents of a revision if any of them was measured, else all measured commits by time.
   *
   * @param required whether it has to be the former
   * @throws InvalidInputException if it has to be and there is no such revision
   */
  static CommitLine of(List<RunHead> runs, GitRepository repository, String tip, boolean required) {
    List<LogEntry> log = repository.firstParentLog(tip);
    if (log.isEmpty() && required) {
      throw new InvalidInputException(
          "--repository: found no commits of '%s' in it; allowed is a folder with a Git repository"
              .formatted(tip));
    }
    Map<String, List<RunHead>> byCommit =
        runs.stream()
            .collect(
                Collectors.groupingBy(RunHead::commit, LinkedHashMap::new, Collectors.toList()));
    Set<String> line = log.stream().map(LogEntry::hash).collect(Collectors.toSet());
    return required || byCommit.keySet().stream().anyMatch(line::contains)
        ? ofRepository(byCommit, log, line, repository, tip)
        : ofTime(byCommit);
  }

  private static CommitLine ofRepository(
      Map<String, List<RunHead>> byCommit,
      List<LogEntry> log,
      Set<String> line,
      GitRepository repository,
      String tip) {
    List<LogEntry> oldestFirst = new ArrayList<>(log);
    Collections.reverse(oldestFirst);
    List<Commit> commits = new ArrayList<>();
    for (LogEntry entry : oldestFirst) {
      commits.add(
          new Commit(
              entry.hash(), commits.size(), entry.time(), entry.parents() > 1, entry.subject()));
    }
    List<Stray> strays = new ArrayList<>();
    if (!line.containsAll(byCommit.keySet())) {
      Set<String> known = repository.reachable();
      byCommit.forEach(
          (commit, of) -> {
            if (!line.contains(commit)) {
              strays.add(new Stray(commit, of.size(), why(commit, known, tip)));
            }
          });
    }
    return new CommitLine(Order.FIRST_PARENTS, tip, commits, strays);
  }

  private static String why(String commit, Set<String> known, String tip) {
    return commit.equals(UNKNOWN)
        ? "built outside of a repository"
        : known.contains(commit)
            ? "not among the first parents of '%s'".formatted(tip)
            : "not in the repository";
  }

  private static CommitLine ofTime(Map<String, List<RunHead>> byCommit) {
    List<Stray> strays = new ArrayList<>();
    Map<String, Instant> times = new LinkedHashMap<>(); // in the order of the runs
    byCommit.forEach(
        (commit, of) -> {
          if (commit.equals(UNKNOWN)) {
            strays.add(new Stray(commit, of.size(), "built outside of a repository"));
          } else {
            times.put(commit, time(of.get(0)));
          }
        });
    List<Commit> commits = new ArrayList<>();
    times.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.naturalOrder()))
        .forEach(
            entry ->
                commits.add(
                    new Commit(entry.getKey(), commits.size(), entry.getValue(), false, "")));
    return new CommitLine(Order.TIME, "", commits, strays);
  }

  private static Instant time(RunHead run) {
    return parse(run.commitTime()).or(() -> parse(run.started())).orElse(Instant.EPOCH);
  }

  private static Optional<Instant> parse(String time) {
    try {
      return Optional.of(OffsetDateTime.parse(time, OF_BUILD).toInstant());
    } catch (DateTimeParseException e) {
      try {
        return Optional.of(Instant.parse(time));
      } catch (DateTimeParseException other) {
        return Optional.empty();
      }
    }
  }

  /** By hash. */
  Map<String, Commit> byHash() {
    Map<String, Commit> all = new HashMap<>();
    commits.forEach(commit -> all.put(commit.hash(), commit));
    return all;
  }

  /**
   * The part of the line that begins with a commit or at a day.
   *
   * @param since {@code 2026-01-31}, or a revision on the line
   * @throws InvalidInputException if it is neither
   */
  CommitLine since(String since, GitRepository repository) {
    Optional<Instant> day = day(since);
    List<Commit> kept =
        day.isPresent()
            ? commits.stream().filter(commit -> !commit.time().isBefore(day.get())).toList()
            : commits.subList(place(since, repository), commits.size());
    return new CommitLine(order, tip, kept, strays);
  }

  private static Optional<Instant> day(String since) {
    try {
      return Optional.of(LocalDate.parse(since).atStartOfDay(ZoneOffset.UTC).toInstant());
    } catch (DateTimeParseException e) {
      return parse(since);
    }
  }

  private int place(String since, GitRepository repository) {
    String hash = repository.commit(since).orElse(since);
    List<Commit> matching =
        commits.stream()
            .filter(commit -> hash.length() >= 7 && commit.hash().startsWith(hash))
            .toList();
    if (matching.size() != 1) {
      throw new InvalidInputException(
          "--since: found '%s', allowed are a day such as 2026-01-31 and a commit of the history"
              .formatted(since));
    }
    return matching.get(0).place();
  }
}
