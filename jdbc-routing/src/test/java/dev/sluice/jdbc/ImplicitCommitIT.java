package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.causality.CommitListener;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.causality.PendingCommit;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.SqlScanner;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What real servers commit in passing, beside what {@link ImplicitCommit} says. */
@ParameterizedClass
@MethodSource("engines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImplicitCommitIT {
  private static final List<String> COMMIT =
      List.of(
          "CREATE TABLE IF NOT EXISTS x (id INT)",
          "ALTER TABLE x ADD b INT",
          "CREATE INDEX xb ON x (b)",
          "DROP INDEX xb ON x",
          "TRUNCATE x",
          "TRUNCATE TABLE x",
          "RENAME TABLE x TO y",
          "DROP TABLE IF EXISTS y",
          "CREATE OR REPLACE VIEW v AS SELECT 1",
          "DROP VIEW v",
          "CREATE PROCEDURE q() DO 1",
          "DROP PROCEDURE q",
          "ANALYZE TABLE item",
          "OPTIMIZE TABLE item",
          "CHECK TABLE item",
          "LOCK TABLES item WRITE");

  private static final List<String> GO_ON =
      List.of(
          "SET @v = 1",
          "CREATE TEMPORARY TABLE t (id INT)",
          "DROP TEMPORARY TABLE t",
          "DO SLEEP(0)",
          "CHECKSUM TABLE item");

  @Parameter DatabaseEngine engine;
  private RoutedDatabase database;
  private final List<CommitOutcome> told = new ArrayList<>();

  static List<DatabaseEngine> engines() {
    return ReplicatedDatabase.availableEngines().stream()
        .filter(each -> each != DatabaseEngine.POSTGRESQL)
        .toList();
  }

  @BeforeParameterizedClassInvocation
  void startServers() throws SQLException {
    database =
        new RoutedDatabase(
            engine,
            "CREATE TABLE item (id INT PRIMARY KEY)",
            "CREATE TABLE flat (id INT PRIMARY KEY) ENGINE = MyISAM",
            "CREATE PROCEDURE finish() COMMIT");
    database.routed.addCommitListener(
        new CommitListener() {
          @Override
          public void beforeCommit(PendingCommit commit) {}

          @Override
          public void afterCommit(PendingCommit commit, CommitOutcome outcome) {
            told.add(outcome);
          }
        });
  }

  @AfterParameterizedClassInvocation
  void stopServers() {
    if (database != null) {
      database.close();
    }
  }

  /** Whether the driver's own connection has committed an insert with a statement. */
  private boolean commits(int id, String sql) throws SQLException {
    try (Connection direct = database.primary.getConnection()) {
      direct.setAutoCommit(false);
      RoutedDatabase.run(direct, "INSERT INTO item VALUES (" + id + ")");
      RoutedDatabase.run(direct, sql);
      direct.rollback();
      RoutedDatabase.run(direct, "UNLOCK TABLES");
      return RoutedDatabase.value(direct, "SELECT id FROM item WHERE id = " + id) != null;
    }
  }

  private ImplicitCommit said(String sql) throws SQLException {
    try (Connection direct = database.primary.getConnection()) {
      LexerMode mode = DialectProbe.lexerMode(direct, DialectProbe.dialect(direct));
      return ImplicitCommit.of(SqlScanner.scan(sql, mode));
    }
  }

  @Test
  void serversCommitWhatIsSaidToCommitAndNothingThatIsSaidToGoOn() throws SQLException {
    int id = 100;
    for (String sql : COMMIT) {
      assertThat(said(sql)).as(sql).isEqualTo(ImplicitCommit.ALWAYS);
      assertThat(commits(id++, sql)).as(sql).isTrue();
    }
    for (String sql : GO_ON) {
      assertThat(said(sql)).as(sql).isEqualTo(ImplicitCommit.NEVER);
      assertThat(commits(id++, sql)).as(sql).isFalse();
    }
  }

  @Test
  void tellsOfWhatAStatementOrAProcedureHasCommitted() throws SQLException {
    try (Connection connection = database.routed.getConnection()) {
      RoutedDatabase.run(connection, "BEGIN");
      RoutedDatabase.run(connection, "INSERT INTO item VALUES (1)");
      told.clear();
      RoutedDatabase.run(connection, "ANALYZE TABLE item");
      assertThat(told).containsExactly(CommitOutcome.COMMITTED);
      RoutedDatabase.run(connection, "INSERT INTO item VALUES (2)");
      assertThat(told).containsExactly(CommitOutcome.COMMITTED, CommitOutcome.COMMITTED);
      RoutedDatabase.run(connection, "BEGIN");
      RoutedDatabase.run(connection, "INSERT INTO item VALUES (3)");
      told.clear();
      RoutedDatabase.run(connection, "CALL finish()");
      RoutedDatabase.run(connection, "INSERT INTO item VALUES (4)");
      assertThat(told).containsExactly(CommitOutcome.UNKNOWN, CommitOutcome.UNKNOWN);
      RoutedDatabase.run(connection, "ROLLBACK");
      assertThat(RoutedDatabase.value(connection, "SELECT COUNT(*) FROM item WHERE id < 5"))
          .isEqualTo("4");
    }
  }

  @Test
  void halfAnInsertIsNotCalledRolledBackAndAnUndoneOneIs() throws SQLException {
    try (Connection connection = database.routed.getConnection()) {
      told.clear();
      assertThatThrownBy(() -> RoutedDatabase.run(connection, "INSERT INTO flat VALUES (1), (1)"))
          .isInstanceOf(SQLException.class);
      assertThat(told).containsExactly(CommitOutcome.UNKNOWN);
      assertThat(RoutedDatabase.value(connection, "SELECT COUNT(*) FROM flat")).isEqualTo("1");
      // Before the catalog has been read, nothing is known of any table.
      await()
          .atMost(RoutedDatabase.LONG)
          .untilAsserted(
              () -> {
                told.clear();
                assertThatThrownBy(
                        () -> RoutedDatabase.run(connection, "INSERT INTO item VALUES (9), (9)"))
                    .isInstanceOf(SQLException.class);
                assertThat(told).containsExactly(CommitOutcome.ROLLED_BACK);
              });
      assertThat(RoutedDatabase.value(connection, "SELECT COUNT(*) FROM item WHERE id = 9"))
          .isEqualTo("0");
    }
  }
}
