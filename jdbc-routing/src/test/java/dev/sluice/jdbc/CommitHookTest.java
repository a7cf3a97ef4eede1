package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.CommitListener;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.causality.Freshness;
import dev.sluice.causality.PendingCommit;
import dev.sluice.causality.Position;
import dev.sluice.causality.TableWrite;
import dev.sluice.sql.Dialect;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What listeners are told about commits. */
class CommitHookTest {
  private static final String INSERT = "INSERT INTO item (id, a) VALUES (?, 1 + ?)";
  private final StubCluster cluster = new StubCluster();
  private PendingCommit told;

  @BeforeEach
  void listen() {
    cluster.addCommitListener(
        new CommitListener() {
          @Override
          public void beforeCommit(PendingCommit commit) {
            told = commit;
            cluster.log.add("before " + commit.writes());
          }

          @Override
          public void afterCommit(PendingCommit commit, CommitOutcome outcome) {
            assertThat(commit).isSameAs(told);
            cluster.log.add(outcome.toString());
          }
        });
  }

  private static String keys(Object... ids) {
    return "before " + List.of(new TableWrite("item", Map.of("id", List.of(ids))));
  }

  private static void insert(Connection connection, int id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setInt(1, id);
      statement.setInt(2, 0);
      statement.executeUpdate();
    }
  }

  @Test
  void tellsAroundAnAutocommitWrite() throws SQLException {
    try (Connection connection = cluster.connect()) {
      insert(connection, 7);
    }
    assertThat(cluster.done())
        .containsExactly(keys(7), "primary: " + INSERT + " [7, 0]", "COMMITTED");
    assertThat(told.position().toCompletableFuture()).isCompletedWithValue(new Position("t", 1));
  }

  @Test
  void tellsAroundTheCommitOfATransaction() throws SQLException {
    try (Connection connection = cluster.connect()) {
      connection.setAutoCommit(false);
      insert(connection, 7);
      connection.commit();
      connection.commit();
    }
    assertThat(cluster.done())
        .containsExactly(
            "primary: autocommit false",
            "primary: " + INSERT + " [7, 0]",
            keys(7),
            "primary: commit",
            "COMMITTED",
            "primary: autocommit true");
  }

  @Test
  void tellsNothingOfARollback() throws SQLException {
    try (Connection connection = cluster.connect()) {
      connection.setAutoCommit(false);
      insert(connection, 7);
      connection.rollback();
    }
    assertThat(cluster.done()).noneMatch(each -> each.startsWith("before"));
  }

  @Test
  void tellsAroundTextsThatCommit() throws SQLException {
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("BEGIN");
      insert(connection, 7);
      statement.execute("COMMIT");
    }
    assertThat(cluster.done())
        .containsExactly(
            "primary: BEGIN",
            "primary: " + INSERT + " [7, 0]",
            keys(7),
            "primary: COMMIT",
            "COMMITTED");
  }

  @Test
  void tellsOfTheCommitThatAChangeOfModeMakes() throws SQLException {
    try (Connection connection = cluster.connect()) {
      connection.setAutoCommit(false);
      insert(connection, 7);
      connection.setAutoCommit(true);
    }
    assertThat(cluster.done()).contains(keys(7), "COMMITTED");
  }

  @Test
  void tellsOfTheCommitThatDdlMakes() throws SQLException {
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      insert(connection, 7);
      statement.execute("CREATE TABLE x (id INT)");
      assertThat(cluster.done()).contains("primary: CREATE TABLE x (id INT)", "COMMITTED");
      connection.commit();
      assertThat(cluster.done()).containsExactly("primary: commit");
    }
  }

  @Test
  void theSchemaChangesFromDdlUntilItsCommit() throws SQLException {
    StubCluster postgres = new StubCluster(Dialect.POSTGRESQL, null);
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE x (id INT)");
      assertThat(postgres.schema).containsExactly("changing at 0", "changed at 1");
      connection.setAutoCommit(false);
      postgres.done();
      postgres.schema.clear();
      statement.execute("ALTER TABLE x ADD y INT");
      statement.execute("ALTER TABLE x ADD z INT");
      assertThat(postgres.schema).containsExactly("changing at 0");
      connection.commit();
      assertThat(postgres.done()).endsWith("primary: commit");
      assertThat(postgres.schema).containsExactly("changing at 0", "changed at 4");
      statement.execute("DROP TABLE x");
      assertThat(postgres.schema).hasSize(3);
    }
    assertThat(postgres.schema).as("closing rolls it back").hasSize(4);
  }

  @Test
  void ddlOfMySqlIsCommittedAtOnceAlsoInABatch() throws SQLException {
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("CREATE TABLE x (id INT)");
      assertThat(cluster.schema).hasSize(2);
      statement.addBatch("INSERT INTO item (id) VALUES (1)");
      statement.addBatch("DROP TABLE x");
      statement.executeBatch();
      assertThat(cluster.schema).hasSize(4);
    }
  }

  @Test
  void aBatchOfTextsIsRememberedForAllItsTables() throws SQLException {
    cluster.replicas.forEach(r -> r.reached = 0);
    try (CausalScope scope = CausalScope.open();
        Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      statement.addBatch("INSERT INTO item (id) VALUES (1)");
      statement.addBatch("INSERT INTO shelf (id) VALUES (1)");
      statement.executeBatch();
      cluster.done();
      statement.executeQuery("SELECT a FROM other").close();
      statement.executeQuery("SELECT a FROM shelf").close();
      assertThat(scope).isNotNull();
    }
    assertThat(cluster.done())
        .containsExactly("r1: SELECT a FROM other", "primary: SELECT a FROM shelf");
  }

  @Test
  void whatAReplicaRefusedAsAWriteWritesAnyTable() throws SQLException {
    cluster
        .replicas
        .get(0)
        .failures
        .put("SELECT a + b FROM item", new SQLException("ro", "HY000", 1290));
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      statement.executeQuery("SELECT a + b FROM item").close();
      assertThat(told.writes()).containsExactly(TableWrite.anyRow(TableWrite.ANY_TABLE));
      connection.setAutoCommit(false);
      told = null;
      statement.executeQuery("SELECT a + b FROM item").close();
      connection.commit();
      assertThat(told.writes()).containsExactly(TableWrite.anyRow(TableWrite.ANY_TABLE));
    }
  }

  @Test
  void collectsTheKeysOfABatch() throws SQLException {
    try (Connection connection = cluster.connect();
        PreparedStatement statement = connection.prepareStatement(INSERT)) {
      for (int id = 1; id <= 3; id++) {
        statement.setInt(1, id);
        statement.setInt(2, 0);
        statement.addBatch();
      }
      statement.executeBatch();
    }
    assertThat(cluster.done()).contains(keys(1, 2, 3), "COMMITTED");
  }

  @Test
  void manyKeysBecomeAnyRow() throws SQLException {
    try (Connection connection = cluster.connect();
        PreparedStatement statement = connection.prepareStatement(INSERT)) {
      for (int id = 1; id <= 1001; id++) {
        statement.setInt(1, id);
        statement.setInt(2, 0);
        statement.addBatch();
      }
      statement.executeBatch();
    }
    assertThat(cluster.done()).contains("before " + List.of(TableWrite.anyRow("item")));
  }

  @Test
  void assignedKeysAndConflictsAreAnyRow() throws SQLException {
    try (Connection connection = cluster.connect();
        PreparedStatement move =
            connection.prepareStatement("UPDATE item SET id = ? WHERE id = ?");
        PreparedStatement upsert =
            connection.prepareStatement(INSERT + " ON DUPLICATE KEY UPDATE a = 1")) {
      move.setInt(1, 1);
      move.setInt(2, 2);
      move.executeUpdate();
      upsert.setInt(1, 1);
      upsert.setInt(2, 2);
      upsert.executeUpdate();
    }
    assertThat(cluster.done())
        .filteredOn(each -> each.startsWith("before"))
        .containsOnly("before " + List.of(TableWrite.anyRow("item")));
  }

  @Test
  void unknownStatementsWriteAnything() throws SQLException {
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("FROBNICATE");
    }
    assertThat(cluster.done())
        .contains("before " + List.of(TableWrite.anyRow(TableWrite.ANY_TABLE)));
  }

  @Test
  void failedWriteIsRolledBack() throws SQLException {
    cluster.primary.failures.put(INSERT + " [7, 0]", new SQLException("duplicate", "23000"));
    try (Connection connection = cluster.connect()) {
      assertThatThrownBy(() -> insert(connection, 7)).hasMessage("duplicate");
    }
    assertThat(cluster.done()).contains("ROLLED_BACK");
  }

  @Test
  void lostWriteIsUnknownAndRemembered() throws SQLException {
    cluster.primary.failures.put(INSERT + " [7, 0]", new SQLException("gone", "08S01", 17));
    cluster.replicas.forEach(r -> r.reached = 0);
    try (Connection connection = cluster.connect()) {
      assertThatThrownBy(() -> insert(connection, 7))
          .isInstanceOfSatisfying(
              SQLNonTransientConnectionException.class,
              e -> {
                assertThat(e.getSQLState()).isEqualTo("08007");
                assertThat(e.getErrorCode()).isEqualTo(17);
                assertThat(e.getCause()).hasMessage("gone");
              });
      connection.createStatement().executeQuery("SELECT 1");
    }
    assertThat(cluster.done()).contains("UNKNOWN", "primary: SELECT 1");
    assertThat(cluster.primary.discarded).isEqualTo(1);
    assertThat(told.position().toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void lostBatchIsUnknownAndKeepsItsCounts() throws SQLException {
    cluster.primary.failures.put(
        "batch of 2", new BatchUpdateException("gone", "08S01", 17, new int[] {1}));
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      statement.addBatch("INSERT INTO item (id) VALUES (1)");
      statement.addBatch("INSERT INTO item (id) VALUES (2)");
      assertThatThrownBy(statement::executeBatch)
          .isInstanceOfSatisfying(
              BatchUpdateException.class,
              e -> {
                assertThat(e.getSQLState()).isEqualTo("08007");
                assertThat(e.getUpdateCounts()).containsExactly(1);
              });
    }
    assertThat(cluster.done()).contains("UNKNOWN");
  }

  @Test
  void lossInATransactionIsNoUnknownOutcomeSinceNothingIsCommitted() throws SQLException {
    cluster.primary.failures.put(INSERT + " [7, 0]", new SQLException("gone", "08S01"));
    try (Connection connection = cluster.connect()) {
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> insert(connection, 7))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(e.getSQLState()).isEqualTo("08S02");
                assertThat(e.getCause()).hasMessage("gone");
              });
    }
  }

  @Test
  void commitThatLosesItsAnswerIsUnknown() throws SQLException {
    cluster.primary.failures.put("commit", new SQLException("gone", "08006", 17));
    try (Connection connection = cluster.connect()) {
      connection.setAutoCommit(false);
      insert(connection, 7);
      assertThatThrownBy(connection::commit)
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(e.getSQLState()).isEqualTo("08007");
                assertThat(e.getErrorCode()).isEqualTo(17);
                assertThat(e.getCause()).hasMessage("gone");
              });
    }
    assertThat(cluster.done()).contains("UNKNOWN");
    assertThat(cluster.primary.discarded).isEqualTo(1);
  }

  @Test
  void listenerRefusesACommit() throws SQLException {
    cluster.addCommitListener(
        new CommitListener() {
          @Override
          public void beforeCommit(PendingCommit commit) throws SQLException {
            throw new SQLException("refused", "40000");
          }

          @Override
          public void afterCommit(PendingCommit commit, CommitOutcome outcome) {
            cluster.log.add("the refusing listener must not be told");
          }
        });
    try (Connection connection = cluster.connect()) {
      connection.setAutoCommit(false);
      insert(connection, 7);
      cluster.done();
      assertThatThrownBy(connection::commit).hasMessage("refused");
      assertThat(cluster.done()).containsExactly(keys(7), "ROLLED_BACK", "primary: rollback");
      connection.setAutoCommit(true);
      assertThatThrownBy(() -> insert(connection, 8)).hasMessage("refused");
      assertThat(cluster.done())
          .containsExactly("primary: autocommit true", keys(8), "ROLLED_BACK");
    }
  }

  @Test
  void otherTiersAreToldOfWritesThatAreNotCommitted() throws SQLException {
    try (CausalScope scope = CausalScope.open();
        Connection connection = cluster.connect()) {
      CausalMemory memory = scope.memory(cluster.router.source);
      insert(connection, 1);
      assertThat(memory.isWriting(List.of())).isFalse();
      connection.setAutoCommit(false);
      insert(connection, 7);
      assertThat(memory.isWriting(List.of("item"))).isTrue();
      connection.commit();
      assertThat(memory.isWriting(List.of())).isFalse();
      insert(connection, 8);
      assertThat(memory.isWriting(List.of())).isTrue();
      connection.rollback();
      assertThat(memory.isWriting(List.of())).isFalse();
      insert(connection, 9);
      connection.close();
      assertThat(memory.isWriting(List.of())).isFalse();
    }
  }

  @Test
  void otherTiersAreToldOfAReadInATransactionThatBeganBeforeTheScope() throws SQLException {
    try (CausalScope scope = CausalScope.open();
        Connection connection = cluster.connect();
        PreparedStatement read = connection.prepareStatement("SELECT a FROM item")) {
      connection.setAutoCommit(false);
      read.executeQuery().close();
      read.executeQuery().close();
      assertThat(scope.memory(cluster.router.source).hasSeenTransaction()).isFalse();
      try (CausalScope inner = CausalScope.nested(Freshness.CAUSAL)) {
        read.executeQuery().close();
        assertThat(inner.memory(cluster.router.source).hasSeenTransaction()).isTrue();
      }
      connection.rollback();
      try (CausalScope inner = CausalScope.nested(Freshness.CAUSAL)) {
        read.executeQuery().close();
        assertThat(inner.memory(cluster.router.source).hasSeenTransaction()).isFalse();
      }
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A replica that has not reached anything, and a caller who may have seen it. */
  private void readsOnlyOnThePrimary() throws SQLException {
    cluster.replicas.forEach(r -> r.reached = 0);
    cluster.done();
    try (Connection connection = cluster.connect()) {
      run(connection, "SELECT a FROM item, myisam");
    }
    assertThat(cluster.done()).contains("primary: SELECT a FROM item, myisam");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHOW MASTER STATUS",
        "KILL 5",
        "SET @v = 1",
        "CREATE TEMPORARY TABLE y (id INT)",
        "DROP TEMPORARY TABLE y"
      })
  void tellsOnlyAroundTheCommitWhatDoesNotCommitBeforeIt(String sql) throws SQLException {
    try (Connection connection = cluster.connect()) {
      connection.setAutoCommit(false);
      insert(connection, 7);
      run(connection, sql);
      assertThat(cluster.done()).noneMatch(each -> each.startsWith("before"));
      connection.commit();
    }
    assertThat(cluster.done())
        .filteredOn(each -> !each.startsWith("primary: autocommit"))
        .satisfiesExactly(
            each -> assertThat(each).startsWith("before ").contains("item"),
            each -> assertThat(each).isEqualTo("primary: commit"),
            each -> assertThat(each).isEqualTo("COMMITTED"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LOAD DATA LOCAL INFILE 'x' INTO TABLE item",
        "CALL p()",
        "REPAIR TABLE item",
        "INSERT INTO item VALUES (1); COMMIT",
        "LOCK INSTANCE FOR BACKUP",
        "UNLOCK TABLES"
      })
  void tellsOfWhatMayCommitAndAgainOfTheCommit(String sql) throws SQLException {
    try (Connection connection = cluster.connect()) {
      connection.setAutoCommit(false);
      insert(connection, 7);
      run(connection, sql);
      assertThat(cluster.done()).contains("primary: " + sql).endsWith("UNKNOWN");
      connection.commit();
    }
    assertThat(cluster.done())
        .filteredOn(each -> !each.startsWith("primary: autocommit"))
        .satisfiesExactly(
            each -> assertThat(each).startsWith("before ").contains("item"),
            each -> assertThat(each).isEqualTo("primary: commit"),
            each -> assertThat(each).isEqualTo("COMMITTED"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE x (id INT)",
        "TRUNCATE x",
        "GRANT SELECT ON x TO y",
        "FLUSH TABLES",
        "ANALYZE TABLE item",
        "LOCK TABLES item WRITE",
        "SET PASSWORD = 'x'"
      })
  void tellsOfTheCommitThatAStatementMakesAndOfWritesAfterItAtOnce(String sql) throws SQLException {
    try (Connection connection = cluster.connect()) {
      run(connection, "BEGIN");
      insert(connection, 7);
      run(connection, sql);
      assertThat(cluster.done()).endsWith("COMMITTED");
      insert(connection, 8);
      assertThat(cluster.done())
          .containsExactly(keys(8), "primary: " + INSERT + " [8, 0]", "COMMITTED");
      run(connection, "COMMIT");
      assertThat(cluster.done()).containsExactly("primary: COMMIT");
    }
  }

  @Test
  void tellsAtOnceOfWritesAfterATextTransactionMayBeOver() throws SQLException {
    try (Connection connection = cluster.connect()) {
      run(connection, "BEGIN");
      run(connection, "CALL p()");
      cluster.done();
      insert(connection, 8);
      assertThat(cluster.done()).endsWith("primary: " + INSERT + " [8, 0]", "UNKNOWN");
      run(connection, "COMMIT");
      assertThat(cluster.done()).endsWith("primary: COMMIT", "COMMITTED");
    }
  }

  @Test
  void writesBeforeAStatementThatCommitsAndFailsMayBeCommitted() throws SQLException {
    SQLException exists = new SQLException("exists", "42S01", 1050);
    cluster.primary.failures.put("CREATE TABLE x (id INT)", exists);
    try (Connection connection = cluster.connect()) {
      connection.setAutoCommit(false);
      insert(connection, 7);
      assertThatThrownBy(() -> run(connection, "CREATE TABLE x (id INT)")).isSameAs(exists);
      assertThat(cluster.done()).contains("UNKNOWN").doesNotContain("ROLLED_BACK");
      connection.rollback();
    }
    readsOnlyOnThePrimary();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CALL p()",
        "INSERT INTO item VALUES (1); INSERT INTO item VALUES (1)",
        "DROP TABLE item, b",
        "INSERT INTO myisam VALUES (1), (1)",
        "INSERT INTO item VALUES (f())",
        "FROBNICATE"
      })
  void autocommitStatementThatFailsHalfwayMayHaveWritten(String sql) throws SQLException {
    cluster.primary.failures.put(sql, new SQLException("duplicate", "23000", 1062));
    try (Connection connection = cluster.connect()) {
      assertThatThrownBy(() -> run(connection, sql)).hasMessage("duplicate");
    }
    assertThat(cluster.done()).contains("UNKNOWN");
    readsOnlyOnThePrimary();
  }

  @Test
  void errorOfTheDriverDoesNotProveThatNothingIsWritten() throws SQLException {
    cluster.primary.failures.put(INSERT + " [7, 0]", new SQLException("no result", "02000"));
    try (Connection connection = cluster.connect()) {
      assertThatThrownBy(() -> insert(connection, 7)).hasMessage("no result");
    }
    assertThat(cluster.done()).contains("UNKNOWN");
  }

  @Test
  void refusedCommitIsRolledBack() throws SQLException {
    cluster.primary.failures.put("commit", new SQLException("deferred", "23505"));
    try (Connection connection = cluster.connect()) {
      connection.setAutoCommit(false);
      insert(connection, 7);
      assertThatThrownBy(connection::commit).hasMessage("deferred");
      assertThat(cluster.done()).contains("ROLLED_BACK");
    }
  }

  @Test
  void listenerAddedWithinATransactionIsToldOfItsTables() throws SQLException {
    StubCluster other = new StubCluster();
    try (Connection connection = other.connect()) {
      connection.setAutoCommit(false);
      insert(connection, 7);
      other.addCommitListener(
          new CommitListener() {
            @Override
            public void beforeCommit(PendingCommit commit) {
              other.log.add("before " + commit.writes());
            }

            @Override
            public void afterCommit(PendingCommit commit, CommitOutcome outcome) {
              other.log.add(outcome.toString());
            }
          });
      insert(connection, 8);
      connection.commit();
    }
    assertThat(other.done()).contains("before " + List.of(TableWrite.anyRow("item")), "COMMITTED");
  }
}
