package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.store.Duck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sweep leaves of its layers and of where the patches went. */
class EvidenceTest {
  private static final String[] SETTINGS = {
    "methods=[none, {name: evit, fuse: [false, true]}, {name: ppt, r: 3, threshold: 0.004},"
        + " {name: tome, r: 2}]",
    "keep_rates=[0.5]",
    "measure={quality: {batch_size: 5, sources: true}}"
  };

  private static final int TRIALS = 5;
  private static final int BLOCKS = 4;

  /** Of one batch each. */
  private static final int UNITS = 8;

  @TempDir static Path folder;

  private static Path sweep;
  private static Path results;

  @BeforeAll
  static void run() throws IOException {
    sweep = TinySweep.write(folder);
    results = folder.resolve("results");
    TinySweep.run(TinySweep.read(sweep, SETTINGS), results, false, 2);
  }

  private static long count(String sql) {
    return (Long) Duck.cell(results, "select count(*) from " + sql);
  }

  @Test
  void everyBlockHasItsSignificance() {
    assertEquals(TRIALS * BLOCKS * UNITS, count("layers where significance_variance > 0"));
    assertEquals(
        0,
        count(
            "layers where not (0 < significance_variance_p10"
                + " and significance_variance_p10 <= significance_variance_p50"
                + " and significance_variance_p50 <= significance_variance_p90)"));
    assertEquals(
        1L,
        Duck.cell(
            results,
            "select count(distinct significance_variance) from layers where block = 0 and unit_id"
                + " = (select min(unit_id) from layers)"),
        "shared by all trials");
  }

  @Test
  void sharesOfPoliciesAreThoseOfTheSources() {
    assertEquals(
        0,
        count(
            "layers join trials using (trial_id) where (policies is null) = (method"
                + " = 'ppt' and block in (1, 2))"));
    String again =
        """
        select l.block, sum(l.images * cast(json_extract(policies, '$.prune') as double)) as said,
          sum(l.images * cast(json_extract(policies, '$.pool') as double)) as pooled,
          (select count(*) from sources s where s.trial_id = l.trial_id and s.block = l.block
             and len(list_filter(s.source, x -> x = -1)) >= 3 * l.block) as dropped
        from layers l where policies is not null group by l.trial_id, l.block order by l.block
        """;
    List<List<Object>> rows = Duck.query(results, again);
    assertEquals(2, rows.size());
    List<Object> first = rows.get(0);
    assertEquals(((Long) first.get(3)).doubleValue(), (Double) first.get(1), 1e-9);
    for (List<Object> row : rows) {
      assertEquals(40, (Double) row.get(1) + (Double) row.get(2), 1e-9);
    }
    assertTrue(0 < (Double) first.get(1) && (Double) first.get(1) < 40, () -> "no choice: " + rows);
  }

  @Test
  void diversityIsThereWhereTokensChange() {
    assertEquals(
        0,
        count(
            "layers join trials using (trial_id) where (diversity_medoid_before is null)"
                + " = (method = 'tome' or (method <> 'none' and block in (1, 2)))"));
    assertEquals(
        0,
        count(
            "layers where diversity_median_before > diversity_medoid_before * (1 + 1e-9)"
                + " or diversity_median_after > diversity_medoid_after * (1 + 1e-9)"
                + " or (diversity_medoid_before is null) <> (diversity_median_after is null)"));
    assertEquals(
        3,
        Duck.query(
                results,
                """
                select t.trial_id from trials t join
                  (select trial_id, block, sum(images * diversity_medoid_after) / 40 as medoid
                   from layers group by all) l
                  on l.trial_id = t.trial_id and l.block = t.diversity_block
                where t.sites <> '[]' and abs(medoid / t.diversity_medoid - 1) < 1e-12
                """)
            .size());
  }

  @Test
  void workIsWhatRan() {
    assertEquals(
        TRIALS * BLOCKS * UNITS,
        count("layers where attention_rows = tokens_attended and attention_heads = 2"));
    assertEquals(
        0,
        count(
            "layers join trials using (trial_id) where layers.macs_overhead <> case when method ="
                + " 'tome' or (method = 'ppt' and block in (1, 2)) then"
                + " ceil(tokens_attended / 2) * floor(tokens_attended / 2) * 8"
                + " else 0 end"));
    assertEquals(2, count("trials where macs_overhead > 0"));
    assertEquals(
        5,
        count(
            "trials t join (select trial_id, sum(images * macs_overhead) / 40 as macs from layers"
                + " group by all) l using (trial_id) where t.macs_overhead = round(l.macs)"));
  }

  @Test
  void sourcesAreThoseOfEveryImageAndSite() {
    assertEquals(40 * (2 * 2 + 2 + 4), Duck.count(results, "sources"));
    assertEquals(
        0,
        count(
            "sources s join trials t using (trial_id) where len(source) <> 16 or method = 'none'"
                + " or list_max(source) <> s.tokens - 1 or list_min(source) < -1"
                + " or len(list_distinct(list_filter(source, x -> x >= 0))) <> s.tokens"));
    assertEquals(
        0,
        count(
            "sources s join layers l using (trial_id, block) where not (s.tokens + 1 between"
                + " l.tokens_left_min and l.tokens_left_max)"));
    assertEquals(
        0,
        count(
            "sources join trials using (trial_id) where method = 'tome' and list_min(source) < 0"));
  }

  @Test
  void recordingChangesNothingAndIsReusedOnlyWhereItWasAskedFor() {
    Path other = folder.resolve("other");
    String without = "measure={quality: {batch_size: 5}}";
    String[] plain = {SETTINGS[0], SETTINGS[1], without};
    TinySweep.run(TinySweep.read(sweep, plain), other, false, 1);
    assertFalse(other.resolve("sources").toFile().exists());
    for (String table : List.of("predictions", "layers")) {
      String rows =
          "select * exclude (run_id, run, %s unit) from %s order by all"
              .formatted(table.equals("layers") ? "unit_id," : "", table);
      assertEquals(Duck.query(results, rows), Duck.query(other, rows));
    }
    RunSummary recorded = TinySweep.run(TinySweep.read(sweep, SETTINGS), other, false, 2);
    assertEquals(5, recorded.manifest().measured().size());
    assertTrue(recorded.manifest().recordsSources());
    assertEquals(40 * 10, Duck.count(other, "sources"));
    RunSummary again = TinySweep.run(TinySweep.read(sweep, SETTINGS), other, false, 2);
    assertEquals(List.of(), again.manifest().measured());
    assertEquals(40 * 10, Duck.count(other, "sources"));
    RunSummary plainAgain = TinySweep.run(TinySweep.read(sweep, plain), other, false, 2);
    assertEquals(5, plainAgain.manifest().reused().size());
    assertFalse(plainAgain.manifest().recordsSources());
  }
}
