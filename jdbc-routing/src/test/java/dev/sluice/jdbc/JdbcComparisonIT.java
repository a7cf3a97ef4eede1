package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.causality.CausalScope;
import dev.sluice.testkit.DatabaseEngine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same random sequences of JDBC calls on a routed connection, on a HikariCP connection and on
 * the driver's own give the same answers, exceptions and rows. The sequence of a seed is always the
 * same: {@code -Dsluice.compare.seed} is the first, {@code -Dsluice.compare.sequences} how many.
 */
@ParameterizedClass
@MethodSource("dev.sluice.testkit.ReplicatedDatabase#availableEngines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JdbcComparisonIT {
  private static final long FIRST = Long.getLong("sluice.compare.seed", 0);
  private static final int SEQUENCES =
      Integer.getInteger(
          "sluice.compare.sequences", Boolean.getBoolean("sluice.soak") ? 20_000 : 250);

  /** A slow machine plays fewer: what is not finished then stays for another run. */
  private static final Duration ENOUGH =
      Boolean.getBoolean("sluice.soak") ? Duration.ofHours(1) : Duration.ofSeconds(15);

  private static final int LEAST = 20;

  @Parameter DatabaseEngine engine;
  private ComparedDatabase database;

  @BeforeParameterizedClassInvocation
  void startServers() throws SQLException {
    database = new ComparedDatabase(engine);
  }

  @AfterParameterizedClassInvocation
  void stopServers() {
    if (database != null) {
      database.close();
    }
  }

  @Test
  void randomSequencesGiveTheSameAsTheDriverAlone() throws SQLException {
    Comparison comparison = new Comparison(database);
    long end = System.nanoTime() + ENOUGH.toNanos();
    int played = 0;
    while (played < SEQUENCES && (played < LEAST || System.nanoTime() - end < 0)) {
      assertThat(comparison.difference(FIRST + played)).isNull();
      played++;
    }
    assertThat(database.onReplicas.get()).isGreaterThan(played / 10);
    System.out.printf(
        "%s: %d sequences from seed %d, %d calls, %d reads on replicas, explained %s%n",
        engine, played, FIRST, comparison.steps, database.onReplicas.get(), comparison.explained);
  }

  private interface Setter {
    void set(PreparedStatement statement) throws SQLException;
  }

  @Test
  void nullsOfEveryTypeGiveTheSameAsTheDriverAlone() throws SQLException {
    database.reset(false);
    try (CausalScope scope = CausalScope.open();
        Connection routed = database.routed.getConnection();
        Connection alone = database.connect(ComparedDatabase.DRIVER)) {
      assertThat(scope).isNotNull();
      List<String> answers = nulls(routed);
      assertThat(answers).isEqualTo(nulls(alone)).contains("setString -> 0,;");
    }
  }

  private static List<String> nulls(Connection c) {
    return List.of(
        nulls(c, "setString", p -> p.setString(1, null)),
        nulls(c, "setBigDecimal", p -> p.setBigDecimal(1, null)),
        nulls(c, "setBytes", p -> p.setBytes(1, null)),
        nulls(c, "setDate", p -> p.setDate(1, null)),
        nulls(c, "setTime", p -> p.setTime(1, null)),
        nulls(c, "setTimestamp", p -> p.setTimestamp(1, null)),
        nulls(c, "setObject", p -> p.setObject(1, null)),
        nulls(c, "setObject of a type", p -> p.setObject(1, null, Types.INTEGER)),
        nulls(c, "setNull", p -> p.setNull(1, Types.INTEGER)));
  }

  private static String nulls(Connection connection, String what, Setter setter) {
    // Without a type PostgreSQL does not take the text.
    String sql = "SELECT COUNT(*) FROM t0 WHERE ? IS NULL AND k < 0";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      setter.set(statement);
      try (ResultSet rows = statement.executeQuery()) {
        return what + " -> " + ComparedSide.rows(rows);
      }
    } catch (SQLException e) {
      return what + " -> " + ComparedSide.error(e);
    }
  }
}
