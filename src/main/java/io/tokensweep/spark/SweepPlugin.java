package io.tokensweep.spark;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Puts a run into Spark's metrics, as gauges {@code <application>.driver.plugin.<this
 * class>.<name>}, and sets up the engine of each executor ahead of its start.
 */
public final class SweepPlugin implements SparkPlugin {
  @Override
  public DriverPlugin driverPlugin() {
    return new OnDriver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new OnExecutor();
  }

  private static final class OnDriver implements DriverPlugin {
    @Override
    public Map<String, String> init(SparkContext spark, PluginContext context) {
      spark.addSparkListener(new FailedTasks());
      return Map.of();
    }

    @Override
    public void registerMetrics(String application, PluginContext context) {
      MetricRegistry metrics = context.metricRegistry();
      register(metrics, "trials", RunCounters::trials);
      register(metrics, "trials_failed", counters -> counters.failed().size());
      register(metrics, "units", RunCounters::units);
      register(metrics, "units_done", RunCounters::unitsDone);
      register(metrics, "images", RunCounters::images);
      register(metrics, "images_done", RunCounters::imagesDone);
      register(metrics, "retries", RunCounters::retries);
    }

    private static void register(
        MetricRegistry metrics, String name, ToLongFunction<RunCounters> value) {
      Gauge<Long> gauge = () -> value.applyAsLong(RunCounters.current());
      metrics.register(name, gauge);
    }
  }

  /** Each of them is done again, by Spark or by this program, or ends the run. */
  private static final class FailedTasks extends SparkListener {
    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.reason() instanceof TaskFailedReason) {
        RunCounters.current().retried(1);
      }
    }
  }

  private static final class OnExecutor implements ExecutorPlugin {
    @Override
    public void init(PluginContext context, Map<String, String> fromDriver) {
      EngineThreads.apply();
    }
  }
}
