package dev.sluice.demo.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The directions of docs/architecture.md, over the classes of all published modules. */
class ArchitectureTest {
  private static final List<String> SIBLINGS =
      List.of(
          "dev.sluice.jdbc",
          "dev.sluice.cache",
          "dev.sluice.queue",
          "dev.sluice.nosql",
          "dev.sluice.insights");
  private static final Map<String, String> LEAVES =
      Map.of(
          "redis.clients..", "dev.sluice.cache.redis",
          "software.amazon.awssdk.services.sqs..", "dev.sluice.queue.sqs",
          "software.amazon.awssdk.services.dynamodb..", "dev.sluice.nosql.dynamodb",
          "com.mysql..", "dev.sluice.jdbc.mysql",
          "com.zaxxer..", "dev.sluice.jdbc.hikari");
  private static final JavaClasses PUBLISHED =
      new ClassFileImporter()
          .importPackages("dev.sluice")
          .that(not(resideInAnyPackage("dev.sluice.demo..", "dev.sluice.testkit..")));

  @Test
  void siblingsDoNotKnowEachOther() {
    for (String sibling : SIBLINGS) {
      assertThat(PUBLISHED.stream().anyMatch(c -> c.getPackageName().startsWith(sibling)))
          .as(sibling)
          .isTrue();
      noClasses()
          .that()
          .resideInAPackage(sibling + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              SIBLINGS.stream()
                  .filter(s -> !s.equals(sibling))
                  .map(s -> s + "..")
                  .toArray(String[]::new))
          .check(PUBLISHED);
    }
  }

  @Test
  void coreKnowsNobody() {
    classes()
        .that()
        .resideInAnyPackage("dev.sluice.core..", "dev.sluice.sql..", "dev.sluice.causality..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.sluice.core..",
            "dev.sluice.sql..",
            "dev.sluice.causality..",
            "java..",
            "javax.crypto..",
            "javax.sql..",
            "org.slf4j..",
            "org.jspecify..")
        .check(PUBLISHED);
  }

  @Test
  void aDriverIsKnownInItsLeafPackageOnly() {
    LEAVES.forEach(
        (driver, leaf) ->
            noClasses()
                .that()
                .resideOutsideOfPackage(leaf)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(driver)
                .check(PUBLISHED));
  }

  @Test
  void theCheckerOfTheDemoKnowsNothingOfTheLibrary() {
    noClasses()
        .that()
        .resideInAPackage("dev.sluice.demo.check..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.sluice..").and(not(resideInAPackage("dev.sluice.demo.check.."))))
        .check(new ClassFileImporter().importPackages("dev.sluice.demo.check"));
  }

  @Test
  void modulesAreFreeOfCycles() {
    slices().matching("dev.sluice.(*)..").should().beFreeOfCycles().check(PUBLISHED);
  }

  @Test
  void noTestSleeps() throws IOException {
    List<String> sleeping = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      for (Path file :
          files
              .filter(f -> f.toString().contains("src/test/java") && f.toString().endsWith(".java"))
              .toList()) {
        if (Files.readString(file).contains("Thread" + ".sleep(")) {
          sleeping.add(file.toString());
        }
      }
    }
    assertThat(sleeping).isEmpty();
  }
}
