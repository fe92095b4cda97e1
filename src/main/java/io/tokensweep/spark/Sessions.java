package io.tokensweep.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Spark as this program uses it. */
public final class Sessions {
  private Sessions() {}

  /**
   * A session on the configured master, {@code local[*]} where none is. On a local master nothing
   * listens beyond loopback and there is no web interface unless it was asked for.
   */
  public static SparkSession start(String name) {
    SparkConf conf = new SparkConf();
    conf.setIfMissing("spark.master", "local[*]");
    conf.setIfMissing("spark.app.name", "TokenSweep " + name);
    conf.set("spark.speculation", "false"); // a device does one thing at a time
    conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false");
    conf.set("spark.hadoop.parquet.page.verify-checksum.enabled", "true");
    conf.set("spark.sql.debug.maxToStringFields", "1000"); // no warning about wide tables
    if (conf.get("spark.master").startsWith("local")) {
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    }
    return SparkSession.builder().config(conf).getOrCreate();
  }
}
