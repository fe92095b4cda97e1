package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.cli.Program.Ended;
import io.tokensweep.data.Packed;
import io.tokensweep.spark.TinySweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep whose checkpoint and data lie in HDFS: a name node and a data node on loopback. */
class HdfsRunTest {
  private static final String PREDICTIONS =
      "SELECT trial_id, image, label, pred1, logit1, loss FROM predictions"
          + " ORDER BY trial_id, image";

  @TempDir static Path folder;

  private static MiniDFSCluster cluster;
  private static String root;

  @BeforeAll
  static void start() throws IOException {
    List<Packed.File> photographs = Packed.photographs(24, 4);
    Packed.folder(folder.resolve("files"), photographs);
    Packed.shard(folder.resolve("s-000.tar"), photographs.subList(15, 24));
    Packed.shard(folder.resolve("s-001.tar"), photographs.subList(0, 15));
    TinySweep.write(folder);
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    cluster.waitActive();
    root = "hdfs://127.0.0.1:" + cluster.getNameNodePort();
    try (FileSystem hdfs = cluster.getNewFileSystemInstance(0)) {
      for (String name : List.of("files", "s-000.tar", "s-001.tar", "tiny.safetensors")) {
        hdfs.copyFromLocalFile(
            new org.apache.hadoop.fs.Path(folder.resolve(name).toUri()),
            new org.apache.hadoop.fs.Path("/" + name));
      }
    }
    System.setProperty("tokensweep.files", folder.resolve("copies").toString());
    System.setProperty("spark.hadoop.ipc.client.connect.max.retries", "0");
  }

  @AfterAll
  static void stop() {
    System.clearProperty("tokensweep.files");
    System.clearProperty("spark.hadoop.ipc.client.connect.max.retries");
    cluster.shutdown();
  }

  private static Ended run(String results, String data, String files) {
    List<Object> arguments = new ArrayList<>(List.of("run", folder.resolve("tiny.yaml")));
    arguments.addAll(List.of("--set", data.formatted(files)));
    arguments.addAll(List.of("--set", "measure={quality: {batch_size: 5}}"));
    arguments.addAll(List.of("--set", "models.0.checkpoint=" + files + "/tiny.safetensors"));
    arguments.addAll(List.of("--json", "--results", folder.resolve(results)));
    return Program.run(arguments.toArray());
  }

  private static String predictions(String results) {
    Object[] query = {
      "results", "--results", folder.resolve(results), "--sql", PREDICTIONS, "--format", "csv"
    };
    return Program.run(query).out();
  }

  private static final String SHARDS = "data={type: webdataset, path: \"%s/s-*.tar\"}";
  private static final String FOLDER = "data={type: imagefolder, path: \"%s/files\"}";

  @Test
  void theSameTrialsAndPredictionsAsOnThisMachine() throws IOException {
    Ended local = run("local", FOLDER, folder.toString());
    assertEquals(0, local.code(), local.err());
    String expected = predictions("local");
    assertEquals(1 + 24 * TinySweep.TRIALS, expected.lines().count());
    for (String data : List.of(SHARDS, FOLDER)) {
      String results = "of-" + data.substring(data.indexOf("type") + 6, data.indexOf(','));
      Ended remote = run(results, data, root);
      assertEquals(0, remote.code(), remote.err());
      assertEquals(expected, predictions(results));
    }
    Ended reused = run("local", SHARDS, root);
    assertEquals(TinySweep.TRIALS, reused.json().get("reused").intValue(), reused::err);
    try (Stream<Path> copies = Files.list(folder.resolve("copies/files"))) {
      assertEquals(3, copies.count(), "checkpoint and shards, each once");
    }
    try (Stream<Path> manifests = Files.list(folder.resolve("local/runs"))) {
      assertTrue(manifests.findAny().isPresent());
    }
    run("local", FOLDER.replace("files", "none"), root).refused(root + "/none", "no such folder");
    cluster.shutdownNameNode(0);
    run("local", SHARDS, root).refused(root + "/", "cannot be read");
  }
}
