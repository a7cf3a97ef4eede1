package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.DatabaseEngine;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Frameworks see the same through the routing data source as through a pool of the primary. */
@ParameterizedClass
@MethodSource("dev.sluice.testkit.ReplicatedDatabase#availableEngines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FrameworksIT {
  /** Works through a framework, from nothing to nothing, and writes down what it sees. */
  interface Scenario {
    List<String> run(DataSource source, DatabaseEngine engine);
  }

  @Parameter DatabaseEngine engine;
  private RoutedDatabase database;

  @BeforeParameterizedClassInvocation
  void startServers() throws SQLException {
    database = new RoutedDatabase(engine);
  }

  @AfterParameterizedClassInvocation
  void stopServers() {
    if (database != null) {
      database.close();
    }
  }

  @AfterEach
  void nothingIsHeld() {
    database.assertNothingHeld();
  }

  private void assertSame(Scenario scenario) {
    List<String> alone = scenario.run(database.primary, engine);
    List<String> routed = scenario.run(database.routed, engine);
    assertThat(routed).isEqualTo(alone);
  }

  @Test
  void springJdbc() {
    assertSame(new SpringScenario());
  }

  @Test
  void hibernate() {
    assertSame(new HibernateScenario());
  }

  @Test
  void myBatis() {
    assertSame(new MyBatisScenario());
  }

  @Test
  void jooq() {
    assertSame(new JooqScenario());
  }
}
