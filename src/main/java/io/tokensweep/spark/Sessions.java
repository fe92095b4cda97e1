package io.tokensweep.spark;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Spark as this program uses it. */
public final class Sessions {
  private static final String SPECULATION = "spark.speculation";
  private static final String DYNAMIC_ALLOCATION = "spark.dynamicAllocation.enabled";
  private static final String PLUGINS = "spark.plugins";
  private static final String EVENT_LOG = "spark.eventLog.enabled";
  private static final String EVENT_FOLDER = "spark.eventLog.dir";

  /** The one that Spark takes where none is given. */
  private static final String USUAL_EVENT_FOLDER = "file:///tmp/spark-events";

  private Sessions() {}

  /**
   * A session on the configured master, {@code local[*]} where none is. On a local master nothing
   * listens beyond loopback and there is no web interface unless it was asked for.
   *
   * @throws InvalidInputException if the folder of the event log cannot be made
   * @throws UnfinishedException if the master does not answer
   */
  public static SparkSession start(String name) {
    SparkConf conf = new SparkConf();
    conf.setIfMissing("spark.master", "local[*]");
    conf.setIfMissing("spark.app.name", "TokenSweep " + name);
    conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false");
    conf.set("spark.hadoop.parquet.page.verify-checksum.enabled", "true");
    conf.set("spark.sql.debug.maxToStringFields", "1000"); // no warning about wide tables
    conf.setIfMissing("spark.sql.warehouse.dir", unused().toString());
    conf.set(PLUGINS, plugins(conf));
    withoutWhatDoesNotFit(conf, System.err);
    if (conf.get("spark.master").startsWith("local")) {
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    }
    if (!conf.get("spark.master").matches("local(\\[.*])?")) {
      onCluster(conf);
    }
    createEventFolder(conf);
    Settings.locks(conf); // refused here rather than by each unit
    Masters masters = new Masters(conf.get("spark.master"));
    masters.await(Settings.executorTimeout(conf));
    try {
      return SparkSession.builder().config(conf).getOrCreate();
    } catch (Exception e) { // Spark's own are checked and undeclared
      masters.throwIfGone(e);
      throw e;
    }
  }

  /**
   * Does something with a session and ends it.
   *
   * @throws InvalidInputException as {@link #start}
   * @throws UnfinishedException if machines failed too often, or no executor came
   */
  static <T> T with(String name, Function<SparkSession, T> work) {
    SparkSession session = start(name);
    ExecutorWatch watch = ExecutorWatch.begin(session.sparkContext());
    try {
      return work.apply(session);
    } catch (Exception e) { // Spark's own are checked and undeclared
      watch.throwIfExpired(e);
      if (!(e instanceof InvalidInputException)) {
        UnfinishedException.throwIfEnded(session.sparkContext(), e);
      }
      UnfinishedException.throwIfBehind(e);
      throw e;
    } finally {
      watch.close();
      session.stop();
    }
  }

  /** Spark makes a folder for tables of its own, in the current one if it is not told where. */
  private static URI unused() {
    return Path.of(
            System.getProperty("java.io.tmpdir"),
            "tokensweep-warehouse-" + System.getProperty("user.name"))
        .toUri();
  }

  private static String plugins(SparkConf conf) {
    String given = conf.get(PLUGINS, "");
    String own = SweepPlugin.class.getName();
    return given.isBlank() || given.contains(own) ? own : "%s,%s".formatted(given, own);
  }

  /**
   * Turns off what a site may have turned on for all its applications: a device does one thing at a
   * time and what is timed is timed once; and Spark asks for no executor ahead of the first job,
   * while this program cuts its jobs for the executors that are there.
   */
  static void withoutWhatDoesNotFit(SparkConf conf, PrintStream err) {
    turnOff(conf, SPECULATION, "units are never run twice", err);
    turnOff(
        conf,
        DYNAMIC_ALLOCATION,
        "a run keeps its executors, as many as spark.executor.instances or the cluster gives",
        err);
  }

  private static void turnOff(SparkConf conf, String key, String reason, PrintStream err) {
    if (conf.getBoolean(key, false)) {
      err.printf("tokensweep: %s is ignored: %s%n", key, reason);
    }
    conf.set(key, "false");
  }

  /**
   * What fails is tried elsewhere first. An executor that failed a unit which then succeeded
   * elsewhere gets no more for two minutes, and neither does a host with two of them.
   */
  private static void onCluster(SparkConf conf) {
    conf.setIfMissing(
        "spark.excludeOnFailure.enabled", String.valueOf(!isOnThisHost(conf.get("spark.master"))));
    conf.setIfMissing("spark.excludeOnFailure.timeout", "2m");
    conf.setIfMissing("spark.excludeOnFailure.application.maxFailedTasksPerExecutor", "1");
    conf.setIfMissing("spark.excludeOnFailure.application.maxFailedExecutorsPerNode", "2");
    conf.setIfMissing("spark.locality.wait", "1s"); // about what loading a network takes
    conf.setIfMissing("spark.executorEnv.CUDA_DEVICE_ORDER", "PCI_BUS_ID"); // as addresses count
  }

  /** Where there is one host, keeping it out would keep all out. */
  private static boolean isOnThisHost(String master) {
    return master.matches("local.*|spark://(localhost|127\\.[0-9.]+)(:.*)?");
  }

  /** Spark refuses a folder that is not there. */
  private static void createEventFolder(SparkConf conf) {
    if (!conf.getBoolean(EVENT_LOG, false)) {
      return;
    }
    String folder = conf.get(EVENT_FOLDER, USUAL_EVENT_FOLDER);
    try {
      URI uri = folder.startsWith("/") ? Path.of(folder).toUri() : URI.create(folder);
      if (uri.getScheme() == null || uri.getScheme().equals("file")) {
        Files.createDirectories(uri.getScheme() == null ? Path.of(folder) : Path.of(uri.getPath()));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidInputException(
          "%s: '%s' cannot be made: %s; give a folder that can be written"
              .formatted(EVENT_FOLDER, folder, FailureReason.of(e)),
          e);
    }
  }
}
