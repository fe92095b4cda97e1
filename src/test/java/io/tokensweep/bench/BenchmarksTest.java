package io.tokensweep.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The JMH benchmarks run; how fast is not looked at. */
class BenchmarksTest {
  @Test
  void eachRunsOnce() throws Exception {
    System.setProperty("jmh.ignoreLock", "true"); // nothing is timed in earnest
    Options once =
        new OptionsBuilder()
            .include(BenchmarksTest.class.getPackageName() + ".*")
            .param("method", "evit")
            .param("batchSize", "1")
            .param("resolution", "224")
            .param("rows", "100")
            .param("trials", "20")
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(1))
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .build();
    Collection<RunResult> results = new Runner(once).run();
    Set<String> ran =
        results.stream()
            .map(result -> result.getPrimaryResult().getLabel())
            .collect(Collectors.toSet());
    assertEquals(
        Set.of(
            "decode",
            "decodeResizeCrop",
            "forward",
            "plan",
            "planAsJson",
            "planAsText",
            "read",
            "write"),
        ran);
    results.forEach(
        result -> assertTrue(result.getPrimaryResult().getScore() > 0, result::toString));
  }
}
