package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.causality.CommitListener;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.causality.PendingCommit;
import dev.sluice.sql.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of a transaction that texts, errors or drivers end, or do not end. */
class TransactionTruthTest {
  private static final String UPDATE = "UPDATE item SET a = 1";
  private final StubCluster mysql = listened(new StubCluster());
  private final StubCluster postgres = listened(new StubCluster(Dialect.POSTGRESQL, null));

  private static StubCluster listened(StubCluster cluster) {
    cluster.addCommitListener(
        new CommitListener() {
          @Override
          public void beforeCommit(PendingCommit commit) {}

          @Override
          public void afterCommit(PendingCommit commit, CommitOutcome outcome) {
            cluster.log.add(outcome.toString());
          }
        });
    return cluster;
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void failing(StubCluster cluster, Connection connection) {
    cluster.primary.failures.put("SELECT 1/0", new SQLException("division", "22012"));
    assertThatThrownBy(() -> run(connection, "SELECT 1/0")).hasMessage("division");
  }

  @Test
  void commitAfterAFailedStatementIsNotCalledCommittedOnPostgresql() throws SQLException {
    try (Connection connection = postgres.connect()) {
      run(connection, "BEGIN");
      run(connection, UPDATE);
      failing(postgres, connection);
      run(connection, "COMMIT");
      assertThat(postgres.done()).endsWith("primary: COMMIT", "UNKNOWN");
      connection.setAutoCommit(false);
      run(connection, UPDATE);
      failing(postgres, connection);
      connection.commit();
      assertThat(postgres.done()).endsWith("primary: commit", "UNKNOWN");
      run(connection, UPDATE);
      connection.commit();
      assertThat(postgres.done()).endsWith("primary: commit", "COMMITTED");
    }
  }

  @Test
  void whatADriverCannotDoLeavesTheTransactionToBeRolledBack() throws SQLException {
    mysql.primary.failures.put("SELECT 1/0", new SQLException("not supported", "0A000"));
    try (Connection connection = mysql.connect()) {
      connection.setAutoCommit(false);
      run(connection, UPDATE);
      assertThatThrownBy(() -> run(connection, "SELECT 1/0")).hasMessage("not supported");
      connection.rollback();
      assertThat(mysql.done()).contains("primary: rollback");
    }
  }

  @Test
  void commitAfterAFailedStatementIsCommittedOnMysql() throws SQLException {
    try (Connection connection = mysql.connect()) {
      connection.setAutoCommit(false);
      run(connection, UPDATE);
      failing(mysql, connection);
      connection.commit();
      assertThat(mysql.done()).endsWith("primary: commit", "COMMITTED");
    }
  }

  @Test
  void commitAfterGoingBackToASavepointIsCommitted() throws SQLException {
    Savepoint savepoint = StubNode.proxy(Savepoint.class, (self, method, a) -> null);
    try (Connection connection = postgres.connect()) {
      connection.setAutoCommit(false);
      run(connection, UPDATE);
      failing(postgres, connection);
      connection.rollback(savepoint);
      connection.commit();
      assertThat(postgres.done()).endsWith("primary: commit", "COMMITTED");
      run(connection, UPDATE);
      failing(postgres, connection);
      run(connection, "ROLLBACK TO SAVEPOINT s");
      connection.commit();
      assertThat(postgres.done()).endsWith("primary: commit", "COMMITTED");
    }
  }

  @Test
  void refusedCommitEndsTheTransactionOnPostgresql() throws SQLException {
    postgres.primary.failures.put("commit", new SQLException("deferred", "23505"));
    postgres.primary.failures.put("COMMIT", new SQLException("deferred", "23505"));
    try (Connection connection = postgres.connect()) {
      connection.setAutoCommit(false);
      run(connection, UPDATE);
      assertThatThrownBy(connection::commit).hasMessage("deferred");
      postgres.done();
      connection.setAutoCommit(true);
      assertThat(postgres.done()).isEmpty();
      run(connection, "BEGIN");
      run(connection, UPDATE);
      assertThatThrownBy(() -> run(connection, "COMMIT")).hasMessage("deferred");
      assertThat(postgres.done()).endsWith("ROLLED_BACK");
      run(connection, UPDATE);
      assertThat(postgres.done()).containsExactly("primary: " + UPDATE, "COMMITTED");
    }
  }

  @Test
  void rollbackThatTheDriverRefusesLeavesTheTextsTransactionOpen() throws SQLException {
    postgres.primary.failures.put("rollback", new SQLException("autocommit is on", "25P01"));
    try (Connection connection = postgres.connect()) {
      run(connection, "BEGIN");
      run(connection, UPDATE);
      assertThatThrownBy(connection::rollback).hasMessage("autocommit is on");
      run(connection, UPDATE);
      assertThat(postgres.done()).doesNotContain("COMMITTED");
      run(connection, "COMMIT");
      assertThat(postgres.done()).endsWith("primary: COMMIT", "COMMITTED");
    }
  }

  @Test
  void commitAndChainBeginsATransactionOnMysql() throws SQLException {
    try (Connection connection = mysql.connect()) {
      run(connection, "COMMIT AND CHAIN");
      run(connection, UPDATE);
      assertThat(mysql.done()).doesNotContain("COMMITTED");
      run(connection, "SELECT 1");
      assertThat(mysql.done()).containsExactly("primary: SELECT 1");
    }
    assertThat(mysql.done()).containsExactly("primary: ROLLBACK");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN; UPDATE item SET a = 1",
        "UPDATE item SET a = 1; START TRANSACTION; UPDATE item SET a = 2"
      })
  void transactionOfSeveralStatementsIsNotCommittedUntilItsEnd(String sql) throws SQLException {
    for (StubCluster cluster : new StubCluster[] {mysql, postgres}) {
      try (Connection connection = cluster.connect()) {
        run(connection, sql);
        run(connection, UPDATE);
        run(connection, "SELECT 1");
        assertThat(cluster.done()).contains("UNKNOWN", "primary: SELECT 1");
        assertThat(cluster.done()).doesNotContain("COMMITTED");
        run(connection, "COMMIT");
        assertThat(cluster.done()).containsExactly("primary: COMMIT", "COMMITTED");
      }
      assertThat(cluster.primary.discarded).isEqualTo(1);
    }
  }

  @Test
  void severalStatementsThatMayEndTheTransactionMayHaveCommittedIt() throws SQLException {
    try (Connection connection = postgres.connect()) {
      run(connection, "BEGIN");
      run(connection, UPDATE);
      run(connection, UPDATE + "; COMMIT; " + UPDATE);
      assertThat(postgres.done()).endsWith("UNKNOWN");
    }
  }

  @Test
  void autocommitModeAsOneOfSeveralStatementsIsRefused() throws SQLException {
    try (Connection connection = mysql.connect()) {
      assertThatThrownBy(() -> run(connection, "SET autocommit = 0; " + UPDATE))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("0A000"));
    }
    assertThat(mysql.done()).isEmpty();
  }

  @Test
  void schemaChangesAlsoByOneOfSeveralStatements() throws SQLException {
    try (Connection connection = mysql.connect()) {
      run(connection, UPDATE + "; ALTER TABLE item ADD b INT");
    }
    assertThat(mysql.schema).hasSize(2);
  }
}
