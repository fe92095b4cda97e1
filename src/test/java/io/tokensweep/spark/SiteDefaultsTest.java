package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Settings that a site has for all its applications, and that this one cannot work with. */
class SiteDefaultsTest {
  private static final String SPECULATION = "spark.speculation";
  private static final String DYNAMIC = "spark.dynamicAllocation.enabled";

  private static String turnedOff(SparkConf conf) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Sessions.withoutWhatDoesNotFit(conf, new PrintStream(err, true, StandardCharsets.UTF_8));
    for (String key : List.of(SPECULATION, DYNAMIC)) {
      assertFalse(conf.getBoolean(key, true), key);
    }
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void whatIsTurnedOffIsSaid() {
    for (String key : List.of(SPECULATION, DYNAMIC)) {
      List<String> said = turnedOff(new SparkConf(false).set(key, "true")).lines().toList();
      assertEquals(1, said.size(), said::toString);
      assertEquals(0, said.get(0).indexOf("tokensweep: %s is ignored: ".formatted(key)));
    }
  }

  @Test
  void whatIsOffAnywayIsNotMentioned() {
    assertEquals("", turnedOff(new SparkConf(false)));
    assertEquals("", turnedOff(new SparkConf(false).set(DYNAMIC, "false")));
  }

  /** Spark would ask for none ahead of the first job, which waits for the first executor. */
  @Test
  void aSessionKeepsItsExecutors() {
    System.setProperty("spark.master", "local[1]");
    System.setProperty(DYNAMIC, "true");
    SparkSession session = Sessions.start("defaults");
    try {
      assertEquals("false", session.sparkContext().getConf().get(DYNAMIC));
    } finally {
      session.stop();
      System.clearProperty(DYNAMIC);
      System.clearProperty("spark.master");
    }
  }
}
