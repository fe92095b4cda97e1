package io.tokensweep.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.InvalidInputException;
import io.tokensweep.spark.Calibration;
import io.tokensweep.sweep.SweepFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code calibrate}: the patch scores of {@code psvit}. */
@Command(
    name = "calibrate",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Computes on a sample of images how much each patch matters to a model, and writes the"
            + " scores that method psvit needs; models, data, transform and resolutions are as in a"
            + " sweep file.")
final class CalibrateCommand implements Callable<Integer> {
  @Option(names = "--out", required = true, description = "File to write (safetensors).")
  private Path out;

  @Option(
      names = "--models",
      required = true,
      paramLabel = "YAML",
      description = "One model, such as {name: deit_tiny_patch16_224, checkpoint: FILE}.")
  private String models;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "YAML",
      description = "Images, such as {type: imagefolder, path: DIR}; not those to evaluate on.")
  private String data;

  @Option(names = "--images", defaultValue = "256", description = "At most so many of them.")
  private int images;

  @Option(
      names = "--transform",
      defaultValue = "deit",
      paramLabel = "YAML",
      description = "How images become pixels.")
  private String transform;

  @Option(
      names = "--resolutions",
      paramLabel = "YAML",
      description = "In pixels, such as [224, 288]; the model's own if absent.")
  private String resolutions = "";

  @Option(names = "--threads", defaultValue = "1", description = "Threads of the engine.")
  private int threads;

  @Option(names = "--json", description = "Print what was written as one JSON object at the end.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    atLeastOne("--images", images);
    atLeastOne("--threads", threads);
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    Map<String, String> sections = new LinkedHashMap<>();
    sections.put("models", models);
    sections.put("data", data);
    sections.put("transform", transform);
    if (!resolutions.isEmpty()) {
      sections.put("resolutions", resolutions);
    }
    Map<String, String> written =
        new Calibration(
                SweepFile.ofOptions("calibrate", sections, System.getenv()),
                images,
                out,
                System.err,
                Boolean.getBoolean("tokensweep.terminal"))
            .run();
    if (json) {
      ObjectNode line = JsonNodeFactory.instance.objectNode();
      line.put("out", out.toString());
      written.forEach(line::put);
      System.out.println(line);
    } else {
      System.out.println("written: " + out);
    }
    return ExitCode.DONE;
  }

  private static void atLeastOne(String option, int value) {
    if (value < 1) {
      throw new InvalidInputException(
          "calibrate: %s is %d, allowed: 1 and more".formatted(option, value));
    }
  }
}
