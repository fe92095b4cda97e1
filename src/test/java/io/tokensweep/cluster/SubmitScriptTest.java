package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code jobs/submit.sh}: what it hands to spark-submit, and what it refuses. */
@Timeout(120)
class SubmitScriptTest {
  /** Prints its arguments and ends with a code of its own. */
  private static final String SPARK_SUBMIT =
      """
      #!/bin/sh
      printf '%s\\n' "$@"
      echo "class path $SPARK_DIST_CLASSPATH"
      exit 3
      """;

  @TempDir Path folder;
  private Path spark;

  @BeforeEach
  void makeSpark() throws IOException {
    spark = folder.resolve("spark");
    Files.createDirectories(spark.resolve("bin"));
    Files.createDirectories(spark.resolve("jars"));
    script(spark.resolve("bin/spark-submit"), SPARK_SUBMIT);
    for (String jar : List.of("spark-core_2.13-4.2.0", "guava-33.1.0-jre", "commons-math3-3.6.1")) {
      Files.createFile(spark.resolve("jars").resolve(jar + ".jar"));
    }
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    assertTrue(file.toFile().setExecutable(true));
  }

  private Job.Ended submit(Map<String, String> environment, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(Job.script("submit.sh")));
    command.addAll(List.of(words));
    try (Job job = Job.start(folder, environment, command)) {
      return job.await(60);
    }
  }

  private Map<String, String> withSpark() {
    return Map.of("SPARK_HOME", spark.toString());
  }

  /** Exit code 2 and one line with these words. */
  private static void refused(Job.Ended ended, String... words) {
    ended.withCode(2);
    assertEquals("", ended.out());
    assertEquals(1, ended.err().lines().count(), ended.err());
    for (String word : words) {
      assertTrue(ended.err().contains(word), () -> "no '%s' in %s".formatted(word, ended.err()));
    }
  }

  private static String after(List<String> words, String flag) {
    return words.get(words.indexOf(flag) + 1);
  }

  /** Values of {@code --conf}. */
  private static Map<String, String> settings(List<String> words) {
    return Stream.iterate(0, i -> i < words.size() - 1, i -> i + 1)
        .filter(i -> words.get(i).equals("--conf"))
        .map(i -> words.get(i + 1).split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, last) -> last));
  }

  private static List<String> flags() throws IOException {
    return Files.readAllLines(Job.PROJECT.resolve("jobs/java.options")).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  @Test
  void sendsWhatSparkLacksWithTheFlagsOfEveryProcess() throws Exception {
    Job.Ended ended =
        submit(
            withSpark(),
            "--master",
            "yarn",
            "--deploy-mode",
            "cluster",
            "--",
            "run",
            "a sweep.yaml",
            "--limit",
            "5");
    List<String> words = ended.withCode(3).out().lines().toList();
    String jars = after(words, "--jars");
    assertTrue(jars.contains("/pytorch-jni-") && jars.contains("/picocli-"), jars);
    assertFalse(jars.contains("/spark-core_") || jars.contains("/guava-"), jars);
    Path jar = Job.PROJECT.resolve("target/tokensweep.jar");
    int program = words.indexOf(jar.toString());
    assertEquals(
        List.of("run", "a sweep.yaml", "--limit", "5"), words.subList(program + 1, program + 5));
    assertEquals("io.tokensweep.cli.TokenSweep", after(words, "--class"));
    Map<String, String> settings = settings(words);
    for (String flag : flags()) {
      assertTrue(settings.get("spark.executor.defaultJavaOptions").contains(flag), flag);
      assertTrue(settings.get("spark.driver.defaultJavaOptions").contains(flag), flag);
    }
    assertEquals("4g", settings.get("spark.driver.memory"));
    assertEquals("1", settings.get("spark.executorEnv.THP_MEM_ALLOC_ENABLE"));
    assertEquals("class path ", words.get(words.size() - 1));
  }

  @Test
  void aDriverHereSeesTheProgramFirst() throws Exception {
    List<String> words =
        submit(withSpark(), "--master", "spark://h:7077", "--", "doctor")
            .withCode(3)
            .out()
            .lines()
            .toList();
    String path = words.get(words.size() - 1);
    assertTrue(path.startsWith("class path " + Job.PROJECT.resolve("target/tokensweep.jar")), path);
    assertTrue(path.contains("/picocli-") && !path.contains("/spark-core_"), path);
  }

  @Test
  void leavesSettingsOfTheUserAlone() throws Exception {
    Path properties =
        Files.writeString(
            folder.resolve("spark.properties"),
            "spark.master   spark://h:7077\nspark.driver.memory=9g\nspark.app.name mine\n");
    List<String> words =
        submit(
                withSpark(),
                "--properties-file",
                properties.toString(),
                "--conf",
                "spark.executor.resource.gpu.amount=4",
                "--conf",
                "spark.executor.defaultJavaOptions=-Dx=y",
                "--jars",
                "/mine.jar",
                "--",
                "doctor")
            .withCode(3)
            .out()
            .lines()
            .toList();
    Map<String, String> settings = settings(words);
    assertFalse(settings.containsKey("spark.driver.memory"), settings::toString);
    assertFalse(settings.containsKey("spark.app.name"), settings::toString);
    assertEquals("-Dx=y", settings.get("spark.executor.defaultJavaOptions"));
    assertEquals("1", settings.get("spark.task.resource.gpu.amount"));
    assertTrue(words.get(words.lastIndexOf("--jars") + 1).startsWith("/mine.jar,"));
  }

  @Test
  void nothingIsSentWhereTheProgramIsInstalled() throws Exception {
    List<String> words =
        submit(
                withSpark(),
                "--master",
                "k8s://https://h",
                "--deploy-mode",
                "cluster",
                "--",
                "doctor")
            .withCode(3)
            .out()
            .lines()
            .toList();
    assertFalse(words.contains("--jars"), words::toString);
    assertTrue(words.contains("local:///opt/tokensweep/tokensweep.jar"), words::toString);
    for (String side : List.of("driver", "executor")) {
      assertEquals(
          "/opt/tokensweep/tokensweep.jar:/opt/tokensweep/lib/*",
          settings(words).get("spark.%s.extraClassPath".formatted(side)));
    }
  }

  @Test
  void sharedStorageIsNamedInsteadOfSent() throws Exception {
    List<String> words =
        submit(
                Map.of(
                    "SPARK_HOME",
                    spark.toString(),
                    "TOKENSWEEP_INSTALLED",
                    "hdfs://n/apps/tokensweep"),
                "--master",
                "yarn",
                "--",
                "doctor")
            .withCode(3)
            .out()
            .lines()
            .toList();
    assertTrue(words.contains("hdfs://n/apps/tokensweep/tokensweep.jar"), words::toString);
    assertTrue(
        Stream.of(after(words, "--jars").split(",", -1))
            .allMatch(jar -> jar.startsWith("hdfs://n/apps/tokensweep/lib/")));
  }

  @Test
  void helpNamesTheVariables() throws Exception {
    Job.Ended ended = submit(Map.of(), "--help").withCode(0);
    for (String word : List.of("Usage:", "SPARK_HOME", "TOKENSWEEP_INSTALLED", "-- run")) {
      assertTrue(ended.out().contains(word), word);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run x.yaml|found no --",
        "--master yarn --|found no command behind --",
        "-- run x.yaml|no master: give --master",
        "--master mesos://h -- run x.yaml|--master: found 'mesos://h', allowed are spark://",
        "--master spark://h:1 --deploy-mode near -- run x|--deploy-mode: found 'near', allowed are client and cluster",
        "--master yarn -- run x.yaml|needs a Spark 4.2 distribution: set SPARK_HOME",
        "--master k8s://h -- run x.yaml|needs a Spark 4.2 distribution: set SPARK_HOME",
        "--class X --master yarn -- run x.yaml|--class",
      })
  void refusesInOneLine(String words, String reason) throws Exception {
    refused(submit(Map.of(), words.split(" ", -1)), reason);
  }

  @Test
  void refusesASparkThatIsNone() throws Exception {
    refused(
        submit(Map.of("SPARK_HOME", folder.toString()), "--master", "yarn", "--", "doctor"),
        "SPARK_HOME",
        "bin/spark-submit");
    Files.move(
        spark.resolve("jars/spark-core_2.13-4.2.0.jar"),
        spark.resolve("jars/spark-core_2.13-3.5.0.jar"));
    refused(submit(withSpark(), "--master", "yarn", "--", "doctor"), "no Spark 4.2");
  }

  @Test
  void refusesAnInstallationThatIsNotThere() throws Exception {
    refused(
        submit(
            Map.of("TOKENSWEEP_INSTALLED", folder.toString()),
            "--master",
            "spark://h:1",
            "--",
            "doctor"),
        "TOKENSWEEP_INSTALLED",
        "tokensweep.jar");
    refused(
        submit(Map.of("TOKENSWEEP_INSTALLED", "here"), "--master", "spark://h:1", "--", "doctor"),
        "TOKENSWEEP_INSTALLED: found 'here'");
  }

  @Test
  void refusesToRunWhatIsNotBuilt() throws Exception {
    Path jobs = Files.createDirectories(folder.resolve("elsewhere/jobs"));
    for (String file : List.of("submit.sh", "common.sh", "java.options")) {
      Files.copy(
          Job.PROJECT.resolve("jobs").resolve(file),
          jobs.resolve(file),
          java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }
    try (Job job =
        Job.start(
            folder,
            Map.of(),
            List.of(jobs + "/submit.sh", "--master", "spark://h:1", "--", "doctor"))) {
      refused(job.await(60), "nothing is built", "./mvnw -DskipTests package");
    }
  }
}
