package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.StageInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

class NoShuffleTest {
  @TempDir Path folder;

  /** Notes the stages of every job. Spark makes it, as {@code spark.extraListeners} names it. */
  public static final class Stages extends SparkListener {
    static final Queue<List<StageInfo>> OF_JOBS = new ConcurrentLinkedQueue<>();

    @Override
    public void onJobStart(SparkListenerJobStart start) {
      OF_JOBS.add(List.copyOf(CollectionConverters.asJava(start.stageInfos())));
    }
  }

  @Test
  void noJobOfARunShuffles() throws IOException {
    System.setProperty("spark.extraListeners", Stages.class.getName());
    try {
      Stages.OF_JOBS.clear();
      TinySweep.run(TinySweep.read(TinySweep.write(folder)), folder.resolve("results"), false, 2);
    } finally {
      System.clearProperty("spark.extraListeners");
    }
    assertFalse(Stages.OF_JOBS.isEmpty());
    for (List<StageInfo> stages : Stages.OF_JOBS) {
      assertEquals(1, stages.size(), "stages of a job");
      assertFalse(stages.get(0).shuffleDepId().isDefined(), "a stage that shuffles");
    }
  }
}
