package dev.sluice;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the module may use. */
class ArchitectureTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sluice");

  @Test
  void coreUsesNothingButTheJdkSlf4jAndJspecify() {
    classes()
        .that()
        .resideInAnyPackage("dev.sluice.core..", "dev.sluice.sql..", "dev.sluice.causality..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "javax.crypto..",
            "org.slf4j..",
            "org.jspecify..",
            "dev.sluice.core..",
            "dev.sluice.sql..",
            "dev.sluice.causality..")
        .check(MAIN);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.sluice.(*)..").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void theScannerUsesNoRegularExpressions() {
    noClasses()
        .that()
        .resideInAPackage("dev.sluice.sql..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.regex..")
        .check(MAIN);
  }

  @Test
  void testsDoNotSleep() {
    JavaClasses all = new ClassFileImporter().importPackages("dev.sluice");
    noClasses().should().callMethod(Thread.class, "sleep", long.class).check(all);
  }
}
