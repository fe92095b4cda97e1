package io.tokensweep.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Spark itself noted of its tasks: when they ran from its event log, and which GPUs they had
 * from the driver's log of its scheduler. Nothing here comes from this program.
 */
final class EventLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Pattern ASSIGNED =
      Pattern.compile("Starting task .*\\(TID (\\d+)\\).* taskResourceAssignments (.*)");

  /** Addresses, each with the share of it. */
  private static final Pattern GPUS = Pattern.compile("gpu -> \\w*Map\\(([^)]*)\\)");

  private static final Pattern ADDRESS = Pattern.compile("([^ ,]+) -> \\d+");

  private EventLog() {}

  /**
   * A task from its launch to the end of its work, which began some milliseconds after the launch.
   *
   * @param gpus addresses that it had
   * @param group of its job
   * @param begin milliseconds since 1970
   */
  record Task(long id, List<String> gpus, String group, long begin, long end) {
    boolean overlaps(Task other) {
      return begin < other.end && other.begin < end;
    }

    /** Whether it measured quality: the jobs of units have groups, and these are timed or not. */
    boolean quality() {
      return !group.isEmpty() && !throughput();
    }

    boolean throughput() {
      return group.startsWith("throughput");
    }
  }

  /** Settings that make a driver write both. */
  static List<String> settings(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path log =
        Files.writeString(
            folder.resolve("log4j2.properties"),
            """
            rootLogger.level = error
            rootLogger.appenderRef.stderr.ref = stderr
            appender.stderr.type = Console
            appender.stderr.name = stderr
            appender.stderr.target = SYSTEM_ERR
            appender.stderr.layout.type = PatternLayout
            appender.stderr.layout.pattern = %m%n
            logger.tasks.name = org.apache.spark.scheduler.TaskSetManager
            logger.tasks.level = info
            """);
    Map<String, String> settings =
        Map.of(
            "spark.eventLog.enabled", "true",
            "spark.eventLog.compress", "false",
            "spark.eventLog.rolling.enabled", "false",
            "spark.eventLog.dir", folder.toString(),
            "spark.driver.extraJavaOptions", "-Dlog4j2.configurationFile=" + log);
    return settings.entrySet().stream()
        .flatMap(each -> Stream.of("--conf", each.getKey() + "=" + each.getValue()))
        .toList();
  }

  /**
   * All tasks of one application.
   *
   * @param folder of {@link #settings}
   * @param log of the driver
   */
  static List<Task> tasks(Path folder, String log) throws IOException {
    Map<Long, List<String>> gpus = assigned(log);
    Map<Long, String> groups = new HashMap<>();
    List<Task> tasks = new ArrayList<>();
    for (JsonNode event : events(folder)) {
      switch (event.path("Event").textValue()) {
        case "SparkListenerJobStart" ->
            event
                .path("Stage Infos")
                .forEach(
                    stage ->
                        groups.put(
                            stage.path("Stage ID").longValue(),
                            event.path("Properties").path("spark.jobGroup.id").asText()));
        case "SparkListenerTaskEnd" -> {
          JsonNode task = event.path("Task Info");
          long id = task.path("Task ID").longValue();
          tasks.add(
              new Task(
                  id,
                  gpus.getOrDefault(id, List.of()),
                  groups.get(event.path("Stage ID").longValue()),
                  task.path("Launch Time").longValue(),
                  task.path("Launch Time").longValue() + worked(event.path("Task Metrics"))));
        }
        default -> {}
      }
    }
    return tasks;
  }

  /**
   * Milliseconds that the executor was at the task. Its "Finish Time" is when the driver had looked
   * at the result, and by then Spark may have given the GPU to the next task.
   */
  private static long worked(JsonNode metrics) {
    return Stream.of("Executor Deserialize Time", "Executor Run Time", "Result Serialization Time")
        .mapToLong(part -> metrics.path(part).longValue())
        .sum();
  }

  private static Map<Long, List<String>> assigned(String log) {
    Map<Long, List<String>> gpus = new HashMap<>();
    for (String line : log.lines().toList()) {
      Matcher task = ASSIGNED.matcher(line);
      if (task.find()) {
        gpus.put(Long.valueOf(task.group(1)), addresses(task.group(2)));
      }
    }
    return gpus;
  }

  private static List<String> addresses(String resources) {
    Matcher gpus = GPUS.matcher(resources);
    return gpus.find()
        ? ADDRESS.matcher(gpus.group(1)).results().map(each -> each.group(1)).toList()
        : List.of();
  }

  private static List<JsonNode> events(Path folder) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (Path file : logs(folder)) {
      for (String line : Files.readAllLines(file)) {
        events.add(JSON.readTree(line));
      }
    }
    return events;
  }

  private static List<Path> logs(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("app-"))
          .collect(Collectors.toList());
    }
  }
}
