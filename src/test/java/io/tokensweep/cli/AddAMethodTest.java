package io.tokensweep.cli;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.NaiveNetwork;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.checkpoint.SafetensorsWriter;
import io.tokensweep.model.checkpoint.TensorType;
import io.tokensweep.store.ResultStore;
import io.tokensweep.store.TrialRow;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/add-a-method.md} works as it stands: its class, service file, sweep and golden case.
 */
class AddAMethodTest {
  private static final Path DOCUMENT = Path.of("docs/add-a-method.md");
  private static final String SERVICE = "META-INF/services/io.tokensweep.reduction.Method";

  @TempDir Path folder;
  private String source;
  private String service;

  @BeforeEach
  void read() throws IOException {
    source = block("java");
    service = block("services");
  }

  private static String block(String heading) throws IOException {
    Matcher matcher =
        Pattern.compile("(?ms)^```%s\n(.*?)^```$".formatted(Pattern.quote(heading)))
            .matcher(Files.readString(DOCUMENT));
    assertTrue(matcher.find(), heading);
    return matcher.group(1);
  }

  /** A jar of one class and its service file. */
  private Path jar(String name, String java) throws IOException {
    Path classes = Files.createDirectories(folder.resolve(name + "-classes"));
    Path file = classes.resolve("NormPruning.java");
    Files.writeString(file, java);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("--release", "17", "-Xlint:all,-path", "-d", classes.toString());
      assertTrue(
          compiler
              .getTask(messages, files, null, options, null, files.getJavaFileObjects(file))
              .call(),
          messages::toString);
    }
    Files.delete(file);
    Path jar = folder.resolve(name + ".jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        var all = Files.walk(classes)) {
      for (Path entry : all.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(entry).toString()));
        out.write(Files.readAllBytes(entry));
      }
      out.putNextEntry(new JarEntry(SERVICE));
      out.write(service.getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }

  private Program.Ended run(Path jar, Object... arguments)
      throws IOException, InterruptedException {
    try (Program.Child child = Program.Child.start(folder, List.of(jar), arguments)) {
      return child.await();
    }
  }

  @Test
  void itsSweepRunsAndVersionsAreNotConfused() throws IOException, InterruptedException {
    Path sweep = Files.writeString(folder.resolve("norm.yaml"), block("yaml norm.yaml"));
    Path results = folder.resolve("results");
    Object[] command = {"run", sweep, "--results", results, "--limit", 20, "--json"};
    Program.Ended first = run(jar("first", source), command);
    assertEquals(0, first.code(), first.err());
    assertEquals(3, first.json().get("ok").intValue());
    List<TrialRow> rows =
        ResultStore.existing(results).trials(first.json().get("run_id").textValue());
    TrialRow norm =
        rows.stream()
            .filter(row -> row.configuration().method().equals("norm"))
            .findFirst()
            .orElseThrow();
    assertEquals(TrialRow.Status.OK, norm.status());
    assertTrue(norm.quality().orElseThrow().correct1() > 0, norm::toString);
    Program.Ended packedAgain = run(jar("second", source), command);
    assertEquals(3, packedAgain.json().get("reused").intValue(), packedAgain.err());
    String other = source.replace("return \"an example\"", "return \"another\"");
    Program.Ended changed = run(jar("third", other), command);
    assertEquals(0, changed.json().get("reused").intValue(), changed.err());
  }

  @Test
  void itsGoldenCasePasses() throws IOException, InterruptedException {
    Path jar = jar("norm", source);
    JsonNode json = new ObjectMapper().readTree(block("json case.json"));
    writeCase(Files.createDirectories(folder.resolve("cases/norm_k50")), json);
    ObjectNode wrong = json.deepCopy();
    ((ObjectNode) wrong.at("/config/parameters")).put("smallest", true);
    wrong.put("name", "wrong");
    writeCase(Files.createDirectories(folder.resolve("cases/wrong")), wrong);
    Program.Ended ended = run(jar, "conformance", folder.resolve("cases"), "--json");
    JsonNode cases = ended.json().get("cases");
    assertEquals("pass", cases.get(0).get("status").textValue(), ended.err());
    assertEquals("fail", cases.get(1).get("status").textValue(), ended.err());
  }

  /** The case of the document for the example's definition, computed in loops. */
  private static void writeCase(Path folder, JsonNode json) throws IOException {
    Files.writeString(folder.resolve("case.json"), json.toString());
    JsonNode config = json.get("config");
    int width = config.get("embed_dim").intValue();
    Architecture architecture =
        new Architecture(
            "vit_custom",
            config.get("img_size").intValue(),
            config.get("patch_size").intValue(),
            width,
            config.get("depth").intValue(),
            config.get("num_heads").intValue(),
            width * config.get("mlp_ratio").intValue(),
            config.get("num_classes").intValue(),
            Design.VIT);
    Map<String, HostTensor> weights = RandomNetworks.weights(architecture, 3);
    SafetensorsWriter.write(
        folder.resolve("weights.safetensors"), weights, Map.of(), TensorType.F32);
    int batch = 2;
    int pixels = 3 * architecture.imageSize() * architecture.imageSize();
    Random random = new Random(4);
    float[] images = new float[batch * pixels];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    List<NaiveNetwork.Result> results = new ArrayList<>();
    for (int image = 0; image < batch; image++) {
      results.add(
          new NaiveNetwork(architecture, weights)
              .run(
                  Arrays.copyOfRange(images, image * pixels, (image + 1) * pixels),
                  AddAMethodTest::largestHalf));
    }
    Tensors tensors = new Tensors();
    tensors.floats("pixels", images, batch, 3, architecture.imageSize(), architecture.imageSize());
    tensors.floats("logits", flat(results, r -> new double[][] {r.logits()}), batch, 5);
    tensors.floats("cls_layers", flat(results, NaiveNetwork.Result::classTokens), batch, 4, width);
    tensors.floats("tokens_final", flat(results, NaiveNetwork.Result::tokens), batch, 5, width);
    for (int site : new int[] {1, 2}) {
      int[] kept = results.stream().flatMapToInt(r -> Arrays.stream(r.kept()[site])).toArray();
      tensors.integers("site" + site + ".kept", kept, batch, kept.length / batch);
    }
    tensors.write(folder.resolve("io.safetensors"));
  }

  private static int[] largestHalf(int block, double[][] tokens) {
    IntStream all = IntStream.range(0, tokens.length);
    if (block != 1 && block != 2) {
      return all.toArray();
    }
    return all.boxed()
        .sorted(
            Comparator.comparingDouble(
                token -> -Arrays.stream(tokens[token]).map(value -> value * value).sum()))
        .limit((tokens.length + 1) / 2)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private interface Part {
    double[][] of(NaiveNetwork.Result result);
  }

  private static float[] flat(List<NaiveNetwork.Result> results, Part part) {
    double[] values =
        results.stream()
            .flatMap(result -> Arrays.stream(part.of(result)))
            .flatMapToDouble(Arrays::stream)
            .toArray();
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  /** A safetensors file of floats and integers. */
  private static final class Tensors {
    private final ObjectNode header = new ObjectMapper().createObjectNode();
    private final Map<String, ByteBuffer> data = new LinkedHashMap<>();
    private int end;

    void floats(String name, float[] values, int... shape) {
      ByteBuffer bytes = add(name, "F32", values.length, shape);
      bytes.asFloatBuffer().put(values);
    }

    void integers(String name, int[] values, int... shape) {
      ByteBuffer bytes = add(name, "I32", values.length, shape);
      bytes.asIntBuffer().put(values);
    }

    private ByteBuffer add(String name, String type, int count, int... shape) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
      ObjectNode entry = header.putObject(name).put("dtype", type);
      Arrays.stream(shape).forEach(entry.withArray("shape")::add);
      entry.putArray("data_offsets").add(end).add(end + 4 * count);
      end += 4 * count;
      data.put(name, bytes);
      return bytes;
    }

    void write(Path file) throws IOException {
      byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
      ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      try (var out = FileChannel.open(file, CREATE_NEW, WRITE)) {
        out.write(length.putLong(json.length).flip());
        out.write(ByteBuffer.wrap(json));
        for (ByteBuffer bytes : data.values()) {
          out.write(bytes);
        }
      }
    }
  }
}
