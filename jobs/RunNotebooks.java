import org.rapaio.shaded.com.google.gson.Gson;
import org.rapaio.shaded.com.google.gson.GsonBuilder;
import org.rapaio.shaded.com.google.gson.JsonArray;
import org.rapaio.shaded.com.google.gson.JsonElement;
import org.rapaio.shaded.com.google.gson.JsonObject;
import org.rapaio.shaded.com.google.gson.JsonParser;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.rapaio.org.zeromq.SocketType;
import org.rapaio.org.zeromq.ZContext;
import org.rapaio.org.zeromq.ZMQ.Socket;

/**
 * Executes notebooks with the Java kernel, without Jupyter, and writes their outputs into them. Runs
 * from source with the kernel's jar, which contains under names of its own what this needs:
 *
 * <pre>java -cp rapaio-jupyter-kernel.jar RunNotebooks.java KERNEL_JAR FOLDER NOTEBOOK...</pre>
 *
 * <p>Writes the notebooks with their outputs into the folder. Ends with 1 at the first cell that fails.
 */
public final class RunNotebooks {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
  private static final byte[] DELIMITER = "<IDS|MSG>".getBytes(StandardCharsets.UTF_8);
  private static final int LONGEST_CELL_SECONDS = 180;
  private static final int ATTEMPTS = 3;
  private static final String KEY = UUID.randomUUID().toString();
  private static final String SESSION = UUID.randomUUID().toString();

  private final Path kernel;

  private RunNotebooks(Path kernel) {
    this.kernel = kernel;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 3) {
      System.err.println("usage: RunNotebooks.java KERNEL_JAR FOLDER NOTEBOOK...");
      System.exit(2);
    }
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    RunNotebooks runner = new RunNotebooks(Path.of(arguments[0]).toAbsolutePath());
    for (int i = 2; i < arguments.length; i++) {
      runner.runWithPatience(Path.of(arguments[i]).toAbsolutePath(), folder);
    }
  }

  /** A port may be taken between its choice and the kernel's start: then with others. */
  private void runWithPatience(Path notebook, Path folder) throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        run(notebook, folder);
        return;
      } catch (Unanswered e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** The kernel did not answer. */
  private static final class Unanswered extends IOException {
    private static final long serialVersionUID = 1L;

    Unanswered(String message) {
      super(message);
    }
  }

  private void run(Path notebook, Path folder) throws Exception {
    JsonObject root = JsonParser.parseString(Files.readString(notebook)).getAsJsonObject();
    Path connection = Files.createTempFile("kernel", ".json");
    List<Integer> ports = freePorts(5);
    JsonObject settings = new JsonObject();
    String[] names = {"shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"};
    for (int i = 0; i < names.length; i++) {
      settings.addProperty(names[i], ports.get(i));
    }
    settings.addProperty("ip", "127.0.0.1");
    settings.addProperty("key", KEY);
    settings.addProperty("transport", "tcp");
    settings.addProperty("signature_scheme", "hmac-sha256");
    settings.addProperty("kernel_name", "java");
    Files.writeString(connection, GSON.toJson(settings));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-jar",
                kernel.toString(),
                connection.toString())
            .directory(notebook.getParent().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (ZContext context = new ZContext()) {
      Socket shell = socket(context, SocketType.DEALER, ports.get(0));
      Socket output = context.createSocket(SocketType.SUB);
      output.subscribe(new byte[0]);
      output.connect("tcp://127.0.0.1:" + ports.get(1));
      output.setReceiveTimeOut(1000);
      await(shell, process);
      int count = 0;
      for (JsonElement cell : root.getAsJsonArray("cells")) {
        JsonObject object = cell.getAsJsonObject();
        if (object.get("cell_type").getAsString().equals("code")) {
          object.addProperty("execution_count", ++count);
          JsonArray outputs = execute(shell, output, source(object), count, notebook);
          // a magic tells paths of this machine
          object.add("outputs", source(object).startsWith("%") ? new JsonArray() : outputs);
        }
      }
      request(shell, "shutdown_request", "{\"restart\":false}");
    } finally {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Files.deleteIfExists(connection);
    }
    Files.writeString(folder.resolve(notebook.getFileName()), GSON.toJson(root) + "\n");
    System.out.println("executed: " + notebook.getFileName());
  }

  private static Socket socket(ZContext context, SocketType type, int port) {
    Socket socket = context.createSocket(type);
    socket.setIdentity(SESSION.getBytes(StandardCharsets.UTF_8));
    socket.connect("tcp://127.0.0.1:" + port);
    socket.setReceiveTimeOut(1000);
    return socket;
  }

  /** Until the kernel answers. */
  private static void await(Socket shell, Process process) throws Exception {
    for (int second = 0; second < 40; second++) {
      if (second % 5 == 0) {
        request(shell, "kernel_info_request", "{}");
      }
      if (!process.isAlive()) {
        throw new IOException("the kernel ended with " + process.exitValue());
      }
      JsonObject[] message = receive(shell);
      if (message != null) {
        Thread.sleep(500); // for the subscription to the outputs
        return;
      }
    }
    throw new Unanswered("the kernel does not answer");
  }

  private static JsonArray execute(
      Socket shell, Socket output, String code, int count, Path notebook) throws Exception {
    JsonObject content = new JsonObject();
    content.addProperty("code", code);
    content.addProperty("silent", false);
    content.addProperty("store_history", true);
    content.add("user_expressions", new JsonObject());
    content.addProperty("allow_stdin", false);
    content.addProperty("stop_on_error", true);
    String id = request(shell, "execute_request", content.toString());
    JsonArray outputs = new JsonArray();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_CELL_SECONDS);
    while (System.nanoTime() < end) {
      JsonObject[] message = receive(output);
      if (message == null || !id.equals(parent(message))) {
        continue;
      }
      String type = message[0].get("msg_type").getAsString();
      JsonObject body = message[2];
      switch (type) {
        case "status" -> {
          if (body.get("execution_state").getAsString().equals("idle")) {
            return merged(outputs);
          }
        }
        case "stream" -> {
          JsonObject stream = new JsonObject();
          stream.addProperty("name", body.get("name").getAsString());
          stream.addProperty("output_type", "stream");
          stream.addProperty("text", body.get("text").getAsString());
          outputs.add(stream);
        }
        case "display_data", "execute_result" -> {
          JsonObject shown = new JsonObject();
          shown.add("data", body.get("data"));
          if (type.equals("execute_result")) {
            shown.addProperty("execution_count", count);
          }
          shown.add("metadata", new JsonObject());
          shown.addProperty("output_type", type);
          outputs.add(shown);
        }
        case "error" -> {
          System.err.printf(
              "%s, code cell %d: %s%n%s%n%s%n",
              notebook.getFileName(), count, body.get("evalue"), body.get("traceback"), code);
          System.exit(1);
        }
        default -> {}
      }
    }
    throw new IOException("code cell " + count + " of " + notebook + " takes too long");
  }

  /** Neighbouring pieces of one stream together. */
  private static JsonArray merged(JsonArray outputs) {
    JsonArray merged = new JsonArray();
    for (JsonElement each : outputs) {
      JsonObject next = each.getAsJsonObject();
      JsonObject last = merged.isEmpty() ? null : merged.get(merged.size() - 1).getAsJsonObject();
      if (last != null && last.has("name") && next.has("name")
          && last.get("name").equals(next.get("name"))) {
        last.addProperty("text", last.get("text").getAsString() + next.get("text").getAsString());
      } else {
        merged.add(next);
      }
    }
    return merged;
  }

  private static String source(JsonObject cell) {
    JsonElement source = cell.get("source");
    if (source.isJsonPrimitive()) {
      return source.getAsString();
    }
    StringBuilder text = new StringBuilder();
    source.getAsJsonArray().forEach(line -> text.append(line.getAsString()));
    return text.toString();
  }

  private static String request(Socket shell, String type, String content) throws Exception {
    String id = UUID.randomUUID().toString();
    JsonObject header = new JsonObject();
    header.addProperty("msg_id", id);
    header.addProperty("session", SESSION);
    header.addProperty("username", "notebooks");
    header.addProperty("date", Instant.now().toString());
    header.addProperty("msg_type", type);
    header.addProperty("version", "5.3");
    List<byte[]> parts = new ArrayList<>();
    for (String part : List.of(header.toString(), "{}", "{}", content)) {
      parts.add(part.getBytes(StandardCharsets.UTF_8));
    }
    shell.sendMore(DELIMITER);
    shell.sendMore(signature(parts));
    for (int i = 0; i < parts.size() - 1; i++) {
      shell.sendMore(parts.get(i));
    }
    shell.send(parts.get(parts.size() - 1));
    return id;
  }

  private static String signature(List<byte[]> parts) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    parts.forEach(mac::update);
    return HexFormat.of().formatHex(mac.doFinal());
  }

  /** Header, parent header and content; null if nothing came in time. */
  private static JsonObject[] receive(Socket socket) {
    byte[] part = socket.recv();
    if (part == null) {
      return null;
    }
    while (!java.util.Arrays.equals(part, DELIMITER)) {
      part = socket.recv();
    }
    socket.recv(); // the signature
    JsonObject[] message = new JsonObject[3];
    for (int i = 0; i < 4; i++) {
      JsonObject object =
          JsonParser.parseString(new String(socket.recv(), StandardCharsets.UTF_8))
              .getAsJsonObject();
      if (i != 2) {
        message[i == 3 ? 2 : i] = object;
      }
    }
    while (socket.hasReceiveMore()) {
      socket.recv();
    }
    return message;
  }

  private static String parent(JsonObject[] message) {
    return message[1].has("msg_id") ? message[1].get("msg_id").getAsString() : "";
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0);
      sockets.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }
}
