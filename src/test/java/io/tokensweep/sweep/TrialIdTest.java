package io.tokensweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.Sha256;
import io.tokensweep.data.Transform;
import io.tokensweep.model.Architectures;
import io.tokensweep.model.Design;
import io.tokensweep.model.PositionInterpolation;
import io.tokensweep.reduction.Methods;
import io.tokensweep.reduction.ParameterValues;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A trial keeps its name for as long as it measures the same. */
class TrialIdTest {
  private static Trial evit(String keepRates) {
    Plan plan = SweepTexts.plan(SweepTexts.SMALL, "keep_rates=" + keepRates, "methods.1.fuse=true");
    return plan.trials().get(1);
  }

  /** Stored results are found by these: a change of one digit orphans every result there is. */
  @Test
  void idsNeverChange() {
    Setting setting =
        new Setting(
            new Model(
                Architectures.named("deit_small_patch16_224").orElseThrow(),
                PositionInterpolation.DEIT,
                new CheckpointReference.InFile("anywhere", "c".repeat(64))),
            Transform.named("deit"),
            "d".repeat(64),
            224,
            Precision.FP32);
    assertEquals("17a2be5648f3a7d9", trial(setting, "none", Map.of()).id().value());
    Map<String, Object> evit = Map.of("counts", "ceil_current", "fuse", true);
    assertEquals("450719ff2b4f0e9f", trial(setting, "evit", evit).id().value());
  }

  private static Trial trial(Setting setting, String method, Map<String, Object> parameters) {
    return Trial.of(
        setting,
        setting.canonical(),
        Methods.named(method).orElseThrow(),
        new ParameterValues(new TreeMap<>(parameters)),
        OptionalDouble.of(0.7),
        List.of(3, 6, 9));
  }

  @Test
  void aDesignThatIsNotDeitsIsPartOfTheId() {
    Trial plain = evit("[0.5]");
    Trial other =
        SweepTexts.plan(
                SweepTexts.SMALL.replace("classes: 10", "classes: 10, design: lv_vit"),
                "keep_rates=0.5",
                "methods=[{name: evit, fuse: true}]")
            .trials()
            .get(0);
    assertNotEquals(plain.id(), other.id());
    assertEquals(Design.LV_VIT, other.model().architecture().design());
    assertTrue(
        other
            .canonicalJson()
            .startsWith(
                "{\"architecture\":{\"classes\":10,\"depth\":12,\"distilled\":false,"
                    + "\"epsilon\":0.00001,\"head\":\"DENSE\",\"heads\":3,\"hidden\":384,"
                    + "\"image_size\":64,\"name\":\"vit_custom\",\"patch\":8,\"qkv_bias\":false,"
                    + "\"residual_divisor\":2,\"stem\":\"CONVOLUTIONS\",\"width\":96}"),
        other::canonicalJson);
  }

  @Test
  void canonicalJsonIsPinned() {
    String data = evit("[0.5]").setting().data();
    assertEquals(
        "{\"architecture\":{\"classes\":10,\"depth\":12,\"distilled\":false,\"heads\":3,"
            + "\"hidden\":384,\"image_size\":64,\"name\":\"vit_custom\",\"patch\":8,\"width\":96},"
            + "\"data\":\""
            + data
            + "\",\"keep_rate\":0.5,\"method\":\"evit\",\"parameters\":{\"counts\":\"ceil_current\",\"fuse\":true},"
            + "\"position_embedding\":\"bicubic\",\"precision\":\"fp32\",\"resolution\":64,"
            + "\"sites\":[3,6,9],\"transform\":{\"crop\":0.875,\"interpolation\":\"bicubic\","
            + "\"mean\":[0.485,0.456,0.406],\"resize\":\"short_side\","
            + "\"std\":[0.229,0.224,0.225]}}",
        evit("[0.5]").canonicalJson());
  }

  /** Where no weights of methods are given, the id is what it was before they could be. */
  @Test
  void modulesArePartOfTheIdByTheirContentWhereTheyAreGiven(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("a"), "weights");
    Path copy = Files.writeString(folder.resolve("b"), "weights");
    Path other = Files.writeString(folder.resolve("c"), "other weights");
    String without = SweepTexts.plan(SweepTexts.SMALL).trials().get(1).canonicalJson();
    assertFalse(without.contains("modules"), without);
    assertEquals(
        without.replace(
            "\"parameters\"", "\"modules\":\"%s\",\"parameters\"".formatted(Sha256.of("weights"))),
        withModules(file).canonicalJson());
    assertEquals(withModules(file).id(), withModules(copy).id());
    assertNotEquals(withModules(file).id(), withModules(other).id());
    assertEquals(without, withModules(Path.of("")).canonicalJson());
  }

  private static Trial withModules(Path file) {
    return SweepTexts.plan(SweepTexts.SMALL, "models.0.modules=" + file).trials().get(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[0.50]", "[5e-1]", "[.5]", "0.5", "[0.5, 0.5]", "[0.5000]"})
  void numbersCountByTheirValue(String keepRates) {
    assertEquals(evit("[0.5]").id(), evit(keepRates).id());
  }

  @Test
  void keyOrderAndSpellingDoNotMatterButValuesDo() {
    assertEquals(
        CanonicalJson.of(Map.of("a", 1, "b", List.of(1.0, "x\"\n"))),
        "{\"a\":1,\"b\":[1,\"x\\\"\\n\"]}");
    assertNotEquals(evit("[0.5]").id(), evit("[0.5000001]").id());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1.0",
    "0.1, 0.1",
    "0.00007, 7.0e-5",
    "0.7, 0.7",
    "0.30000000000000004, 0.30000000000000004",
    "1000000, 1e6",
    "0, -0.0",
    "0.002, 2e-3"
  })
  void doublesAreTheirShortestDecimal(String text, double value) {
    assertEquals(text, CanonicalJson.number(value));
  }

  @Test
  void sitesOfAMethodThatIgnoresThemDoNotMatter() {
    String text = SweepTexts.SMALL.replace("{name: evit, fuse: [true, false]}", "%s");
    Plan layerwise =
        SweepTexts.plan(text.formatted("{name: random}"), "sites=[[3], [4]]", "keep_rates=0.5");
    Plan input =
        SweepTexts.plan(
            text.formatted("{name: random, mode: input}"), "sites=[[3], [4]]", "keep_rates=0.5");
    assertEquals(3, layerwise.trials().size());
    assertEquals(2, input.trials().size());
    assertEquals(List.of(), input.trials().get(1).sites());
  }

  @Test
  void trialsAndUnitsTravelToExecutors() throws Exception {
    Unit unit = SweepTexts.plan(SweepTexts.SMALL).units().get(0);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(unit);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Unit arrived = (Unit) in.readObject();
      assertEquals(unit, arrived);
      Trial trial = arrived.group().trials().get(1);
      assertEquals(unit.group().trials().get(1).reductions(), trial.reductions());
    }
  }
}
