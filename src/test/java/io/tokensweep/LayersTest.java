package io.tokensweep;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Packages import downward only; a sub-package belongs to its parent; the root is for all. */
class LayersTest {
  private static final String ROOT = "io.tokensweep";

  /** From the top down. */
  private static final List<String> LAYERS =
      List.of(
          "cli",
          "bench",
          "report",
          "train",
          "analysis",
          "spark",
          "store",
          "eval",
          "sweep",
          "reduction",
          "model",
          "data",
          "storage");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  private static String packageOf(String layer) {
    return ROOT + "." + layer + "..";
  }

  @TestFactory
  Stream<DynamicTest> importsOnlyPointDown() {
    return LAYERS.stream()
        .skip(1)
        .map(layer -> DynamicTest.dynamicTest(layer, () -> importsNothingAbove(layer)));
  }

  private static void importsNothingAbove(String layer) {
    String[] above =
        LAYERS.subList(0, LAYERS.indexOf(layer)).stream()
            .map(LayersTest::packageOf)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(packageOf(layer))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(above)
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void theRootImportsNoPackage() {
    noClasses()
        .that()
        .resideInAPackage(ROOT)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(LAYERS.stream().map(LayersTest::packageOf).toArray(String[]::new))
        .check(CLASSES);
  }

  @Test
  void everyPackageHasItsPlace() {
    String[] known =
        Stream.concat(Stream.of(ROOT), LAYERS.stream().map(LayersTest::packageOf))
            .toArray(String[]::new);
    classes().should().resideInAnyPackage(known).check(CLASSES);
  }
}
