package io.tokensweep.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Spark's own cluster inside this process: a Master, two Workers and real executor processes. Each
 * Worker has two cores and two fake GPUs, whose addresses no other Worker has.
 */
final class LocalCluster implements AutoCloseable {
  static final String MASTER = "local-cluster[2,2,1024]";

  private final Map<String, String> settings = new LinkedHashMap<>();

  private LocalCluster() {}

  /**
   * Makes it the master of sessions that start from now on, until this is closed.
   *
   * @param folder for what executors write
   */
  static LocalCluster in(Path folder) throws IOException {
    LocalCluster cluster = new LocalCluster();
    cluster.set("spark.master", MASTER);
    cluster.set("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    cluster.set(
        "spark.executor.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto");
    cluster.set("spark.executorEnv.SPARK_SCALA_VERSION", "2.13");
    cluster.set("spark.executorEnv.SPARK_TESTING", "1"); // no Spark home is there to be found
    cluster.set("spark.testing", "true"); // Workers write into folders for temporary files
    cluster.set("spark.test.home", folder.toString());
    cluster.set("spark.worker.resource.gpu.amount", "2");
    cluster.set("spark.worker.resource.gpu.discoveryScript", discovery(folder).toString());
    cluster.set("spark.executor.resource.gpu.amount", "2");
    cluster.set(Settings.FAKE_GPUS, "true");
    cluster.set(Settings.LOCKS, folder.resolve("locks").toString());
    cluster.set(Settings.DEVICE_JOURNAL, folder.resolve("journal").toString());
    return cluster;
  }

  /** The first Worker gets the addresses 0 and 1, the second 2 and 3. */
  private static Path discovery(Path folder) throws IOException {
    Path script = folder.resolve("gpus.sh");
    Files.writeString(
        script,
        """
        #!/bin/sh
        first=0
        while ! mkdir "%s/worker-$first" 2>/dev/null; do first=$((first + 2)); done
        echo "{\\"name\\": \\"gpu\\", \\"addresses\\": [\\"$first\\", \\"$((first + 1))\\"]}"
        """
            .formatted(folder));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script;
  }

  void set(String key, String value) {
    settings.put(key, value);
    System.setProperty(key, value);
  }

  @Override
  public void close() {
    settings.keySet().forEach(System::clearProperty);
  }
}
