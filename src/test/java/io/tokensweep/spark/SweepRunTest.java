package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.model.Macs;
import io.tokensweep.store.Duck;
import io.tokensweep.store.Manifest;
import io.tokensweep.store.TrialRow;
import io.tokensweep.sweep.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole sweep: real Spark, real engine, and tables that DuckDB reads without our code. */
class SweepRunTest {
  @TempDir static Path folder;

  private static Path sweep;
  private static Path results;
  private static RunSummary summary;

  @BeforeAll
  static void run() throws IOException {
    sweep = TinySweep.write(folder);
    results = folder.resolve("results");
    summary = TinySweep.run(TinySweep.read(sweep), results, false, 2);
  }

  private static long count(String sql) {
    return (Long) Duck.cell(results, sql);
  }

  private static String ofRun(String table) {
    return "%s where run_id = '%s'".formatted(table, summary.manifest().runId());
  }

  @Test
  void everyTableHasItsRows() {
    assertEquals(7, Duck.count(results, ofRun("trials")));
    assertEquals(7 * 40, Duck.count(results, ofRun("predictions")));
    assertEquals(40, Duck.count(results, ofRun("images")));
    assertEquals(7 * 3, Duck.count(results, ofRun("timings")));
    long units = 8; // of one batch
    assertEquals(7 * 4 * units, Duck.count(results, ofRun("layers")));
    assertEquals(0, count("select count(*) from trials where status <> 'ok' or error is not null"));
    assertEquals(0, count("select count(*) from images where status <> 'ok' or sha256 is null"));
    assertEquals(
        7 * 40,
        count(
            "select count(*) from (select distinct trial_id, image from "
                + ofRun("predictions")
                + ")"));
    assertEquals(
        0,
        count(
            "select count(*) from predictions p left join images i using (run_id, image)"
                + " where i.label is distinct from p.label"));
    assertTrue(summary.trials().stream().allMatch(row -> row.throughput().isPresent()));
  }

  @Test
  void theManifestIsPlainJsonAndListsWhatExists() {
    assertEquals(
        List.of(List.of("tiny", 40L, 7L, 0L)),
        Duck.query(
            results,
            "select sweep, image_count, len(measured), len(reused) from " + ofRun("runs")));
    assertEquals(
        List.of(),
        Duck.query(
            results,
            "(select f.path from (select unnest(files) f from runs) where f.path like '%.parquet')"
                + " except (select replace(file, '"
                + results
                + "/', '') from glob('"
                + results
                + "/*/*/**/*.parquet'))"));
    assertEquals(
        summary.manifest().files().size(),
        summary.manifest().files().stream()
            .filter(file -> results.resolve(file.path()).toFile().length() == file.bytes())
            .count());
  }

  @Test
  void accuracyIsWhatThePredictionsSay() {
    String again =
        """
        select t.trial_id from trials t join
          (select run_id, trial_id, count(*) n, sum(correct1::int) c1, sum(correct5::int) c5,
             avg(loss) loss, avg(macs) macs, avg(diversity_medoid) medoid
           from predictions group by all) p using (run_id, trial_id)
        where t.images = n and t.correct1 = c1 and t.correct5 = c5
          and abs(t.top1 - 100.0 * c1 / n) < 1e-12 and abs(t.top5 - 100.0 * c5 / n) < 1e-12
          and abs(t.loss - p.loss) < 1e-12 and t.macs = round(p.macs)
          and abs(t.diversity_medoid / p.medoid - 1) < 1e-12
          and t.top1_low <= t.top1 and t.top1 <= t.top1_high
        """;
    assertEquals(Duck.count(results, "trials"), Duck.query(results, again).size());
    assertEquals(
        0,
        count(
            "select count(*) from predictions where correct1 <> (pred1 = label)"
                + " or correct5 <> (label in (pred1, pred2, pred3, pred4, pred5))"
                + " or not (logit1 >= logit2 and logit2 >= logit3 and logit4 >= logit5)"));
  }

  @Test
  void throughputIsTheMedianOfTheTimings() {
    assertEquals(
        Duck.count(results, "trials"),
        Duck.query(
                results,
                """
                select t.trial_id from trials t join
                  (select run_id, trial_id, count(*) n, median(images_per_second) rate
                   from timings group by all) m using (run_id, trial_id)
                where n = t.throughput_batches and abs(t.throughput / rate - 1) < 1e-12
                  and throughput_q1 <= throughput and throughput <= throughput_q3
                """)
            .size());
  }

  @Test
  void macsAreTheClosedForm() {
    var a = TinySweep.ARCHITECTURE;
    long ends = Macs.stem(a, 32) + Macs.head(a, 4);
    long none = ends + 4 * Macs.block(a, 17, 17);
    long half =
        ends
            + Macs.block(a, 17, 17)
            + Macs.block(a, 17, 9)
            + Macs.block(a, 9, 5)
            + Macs.block(a, 5, 5);
    assertEquals(none, count("select any_value(macs) from trials where method = 'none'"));
    assertEquals(
        half,
        count(
            "select any_value(macs) from trials where method = 'evit' and keep_rate = 0.5"
                + " and json_extract(parameters, '$.fuse') = 'false'"));
    assertEquals(
        0,
        count(
            ("select count(*) from trials t join"
                    + " (select run_id, trial_id, sum(macs * images) / 40 macs from layers group by all) l"
                    + " using (run_id, trial_id) where abs(t.macs - l.macs - %d) > 1e-6")
                .formatted(ends)));
    Map<String, Long> planned = new TreeMap<>();
    for (Trial trial :
        SweepRun.plan(TinySweep.read(sweep), java.util.OptionalInt.empty(), results, false, 1)
            .trials()) {
      planned.put(trial.id().value(), trial.flow().macs());
    }
    summary
        .trials()
        .forEach(
            row -> assertEquals(planned.get(row.trialId()), row.quality().orElseThrow().macs()));
  }

  @Test
  void slotsDoNotChangeResults() {
    Path one = folder.resolve("one-slot");
    TinySweep.run(TinySweep.read(sweep, "measure={quality: {batch_size: 5}}"), one, false, 1);
    String bits =
        "select trial_id, image, label, pred1, pred2, pred3, pred4, pred5, logit1, logit2, logit3,"
            + " logit4, logit5, loss, macs, tokens, diversity_medoid, diversity_median from %s"
            + " order by trial_id, image";
    assertEquals(
        Duck.query(results, bits.formatted(ofRun("predictions"))),
        Duck.query(one, bits.formatted("predictions")));
    String sums =
        "select trial_id, correct1, loss, macs, tokens, diversity_median, prediction_digest from %s"
            + " order by trial_id";
    assertEquals(
        Duck.query(results, sums.formatted(ofRun("trials"))),
        Duck.query(one, sums.formatted("trials")));
  }

  @Test
  void whatIsMeasuredIsNotMeasuredAgain() {
    Path again = folder.resolve("again");
    RunSummary first = TinySweep.run(TinySweep.read(sweep), again, false, 2);
    RunSummary second = TinySweep.run(TinySweep.read(sweep), again, false, 2);
    assertNotEquals(first.manifest().runId(), second.manifest().runId());
    assertEquals(List.of(), second.manifest().measured());
    assertEquals(7, second.manifest().reused().size());
    assertEquals(first.trials(), second.trials());
    assertEquals(7 * 40, Duck.count(again, "predictions"));
    assertEquals(40, Duck.count(again, "images"));

    RunSummary fresh = TinySweep.run(TinySweep.read(sweep), again, true, 2);
    assertEquals(7, fresh.manifest().measured().size());
    assertEquals(2 * 7 * 40, Duck.count(again, "predictions"));

    RunSummary other =
        TinySweep.run(
            TinySweep.read(sweep, "measure.quality.batch_size=8", "keep_rates=[0.5, 0.6]"),
            again,
            false,
            2);
    assertEquals(7, other.manifest().measured().size());

    RunSummary wider =
        TinySweep.run(TinySweep.read(sweep, "keep_rates=[0.5, 0.7, 0.9]"), again, false, 2);
    assertEquals(3, wider.manifest().measured().size());
    assertEquals(
        List.of(fresh.manifest().runId()),
        wider.manifest().reused().stream().map(Manifest.TrialSource::runId).distinct().toList());
    assertEquals(
        10, wider.trials().stream().filter(row -> row.status() == TrialRow.Status.OK).count());
  }
}
