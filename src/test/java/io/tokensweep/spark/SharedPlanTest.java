package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.sweep.Plan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedPlanTest {
  /** Room for the names of a record's fields and classes; a data set's index is megabytes. */
  private static final int BYTES_OF_A_TASK = 1024;

  @TempDir Path folder;

  private Plan plan(String... overrides) throws IOException {
    return Plan.of(
        TinySweep.read(TinySweep.write(folder), overrides), OptionalInt.empty(), Set.of());
  }

  private static SharedPlan shared(Plan plan) {
    List<String> contents = Collections.nCopies(plan.images(), "0".repeat(64));
    return new SharedPlan(
        new CachedPixels(plan.source(), "cache", "run", contents),
        Set.of(1),
        plan.groups(),
        plan.parts());
  }

  private static int bytes(Serializable value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return bytes.size();
  }

  @Test
  void whatATaskCarriesDoesNotGrowWithTheDataSetOrTheTrials() throws IOException {
    String rates =
        IntStream.range(1, 200)
            .mapToObj(i -> String.valueOf(i / 200.0))
            .collect(Collectors.joining(", ", "keep_rates=[", "]"));
    Plan small = plan();
    Plan large = plan("data.count=5000", rates);
    assertTrue(bytes(shared(large)) > 10 * bytes(shared(small)), "the large plan is no larger");
    int ofSmall = bytes(shared(small).places(small.units()).get(0));
    int ofLarge = bytes(shared(large).places(large.units()).get(0));
    assertEquals(ofSmall, ofLarge);
    assertTrue(ofLarge < BYTES_OF_A_TASK, "a task carries %d bytes".formatted(ofLarge));
  }

  @Test
  void everyUnitIsFoundAtItsPlace() throws IOException {
    Plan plan = plan("resolutions=[32, 40]");
    SharedPlan shared = shared(plan);
    assertEquals(2, plan.groups().size());
    assertEquals(plan.units(), shared.places(plan.units()).stream().map(shared::unit).toList());
  }
}
