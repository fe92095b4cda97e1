package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokensweep.cli.Program.Ended;
import io.tokensweep.data.Packed;
import io.tokensweep.spark.TinySweep;
import io.tokensweep.storage.CountedFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep whose files lie on shared storage is that whose files lie on this machine. */
class SharedStorageRunTest {
  private static final String PREDICTIONS =
      "SELECT trial_id, image, label, pred1, logit1, loss FROM predictions"
          + " ORDER BY trial_id, image";

  @TempDir Path folder;

  @BeforeEach
  void pack() throws IOException {
    CountedFileSystem.register(folder);
    List<Packed.File> photographs = Packed.photographs(24, 4);
    Packed.folder(folder.resolve("files"), photographs);
    StringBuilder labels = new StringBuilder("image,label\n");
    for (int i = 0; i < photographs.size(); i++) {
      labels.append(photographs.get(i).name()).append(',').append(i % 4).append('\n');
    }
    Files.writeString(folder.resolve("files/labels.csv"), labels);
    Packed.shard(folder.resolve("s-000.tar"), photographs.subList(15, 24));
    Packed.shard(folder.resolve("s-001.tar"), photographs.subList(0, 15));
    Packed.parquet(folder.resolve("p-0.parquet"), photographs.subList(11, 24));
    Packed.parquet(folder.resolve("p-1.parquet"), photographs.subList(0, 11));
  }

  @AfterEach
  void forget() {
    CountedFileSystem.forget();
  }

  /** Every type of data set. */
  private static List<String> dataSets(String root) {
    return List.of(
        "data={type: imagefolder, path: \"%s/files\"}".formatted(root),
        "data={type: flat, path: \"%s/files\", labels: labels.csv}".formatted(root),
        "data={type: webdataset, path: \"%s/s-{000..001}.tar\"}".formatted(root),
        "data={type: webdataset, path: \"%s/s-*.tar\"}".formatted(root),
        "data={type: parquet, path: \"%s/p-{0..1}.parquet\"}".formatted(root));
  }

  private Ended sweep(String command, Path results, String data, String root) throws IOException {
    List<Object> arguments = new ArrayList<>(List.of(command, TinySweep.write(folder)));
    arguments.addAll(List.of("--set", data, "--set", "measure={quality: {batch_size: 5}}"));
    arguments.addAll(List.of("--set", "models.0.checkpoint=" + root + "/tiny.safetensors"));
    arguments.addAll(List.of("--json", "--results", results));
    return Program.run(arguments.toArray());
  }

  private Set<String> trials(String data, String root) throws IOException {
    Ended plan = sweep("plan", folder.resolve("none"), data, root);
    assertEquals(0, plan.code(), plan.err());
    Set<String> ids = new HashSet<>();
    for (JsonNode trial : plan.json().get("trials_detail")) {
      ids.add(trial.get("trial_id").textValue());
    }
    return ids;
  }

  private List<String> schemes() {
    return List.of(CountedFileSystem.uri(folder), "file://" + folder);
  }

  @Test
  void trialsAreTheSameWhereverCheckpointAndDataLie() throws IOException {
    List<String> local = dataSets(folder.toString());
    Set<String> expected = trials(local.get(0), folder.toString());
    assertEquals(TinySweep.TRIALS, expected.size());
    for (int i = 0; i < local.size(); i++) {
      for (String scheme : schemes()) {
        assertEquals(expected, trials(dataSets(scheme).get(i), scheme), local.get(i));
      }
    }
  }

  private String predictions(String results, String data, String root) throws IOException {
    Ended ended = sweep("run", folder.resolve(results), data, root);
    assertEquals(0, ended.code(), ended.err());
    return Program.run(
            "results",
            "--results",
            folder.resolve(results),
            "--sql",
            PREDICTIONS,
            "--format",
            "csv")
        .out();
  }

  @Test
  void predictionsAreTheSameAndWholeFilesAreFetchedOnce() throws IOException {
    String local = folder.toString();
    String expected = predictions("local", dataSets(local).get(0), local);
    String shared = CountedFileSystem.uri(folder);
    for (int i : new int[] {0, 2, 4}) {
      assertEquals(expected, predictions("shared-" + i, dataSets(shared).get(i), shared));
    }
    Function<String, Long> opened =
        name -> {
          try {
            return CountedFileSystem.opened().stream().filter(path -> path.endsWith(name)).count();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        };
    for (String name : List.of("tiny.safetensors", "s-000.tar", "p-1.parquet")) {
      // writing the checkpoint again for each run leaves its content, but not its time
      assertEquals(name.equals("tiny.safetensors") ? 3 : 1, opened.apply(name), name);
    }
    Ended reused = sweep("run", folder.resolve("shared-2"), dataSets(local).get(4), local);
    assertEquals(TinySweep.TRIALS, reused.json().get("reused").intValue(), reused::err);
  }

  @Test
  void whatIsMissingIsRefusedInOneLine() throws IOException {
    String shared = CountedFileSystem.uri(folder);
    Path results = folder.resolve("results");
    sweep("plan", results, dataSets(shared).get(2).replace("001}", "002}"), shared)
        .refused(shared + "/s-002.tar", "no such file", "1 of the 3 files");
    sweep("plan", results, dataSets(shared).get(0).replace("files", "file"), shared)
        .refused(shared + "/file", "no such folder");
    sweep("plan", results, dataSets(shared).get(0), shared + "/none")
        .refused("models.0.checkpoint", "an existing file");
    sweep("plan", results, dataSets("s3a://bucket").get(2), shared)
        .refused("s3a://bucket/s-", "hadoop-aws", "--packages");
    sweep("plan", results, dataSets("hdfs://me:s3cret@host/x").get(2), shared)
        .refused("hdfs://host", "password", "allowed");
    Files.writeString(folder.resolve("s-000.tar"), "cut off");
    sweep("plan", results, dataSets(shared).get(2), shared)
        .refused(shared + "/s-000.tar", "no whole, undamaged tar file");
  }
}
