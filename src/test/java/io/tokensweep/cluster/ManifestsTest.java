package io.tokensweep.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.cli.TokenSweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files for cluster managers name what there is. */
class ManifestsTest {
  private static final Path JOBS = Job.PROJECT.resolve("jobs");

  private static JsonNode manifest(String name) throws IOException {
    Object yaml =
        new Load(LoadSettings.builder().build())
            .loadFromString(Files.readString(JOBS.resolve("kubernetes").resolve(name)));
    return new ObjectMapper().valueToTree(yaml);
  }

  private static String image() throws IOException {
    return Files.readString(JOBS.resolve("kubernetes/Dockerfile"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sweep.yaml", "sweep-gpu.yaml"})
  void aSparkApplicationRunsTheImagesProgram(String name) throws IOException {
    JsonNode application = manifest(name);
    assertEquals("sparkoperator.k8s.io/v1beta2", application.path("apiVersion").textValue());
    assertEquals("SparkApplication", application.path("kind").textValue());
    JsonNode spec = application.path("spec");
    assertEquals(TokenSweep.class.getName(), spec.path("mainClass").textValue());
    assertEquals(
        "local:///opt/tokensweep/tokensweep.jar", spec.path("mainApplicationFile").textValue());
    assertTrue(image().contains("COPY target/tokensweep.jar /opt/tokensweep/"));
    String sweep = spec.path("arguments").get(1).textValue();
    assertTrue(sweep.startsWith("/opt/tokensweep/sweeps/"), sweep);
    assertTrue(
        Files.isRegularFile(Job.PROJECT.resolve("sweeps").resolve(Path.of(sweep).getFileName())));
    JsonNode settings = spec.path("sparkConf");
    for (String side : List.of("driver", "executor")) {
      assertEquals(
          "@/opt/tokensweep/jobs/java.options",
          settings.path("spark.%s.defaultJavaOptions".formatted(side)).textValue());
      assertEquals(
          "/shared", spec.path(side).path("volumeMounts").get(0).path("mountPath").textValue());
    }
    assertTrue(spec.path("arguments").get(3).textValue().startsWith("/shared/"));
  }

  @Test
  void anExecutorWithAGpuGivesItToOneTask() throws IOException {
    JsonNode spec = manifest("sweep-gpu.yaml").path("spec");
    assertEquals(1, spec.path("executor").path("gpu").path("quantity").intValue());
    assertEquals("1", spec.path("sparkConf").path("spark.task.resource.gpu.amount").textValue());
    assertEquals(
        "/opt/tokensweep/jobs/gpus.sh",
        spec.path("sparkConf").path("spark.executor.resource.gpu.discoveryScript").textValue());
  }

  @Test
  void theImageIsOfTheVersionsOfTheBuild() throws IOException {
    String pom = Files.readString(Job.PROJECT.resolve("pom.xml"));
    String spark = value(pom, "<spark.version>(.*?)</spark.version>");
    assertTrue(image().contains("ARG SPARK_IMAGE=apache/spark:" + spark + "-"), spark);
    assertEquals(spark, manifest("sweep.yaml").path("spec").path("sparkVersion").textValue());
    assertTrue(
        image().contains("PYTORCH_VERSION=" + value(pom, "<pytorch.version>(.*?)</pytorch")), pom);
  }

  private static String value(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().findFirst().orElseThrow().group(1);
  }

  /** What the builder is sent is what the image copies. */
  @Test
  void whatTheImageCopiesIsThere() throws IOException {
    for (String line : image().lines().filter(line -> line.startsWith("COPY ")).toList()) {
      if (!line.contains("--from=")) {
        String[] words = line.split(" ", -1);
        for (int i = 1; i < words.length - 1; i++) {
          assertTrue(Files.exists(Job.PROJECT.resolve(words[i])), words[i]);
          String name = Path.of(words[i]).getFileName().toString();
          String script = Files.readString(JOBS.resolve("kubernetes/image.sh"));
          assertTrue(script.contains(name.equals("tokensweep.jar") ? "$jar" : words[i]), name);
        }
      }
    }
  }

  @Test
  void settingsForYarnAreSettings() throws IOException {
    Properties settings = new Properties();
    try (var in = Files.newBufferedReader(JOBS.resolve("yarn/yarn.properties"))) {
      settings.load(in);
    }
    assertTrue(settings.stringPropertyNames().stream().allMatch(key -> key.startsWith("spark.")));
    assertEquals("true", settings.getProperty("spark.authenticate"));
  }
}
