package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.Freshness;
import dev.sluice.core.ManualTicker;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.SqlScanner;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where statements run, and how long physical connections are held. */
class RoutedConnectionTest {
  private final StubCluster cluster = new StubCluster();
  private CausalScope scope;
  private Connection connection;

  @BeforeEach
  void connect() {
    scope = CausalScope.open();
    connection = cluster.connect();
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    connection.close();
    scope.close();
    assertThat(cluster.out()).isZero();
  }

  private void read(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows).isNotNull();
    }
  }

  private void write(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static SQLException lost() {
    return new SQLException("gone", "08S01");
  }

  @Test
  void holdsNothingUntilAStatementRuns() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT ?")) {
      statement.setInt(1, 7);
      assertThat(cluster.out()).isZero();
    }
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    connection.commit();
    connection.rollback();
    assertThat(cluster.primary.acquired).isZero();
  }

  @Test
  void sendsReadToReplicaAndGivesItBackWithTheResult() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      ResultSet rows = statement.executeQuery("SELECT 1");
      assertThat(cluster.out()).isEqualTo(1);
      rows.close();
      assertThat(cluster.out()).isZero();
      rows.close();
    }
    assertThat(cluster.done()).containsExactly("r1: SELECT 1");
  }

  @Test
  void closingTheStatementClosesItsResult() throws SQLException {
    Statement statement = connection.createStatement();
    statement.executeQuery("SELECT 1");
    statement.close();
    assertThat(cluster.out()).isZero();
  }

  @Test
  void executingAgainClosesTheResultBefore() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT ?")) {
      statement.setInt(1, 1);
      statement.executeQuery();
      statement.setInt(1, 2);
      statement.executeQuery().close();
      assertThat(cluster.out()).isZero();
    }
    assertThat(cluster.done()).containsExactly("r1: SELECT ? [1]", "r1: SELECT ? [2]");
  }

  @Test
  void nullKeepsTheSetterItWasBoundBy() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT ?")) {
      statement.setString(1, null);
      statement.executeQuery().close();
      statement.setTimestamp(1, null);
      statement.executeQuery().close();
      statement.setObject(1, null);
      statement.executeQuery().close();
    }
    assertThat(cluster.done())
        .containsExactly(
            "r1: SELECT ? [setString null]",
            "r1: SELECT ? [setTimestamp null]",
            "r1: SELECT ? [setObject null]");
  }

  @Test
  void preparedBeforeAWriteRunsWhereItMayAfterIt() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT ?")) {
      statement.setString(1, "a");
      write("UPDATE item SET a = 1");
      cluster.replicas.forEach(r -> r.reached = 0);
      statement.executeQuery().close();
      assertThat(cluster.done())
          .containsExactly("primary: UPDATE item SET a = 1", "primary: SELECT ? [a]");
      cluster.epoch = 5;
      cluster.replicas.get(1).reached = 5;
      statement.executeQuery().close();
      assertThat(cluster.done()).containsExactly("r2: SELECT ? [a]");
    }
  }

  @Test
  void openResultOnReplicaSurvivesAWrite() throws SQLException {
    try (Statement reader = connection.createStatement();
        ResultSet rows = reader.executeQuery("SELECT 1")) {
      write("INSERT INTO item (id, a) VALUES (?, 1)");
      assertThat(rows.isClosed()).isFalse();
      assertThat(cluster.replicas.get(0).out).hasSize(1);
    }
    assertThat(cluster.replicas.get(0).out).isEmpty();
  }

  @Test
  void asksTheInsertingConnectionForItsIdAlsoAfterReads() throws SQLException {
    write("INSERT INTO item VALUES (1)");
    cluster.replicas.forEach(r -> r.reached = 100);
    read("SELECT 1");
    read("SELECT LAST_INSERT_ID()");
    assertThat(cluster.primary.acquired).isEqualTo(1);
    assertThat(cluster.done())
        .containsExactly(
            "primary: INSERT INTO item VALUES (1)",
            "r1: SELECT 1",
            "primary: SELECT LAST_INSERT_ID()");
  }

  @Test
  void readAfterUpdateGivesThePrimaryBack() throws SQLException {
    write("UPDATE item SET a = 1");
    assertThat(cluster.primary.out).hasSize(1);
    cluster.replicas.forEach(r -> r.reached = 100);
    read("SELECT 1");
    assertThat(cluster.out()).isZero();
  }

  @Test
  void foundRowsAreAskedOfTheSameReplica() throws SQLException {
    read("SELECT SQL_CALC_FOUND_ROWS 1");
    read("SELECT FOUND_ROWS()");
    assertThat(cluster.done())
        .containsExactly("r1: SELECT SQL_CALC_FOUND_ROWS 1", "r1: SELECT FOUND_ROWS()");
  }

  @Test
  void refusesDiagnosticsOfAReadThatIsGone() throws SQLException {
    read("SELECT 1");
    assertThatThrownBy(() -> read("SHOW WARNINGS"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("0A000"));
  }

  @Test
  void transactionRunsOnThePrimary() throws SQLException {
    connection.setAutoCommit(false);
    read("SELECT 1");
    write("UPDATE item SET a = 1");
    connection.commit();
    assertThat(cluster.done())
        .containsExactly(
            "primary: autocommit false",
            "primary: SELECT 1",
            "primary: UPDATE item SET a = 1",
            "primary: commit");
    assertThat(cluster.primary.acquired).isEqualTo(1);
  }

  @Test
  void readOnlyTransactionLivesOnAReplica() throws SQLException {
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    read("SELECT 1");
    read("SELECT 2");
    connection.commit();
    assertThat(cluster.done())
        .containsExactly("r1: autocommit false", "r1: SELECT 1", "r1: SELECT 2", "r1: commit");
    assertThat(cluster.replicas.get(0).acquired).isEqualTo(1);
  }

  @Test
  void readOnlyTransactionOnAReplicaRefusesWhatIsNotProvenToRead() throws SQLException {
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    read("SELECT 1");
    assertThatThrownBy(() -> read("SELECT 1 FOR UPDATE"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));
  }

  @Test
  void readOnlyConnectionRefusesWriteWithoutAskingAServer() throws SQLException {
    connection.setReadOnly(true);
    assertThatThrownBy(() -> write("UPDATE item SET a = 1"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));
    assertThat(cluster.primary.acquired).isZero();
  }

  @Test
  void serializableReadsRunOnThePrimary() throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    read("SELECT 1");
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    read("SELECT 2");
    assertThat(cluster.replicas.get(0).acquired).isZero();
  }

  @Test
  void textTransactionFollowsTheSameRules() throws SQLException {
    run("START TRANSACTION READ ONLY");
    read("SELECT 1");
    assertThatThrownBy(() -> write("UPDATE item SET a = 1")).isInstanceOf(SQLException.class);
    run("COMMIT");
    run("BEGIN");
    read("SELECT 2");
    run("ROLLBACK");
    read("SELECT 3");
    assertThat(cluster.done())
        .containsExactly(
            "r1: START TRANSACTION READ ONLY",
            "r1: SELECT 1",
            "r1: COMMIT",
            "primary: BEGIN",
            "primary: SELECT 2",
            "primary: ROLLBACK",
            "r1: SELECT 3");
  }

  @Test
  void closingRollsAnOpenTextTransactionBack() throws SQLException {
    run("BEGIN");
    connection.close();
    assertThat(cluster.done()).containsExactly("primary: BEGIN", "primary: ROLLBACK");
  }

  @Test
  void textSetsTheAutocommitMode() throws SQLException {
    run("SET autocommit=0");
    assertThat(connection.getAutoCommit()).isFalse();
    assertThat(cluster.out()).isZero();
    write("UPDATE item SET a = 1");
    run("SET autocommit=1");
    assertThat(cluster.done())
        .containsExactly(
            "primary: autocommit false",
            "primary: UPDATE item SET a = 1",
            "primary: autocommit true");
  }

  @Test
  void pinsWhatCannotBeReplayedAndDiscardsIt() throws SQLException {
    run("SET @v = 1");
    read("SELECT 1");
    assertThat(cluster.done()).containsExactly("primary: SET @v = 1", "primary: SELECT 1");
    connection.close();
    assertThat(cluster.primary.discarded).isEqualTo(1);
  }

  @Test
  void replaysTrackedSettingsWhereverItRuns() throws SQLException {
    connection.setCatalog("shop");
    cluster.replicas.forEach(r -> r.reached = 100);
    read("SELECT 1");
    assertThat(cluster.done())
        .containsExactly("r1: setCatalog shop", "r1: SELECT 1", "r1: setCatalog before");
  }

  @Test
  void readsWithoutThePrimaryOnceAnyNodeHasAnswered() throws SQLException {
    StubCluster other = new StubCluster();
    Router fresh =
        new Router(other, other, SqlScanner::scan, Dialect.MARIADB, null, new ManualTicker());
    other.mode = LexerMode.of(Dialect.MARIADB);
    other.primary.acquireFailures.add(lost());
    try (Connection away = new RoutedConnection(fresh);
        Statement statement = away.createStatement()) {
      statement.executeQuery("SELECT 1").close();
    }
    assertThat(other.done()).containsExactly("r1: SELECT 1");
    assertThat(other.primary.acquireFailures).hasSize(1);
  }

  @Test
  void quotedTextRunsOnThePrimaryWhereTheNodesDiffer() throws SQLException {
    cluster.mode = new LexerMode(Dialect.MARIADB, false, true, false);
    read("SELECT \"a\"");
    read("SELECT 'a'");
    assertThat(cluster.done()).containsExactly("primary: SELECT \"a\"", "r1: SELECT 'a'");
  }

  @Test
  void readIsRepeatedOnceElsewhere() throws SQLException {
    cluster.replicas.get(0).failures.put("SELECT 1", lost());
    read("SELECT 1");
    assertThat(cluster.done()).containsExactly("r1: SELECT 1", "r2: SELECT 1");
    assertThat(cluster.replicas.get(0).discarded).isEqualTo(1);
    assertThat(cluster.replicas.get(0).failed).hasSize(1);
  }

  @Test
  void readIsRepeatedOnlyOnce() {
    cluster.replicas.get(0).failures.put("SELECT 1", lost());
    cluster.replicas.get(1).failures.put("SELECT 1", lost());
    assertThatThrownBy(() -> read("SELECT 1"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08S01"));
    assertThat(cluster.done()).containsExactly("r1: SELECT 1", "r2: SELECT 1");
  }

  @Test
  void emptyPoolOfAReplicaIsNoFailureOfTheRead() throws SQLException {
    cluster.replicas.get(0).acquireFailures.add(lost());
    read("SELECT 1");
    assertThat(cluster.done()).containsExactly("r2: SELECT 1");
  }

  @Test
  void readThatConsumesAStreamIsNotRepeated() throws SQLException {
    cluster.replicas.get(0).failures.put("SELECT ?", lost());
    try (PreparedStatement statement = connection.prepareStatement("SELECT ?")) {
      statement.setCharacterStream(1, new java.io.StringReader("a"));
      assertThatThrownBy(statement::executeQuery).isInstanceOf(SQLException.class);
    }
    assertThat(cluster.done()).containsExactly("r1: SELECT ?");
  }

  @Test
  void badStatementIsNotRepeated() {
    cluster.replicas.get(0).failures.put("SELECT x", new SQLException("no x", "42S22"));
    assertThatThrownBy(() -> read("SELECT x")).hasMessage("no x");
    assertThat(cluster.done()).containsExactly("r1: SELECT x");
    assertThat(cluster.out()).isZero();
  }

  @Test
  void readRefusedAsAWriteIsAWriteFromThenOn() throws SQLException {
    cluster.replicas.get(0).failures.put("SELECT a FROM v", new SQLException("ro", "HY000", 1290));
    read("SELECT a FROM v");
    read("SELECT a FROM v");
    assertThat(cluster.done())
        .containsExactly(
            "r1: SELECT a FROM v", "primary: SELECT a FROM v", "primary: SELECT a FROM v");
  }

  @Test
  void closedObjectsRefuse() throws SQLException {
    Statement statement = connection.createStatement();
    statement.close();
    assertThatThrownBy(() -> statement.executeQuery("SELECT 1")).isInstanceOf(SQLException.class);
    Statement other = connection.createStatement();
    connection.close();
    assertThatThrownBy(() -> other.executeQuery("SELECT 1"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
    assertThatThrownBy(() -> connection.createStatement()).isInstanceOf(SQLException.class);
    assertThat(connection.isValid(0)).isFalse();
    assertThat(cluster.out()).isZero();
  }

  @Test
  void closingTheConnectionClosesEverything() throws SQLException {
    connection.createStatement().executeQuery("SELECT 1");
    connection.createStatement().executeQuery("SELECT 2");
    connection.createStatement().executeUpdate("UPDATE item SET a = 1");
    assertThat(cluster.out()).isEqualTo(3);
    connection.close();
    assertThat(cluster.out()).isZero();
  }

  @Test
  void closeOnCompletionClosesTheStatement() throws SQLException {
    Statement statement = connection.createStatement();
    statement.closeOnCompletion();
    statement.executeQuery("SELECT 1").close();
    assertThat(statement.isClosed()).isTrue();
  }

  @Test
  void connectionLostInATransactionIsDiscarded() throws SQLException {
    connection.setAutoCommit(false);
    write("UPDATE item SET a = 1");
    cluster.primary.failures.put("SELECT 1", lost());
    assertThatThrownBy(() -> read("SELECT 1")).cause().hasMessage("gone");
    connection.rollback();
    connection.close();
    assertThat(cluster.primary.discarded).isEqualTo(1);
  }

  @Test
  void postgresqlTakesASettingBackWithItsTransaction() throws SQLException {
    StubCluster other = new StubCluster(Dialect.POSTGRESQL, null);
    try (Connection each = other.connect()) {
      each.setAutoCommit(false);
      each.createStatement().executeUpdate("UPDATE item SET a = 1");
      each.setCatalog("x");
      each.rollback();
      assertThat(((Session) each).state.version()).isEqualTo(2);
    }
    assertThat(other.out()).isZero();
  }

  @Test
  void whatNoStandbyHasIsReadFromThePrimary() throws SQLException {
    StubCluster other = new StubCluster(Dialect.POSTGRESQL, null);
    other.replicas.get(0).failures.put("SELECT a FROM t", new SQLException("unlogged", "0A000"));
    try (Connection each = other.connect();
        ResultSet rows = each.createStatement().executeQuery("SELECT a FROM t")) {
      assertThat(rows).isNotNull();
    }
    assertThat(other.done()).contains("r1: SELECT a FROM t", "primary: SELECT a FROM t");
    cluster.replicas.get(0).failures.put("SELECT a FROM t", new SQLException("no such", "0A000"));
    assertThatThrownBy(() -> read("SELECT a FROM t")).hasMessage("no such");
  }

  @Test
  void readWithAStreamAsAnObjectIsNotRepeated() throws SQLException {
    cluster.replicas.get(0).failures.put("SELECT ?", lost());
    try (PreparedStatement statement = connection.prepareStatement("SELECT ?")) {
      statement.setObject(1, new java.io.StringReader("a"), java.sql.Types.CLOB);
      assertThatThrownBy(statement::executeQuery).isInstanceOf(SQLException.class);
    }
    assertThat(cluster.done()).containsExactly("r1: SELECT ?");
  }

  @Test
  void readWhoseStreamWasReplacedIsRepeated() throws SQLException {
    cluster.replicas.get(0).failures.put("SELECT ? [7]", lost());
    try (PreparedStatement statement = connection.prepareStatement("SELECT ?")) {
      statement.setCharacterStream(1, new java.io.StringReader("a"));
      statement.setInt(1, 7);
      statement.executeQuery().close();
    }
    assertThat(cluster.done()).containsExactly("r1: SELECT ? [7]", "r2: SELECT ? [7]");
  }

  @Test
  void statementsAreClosedInAnyOrder() throws SQLException {
    List<Statement> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(connection.createStatement());
      all.get(i).executeQuery("SELECT " + i);
    }
    for (int i : new int[] {2, 5, 0, 4}) {
      all.get(i).close();
    }
    assertThat(cluster.out()).isEqualTo(2);
    connection.close();
    assertThat(cluster.out()).isZero();
    assertThat(all).allMatch(each -> isClosed(each));
  }

  private static boolean isClosed(Statement statement) {
    try {
      return statement.isClosed();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void moreParametersThanQuestionMarksAreTheDriversToRefuse() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT ?")) {
      statement.setInt(1, 1);
      statement.setInt(3, 3);
      statement.executeQuery().close();
    }
    assertThat(cluster.done()).containsExactly("r1: SELECT ? [1, 3]");
  }

  @Test
  void settingsThatAreInPlaceDoNotChangeTheModeOfEveryTransaction() throws SQLException {
    connection.setCatalog("shop");
    connection.setAutoCommit(false);
    write("UPDATE item SET a = 1");
    connection.commit();
    cluster.done();
    write("UPDATE item SET a = 2");
    connection.commit();
    assertThat(cluster.done()).containsExactly("primary: UPDATE item SET a = 2", "primary: commit");
  }

  @Test
  void rowsWrittenThroughAResultAreOpenWritesUntilTheEnd() throws SQLException {
    CausalMemory memory = scope.memory(cluster);
    connection.setAutoCommit(false);
    try (Statement statement =
            connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_UPDATABLE);
        ResultSet rows = statement.executeQuery("SELECT a FROM item")) {
      rows.updateRow();
      assertThat(memory.isWriting(List.of("item"))).isTrue();
    }
    connection.rollback();
    assertThat(memory.isWriting(List.of())).isFalse();
  }

  @Test
  void writesOfATransactionAreOpenUntilItsEnd() throws SQLException {
    CausalMemory memory = scope.memory(cluster);
    connection.setAutoCommit(false);
    for (int i = 0; i < 100; i++) {
      write("UPDATE t" + i % 50 + " SET a = 1");
    }
    assertThat(memory.isWriting(List.of("t0"))).isTrue();
    assertThat(memory.isWriting(List.of("t49"))).isTrue();
    connection.commit();
    assertThat(memory.isWriting(List.of())).isFalse();
  }

  @Test
  void readOnlyTransactionIsWhereItsCallerMayReadNow() throws SQLException {
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    read("SELECT 1");
    connection.commit();
    try (Connection other = cluster.connect();
        Statement statement = other.createStatement()) {
      statement.executeUpdate("UPDATE item SET a = 1");
    }
    cluster.replicas.forEach(r -> r.reached = 0);
    cluster.done();
    read("SELECT a FROM item");
    assertThat(cluster.done()).contains("primary: SELECT a FROM item");
    connection.commit();
  }

  @Test
  void readOnlyTextTransactionIsWhereItsCallerMayReadNow() throws SQLException {
    run("START TRANSACTION READ ONLY");
    run("COMMIT");
    try (Connection other = cluster.connect();
        Statement statement = other.createStatement()) {
      statement.executeUpdate("UPDATE item SET a = 1");
    }
    cluster.replicas.forEach(r -> r.reached = 0);
    cluster.done();
    run("START TRANSACTION READ ONLY");
    run("COMMIT");
    assertThat(cluster.done())
        .containsExactly("primary: START TRANSACTION READ ONLY", "primary: COMMIT");
  }

  @Test
  void readOnlyTransactionsOnThePrimaryUseOneConnection() throws SQLException {
    write("UPDATE item SET a = 1");
    connection.close();
    cluster.replicas.forEach(r -> r.reached = 0);
    cluster.primary.acquired = 0;
    connection = cluster.connect();
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    for (int i = 0; i < 3; i++) {
      read("SELECT a FROM item");
      connection.commit();
      assertThat(cluster.primary.out).hasSize(1);
    }
    assertThat(cluster.primary.acquired).isEqualTo(1);
  }

  @Test
  void homeIsGivenBackBeforeAnotherOneIsBorrowed() throws SQLException {
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    read("SELECT 1");
    connection.commit();
    connection.setReadOnly(false);
    cluster.primary.acquireFailures.add(lost());
    assertThatThrownBy(() -> write("UPDATE item SET a = 1")).hasMessage("gone");
    assertThat(cluster.out()).isZero();
    connection.setAutoCommit(true);
    read("SELECT SQL_CALC_FOUND_ROWS 1");
    cluster.replicas.get(0).acquireFailures.add(lost());
    read("SELECT 2");
    assertThat(cluster.out()).isZero();
  }

  @Test
  void emptyPoolIsWaitedForOnce() throws SQLException {
    write("UPDATE item SET a = 1");
    connection.close();
    cluster.replicas.forEach(r -> r.reached = 0);
    connection = cluster.connect();
    cluster.primary.acquireFailures.add(lost());
    assertThatThrownBy(() -> read("SELECT a FROM item")).hasMessage("gone");
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    cluster.primary.acquireFailures.add(lost());
    assertThatThrownBy(() -> read("SELECT a FROM item")).hasMessage("gone");
  }

  @Test
  void objectOfAReplicasTransactionDoesNotKeepTheReplica() throws SQLException {
    run("START TRANSACTION READ ONLY");
    read("SELECT 1");
    connection.createBlob();
    run("COMMIT");
    cluster.done();
    write("INSERT INTO item VALUES (1)");
    assertThat(cluster.done()).containsExactly("primary: INSERT INTO item VALUES (1)");
  }

  @Test
  void connectionInTheCallersHandsStaysOutUntilClose() throws SQLException {
    connection.setAutoCommit(false);
    connection.unwrap(Runnable.class);
    connection.commit();
    connection.setReadOnly(true);
    read("SELECT 1");
    connection.commit();
    connection.setAutoCommit(true);
    read("SELECT 2");
    assertThat(cluster.done()).contains("primary: SELECT 1", "primary: SELECT 2");
    assertThat(cluster.primary.out).hasSize(1);
    assertThat(cluster.primary.acquired).isEqualTo(1);
  }

  @Test
  void connectionToAReplicaIsNotHandedOut() throws SQLException {
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    read("SELECT 1");
    assertThatThrownBy(() -> connection.unwrap(Runnable.class))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25001"));
    connection.commit();
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 2")) {
      statement.unwrap(Runnable.class);
      assertThat(rows.isClosed()).isFalse();
    }
    assertThat(cluster.replicas.get(0).discarded).isEqualTo(1);
  }

  private void readsOnlyOnThePrimaryNow() throws SQLException {
    cluster.done();
    read("SELECT b FROM item");
    assertThat(cluster.done()).contains("primary: SELECT b FROM item");
  }

  @Test
  void whatThePrimaryHasShownIsNotUnseenAfterwards() throws SQLException {
    cluster.replicas.forEach(r -> r.reached = 0);
    for (String sql :
        List.of(
            "SELECT a FROM item FOR UPDATE",
            "/* sluice:primary */ SELECT a FROM item",
            "INSERT INTO log (id) VALUES (1) RETURNING id",
            "CALL newest()")) {
      try (CausalScope each = CausalScope.nested(Freshness.CAUSAL)) {
        assertThat(each).isNotNull();
        read(sql);
        readsOnlyOnThePrimaryNow();
      }
    }
    connection.close();
    connection = cluster.connect();
    try (CausalScope each = CausalScope.nested(Freshness.CAUSAL);
        Statement updatable =
            connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_UPDATABLE)) {
      assertThat(each).isNotNull();
      updatable.executeQuery("SELECT a FROM item").close();
      readsOnlyOnThePrimaryNow();
    }
  }

  @Test
  void countOfAWriteShowsTheTablesThatItReads() throws SQLException {
    cluster.replicas.forEach(r -> r.reached = 0);
    write("INSERT INTO log SELECT id FROM item");
    readsOnlyOnThePrimaryNow();
  }

  @Test
  void errorOfAWriteShowsWhatIsThere() throws SQLException {
    cluster.replicas.forEach(r -> r.reached = 0);
    SQLException missing = new SQLException("no such parent", "23000", 1452);
    cluster.primary.failures.put("INSERT INTO child (item) VALUES (7)", missing);
    assertThatThrownBy(() -> write("INSERT INTO child (item) VALUES (7)")).isSameAs(missing);
    readsOnlyOnThePrimaryNow();
  }

  @Test
  void countsOfATransactionThatIsRolledBackAreSeen() throws SQLException {
    cluster.replicas.forEach(r -> r.reached = 0);
    connection.setAutoCommit(false);
    write("UPDATE item SET version = 6 WHERE version = 5");
    connection.rollback();
    connection.setAutoCommit(true);
    readsOnlyOnThePrimaryNow();
  }

  @Test
  void countsOfATransactionThatEndsWithItsConnectionAreSeen() throws SQLException {
    cluster.replicas.forEach(r -> r.reached = 0);
    run("BEGIN");
    write("UPDATE item SET version = 6 WHERE version = 5");
    connection.close();
    connection = cluster.connect();
    readsOnlyOnThePrimaryNow();
  }

  @Test
  void everyTableOfABatchCountsAsWritten() throws SQLException {
    cluster.replicas.forEach(r -> r.reached = 0);
    try (Statement statement = connection.createStatement()) {
      statement.addBatch("INSERT INTO log VALUES (1)");
      statement.addBatch("INSERT INTO item VALUES (1)");
      statement.executeBatch();
    }
    readsOnlyOnThePrimaryNow();
  }
}
