package dev.sluice.jdbc;

import static dev.sluice.jdbc.RoutedDatabase.run;
import static dev.sluice.jdbc.RoutedDatabase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.causality.CausalScope;
import dev.sluice.sql.StatementObserver.Where;
import dev.sluice.testkit.DatabaseEngine;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections on real servers: where statements run, and what the session holds. */
@ParameterizedClass
@MethodSource("dev.sluice.testkit.ReplicatedDatabase#availableEngines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutingIT {
  @Parameter DatabaseEngine engine;
  private RoutedDatabase database;
  private CausalScope scope;
  private Connection connection;

  @BeforeParameterizedClassInvocation
  void startServers() throws SQLException {
    boolean mysql = engine != DatabaseEngine.POSTGRESQL;
    String id = mysql ? "INT AUTO_INCREMENT PRIMARY KEY" : "SERIAL PRIMARY KEY";
    database =
        new RoutedDatabase(
            engine,
            "CREATE TABLE item (id " + id + ", a INT NOT NULL, b VARCHAR(100))",
            "INSERT INTO item (a, b) VALUES (1, 'one')",
            mysql
                ? "CREATE PROCEDURE twice(IN x INT, OUT y INT) SET y = 2 * x"
                : "CREATE FUNCTION twice(x INT, OUT y INT) AS 'SELECT 2 * x' LANGUAGE sql");
  }

  @AfterParameterizedClassInvocation
  void stopServers() {
    if (database != null) {
      database.close();
    }
  }

  @BeforeEach
  void connect() throws SQLException {
    database.servers.awaitReplicated(RoutedDatabase.LONG);
    database.awaitReplicaReads();
    scope = CausalScope.open();
    connection = database.routed.getConnection();
  }

  @AfterEach
  void nothingIsHeld() throws SQLException {
    connection.close();
    scope.close();
    database.assertNothingHeld();
  }

  private void ranOn(Where where) {
    assertThat(database.where()).isEqualTo(where);
  }

  @Test
  void readsOnReplicasAndWritesOnThePrimary() throws SQLException {
    assertThat(value(connection, "SELECT b FROM item WHERE id = 1")).isEqualTo("one");
    ranOn(Where.REPLICA);
    database.assertNothingHeld();
    run(connection, "UPDATE item SET a = a + 1 WHERE id = 1");
    ranOn(Where.PRIMARY);
    assertThat(value(connection, "SELECT id FROM item WHERE id = 1 FOR UPDATE")).isEqualTo("1");
    ranOn(Where.PRIMARY);
  }

  @Test
  void whatStandbysDoNotHaveIsReadFromThePrimary() throws SQLException {
    if (!database.mysql()) {
      run(connection, "CREATE UNLOGGED TABLE beside (a int)");
      run(connection, "INSERT INTO beside VALUES (7)");
      database.servers.awaitReplicated(RoutedDatabase.LONG);
      database.awaitReplicaReads();
    }
    try (CausalScope fresh = CausalScope.open();
        Connection other = database.routed.getConnection()) {
      assertThat(fresh).isNotNull();
      String table = database.mysql() ? "item WHERE id = 1" : "beside";
      assertThat(value(other, "SELECT a FROM " + table)).isNotNull();
      ranOn(database.mysql() ? Where.REPLICA : Where.PRIMARY);
    }
    if (!database.mysql()) {
      run(connection, "DROP TABLE beside");
    }
  }

  @Test
  void transactionsRunOnThePrimaryAndReadOnlyOnesOnAReplica() throws SQLException {
    connection.setAutoCommit(false);
    value(connection, "SELECT a FROM item");
    ranOn(Where.PRIMARY_IN_TRANSACTION);
    connection.commit();
    connection.setReadOnly(true);
    // What was seen on the primary in between is not on every replica at once.
    try (CausalScope fresh = CausalScope.open();
        Connection other = database.routed.getConnection()) {
      other.setReadOnly(true);
      other.setAutoCommit(false);
      value(other, "SELECT a FROM item");
      ranOn(Where.REPLICA_IN_TRANSACTION);
      value(other, "SELECT b FROM item");
      other.rollback();
      assertThatThrownBy(() -> run(other, "DELETE FROM item"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));
      assertThat(fresh).isNotNull();
    }
  }

  @Test
  void textTransactionsFollowTheSameRules() throws SQLException {
    run(connection, "START TRANSACTION READ ONLY");
    value(connection, "SELECT a FROM item");
    ranOn(Where.REPLICA_IN_TRANSACTION);
    run(connection, "COMMIT");
    run(connection, "BEGIN");
    run(connection, "INSERT INTO item (a, b) VALUES (5, 'text')");
    ranOn(Where.PRIMARY_IN_TRANSACTION);
    run(connection, "ROLLBACK");
    assertThat(value(connection, "SELECT COUNT(*) FROM item WHERE b = 'text'")).isEqualTo("0");
  }

  @Test
  void closingRollsBack() throws SQLException {
    try (Connection other = database.routed.getConnection()) {
      run(other, "BEGIN");
      run(other, "INSERT INTO item (a, b) VALUES (5, 'left')");
    }
    try (Connection other = database.routed.getConnection()) {
      other.setAutoCommit(false);
      run(other, "INSERT INTO item (a, b) VALUES (5, 'left')");
    }
    assertThat(value(connection, "SELECT COUNT(*) FROM item WHERE b = 'left'")).isEqualTo("0");
  }

  @Test
  void savepointsWork() throws SQLException {
    connection.setAutoCommit(false);
    Savepoint start = connection.setSavepoint();
    run(connection, "INSERT INTO item (a, b) VALUES (5, 'save')");
    connection.rollback(start);
    run(connection, "INSERT INTO item (a, b) VALUES (6, 'save')");
    connection.commit();
    assertThat(value(connection, "SELECT COUNT(*) FROM item WHERE b = 'save'")).isEqualTo("1");
    connection.commit();
  }

  @Test
  void givesGeneratedKeysAlsoAfterOtherStatements() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO item (a, b) VALUES (?, 'keys')", Statement.RETURN_GENERATED_KEYS)) {
      insert.setInt(1, 7);
      insert.executeUpdate();
      value(connection, "SELECT 1");
      try (ResultSet keys = insert.getGeneratedKeys()) {
        assertThat(keys.next()).isTrue();
        String id = keys.getString(1);
        assertThat(value(connection, "SELECT a FROM item WHERE id = " + id)).isEqualTo("7");
        assertThat(
                value(
                    connection, database.mysql() ? "SELECT LAST_INSERT_ID()" : "SELECT lastval()"))
            .isEqualTo(id);
      }
    }
  }

  @Test
  void runsBatches() throws SQLException {
    try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO item (a, b) VALUES (?, ?)");
        Statement mixed = connection.createStatement()) {
      for (int i = 0; i < 5; i++) {
        insert.setInt(1, i);
        insert.setString(2, "batch");
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).hasSize(5);
      mixed.addBatch("UPDATE item SET a = 9 WHERE b = 'batch'");
      mixed.addBatch("DELETE FROM item WHERE b = 'batch'");
      assertThat(mixed.executeBatch()).containsExactly(5, 5);
      ranOn(Where.PRIMARY);
    }
  }

  @Test
  void streamsFromAReplicaWhileItWrites() throws SQLException {
    try (Statement reader = connection.createStatement()) {
      reader.setFetchSize(database.mysql() ? Integer.MIN_VALUE : 1);
      try (ResultSet rows = reader.executeQuery("SELECT id FROM item ORDER BY id")) {
        ranOn(Where.REPLICA);
        assertThat(rows.next()).isTrue();
        run(connection, "UPDATE item SET a = a + 1 WHERE id = 1");
        int more = 0;
        while (rows.next()) {
          more++;
        }
        assertThat(more).isNotNegative();
      }
    } catch (SQLException e) {
      // Some drivers refuse streaming with these settings; then the bare driver must refuse too.
      try (Connection bare = database.primary.getConnection();
          Statement reader = bare.createStatement()) {
        assertThatThrownBy(() -> reader.setFetchSize(Integer.MIN_VALUE))
            .isInstanceOf(SQLException.class);
      }
    }
  }

  @Test
  void returningComesThroughExecuteQuery() throws SQLException {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        engine == DatabaseEngine.MARIADB || engine == DatabaseEngine.POSTGRESQL,
        "MySQL has no RETURNING");
    assertThat(value(connection, "INSERT INTO item (a, b) VALUES (3, 'ret') RETURNING a"))
        .isEqualTo("3");
    ranOn(Where.PRIMARY);
    assertThat(value(connection, "SELECT COUNT(*) FROM item WHERE b = 'ret'")).isEqualTo("1");
  }

  @Test
  void callsRoutines() throws SQLException {
    String call = "{call twice(?, ?)}";
    try (CallableStatement statement = connection.prepareCall(call)) {
      statement.setInt(1, 21);
      statement.registerOutParameter(2, java.sql.Types.INTEGER);
      statement.execute();
      assertThat(statement.getInt(2)).isEqualTo(42);
      ranOn(Where.PRIMARY);
    }
  }

  @Test
  void repeatsSettingsOnEveryPhysicalConnectionAndTakesThemBack() throws SQLException {
    String read =
        database.mysql()
            ? "SELECT @@SESSION.time_zone"
            : "SELECT pg_catalog.current_setting('timezone')";
    String before;
    try (Connection bare = database.primary.getConnection()) {
      before = value(bare, read);
    }
    run(connection, database.mysql() ? "SET time_zone = '+05:00'" : "SET timezone = '+05:00'");
    String now = value(connection, read);
    assertThat(now).isNotEqualTo(before);
    connection.setAutoCommit(false);
    assertThat(value(connection, read)).isEqualTo(now);
    connection.commit();
    connection.close();
    for (int i = 0; i < 3; i++) {
      try (Connection bare = database.primary.getConnection()) {
        assertThat(value(bare, read)).isEqualTo(before);
      }
    }
  }

  @Test
  void readsOfASerializableSessionRunOnThePrimary() throws SQLException {
    run(
        connection,
        database.mysql()
            ? "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE"
            : "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    value(connection, "SELECT COUNT(*) FROM item");
    ranOn(Where.PRIMARY);
    connection.close();
    try (Connection bare = database.primary.getConnection()) {
      assertThat(bare.getTransactionIsolation()).isNotEqualTo(Connection.TRANSACTION_SERIALIZABLE);
    }
  }

  @Test
  void parametersOfTheApplicationKeepTheirPhysicalConnections() throws SQLException {
    if (database.mysql()) {
      return;
    }
    String read =
        "SELECT MAX(backend_start)::text || pg_catalog.current_setting('app.tenant', true)"
            + " FROM pg_catalog.pg_stat_activity WHERE pid = pg_catalog.pg_backend_pid()";
    run(connection, "SET app.tenant = '42'");
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      seen.add(value(connection, read));
    }
    connection.close();
    assertThat(seen).allMatch(each -> each.endsWith("42"));
    assertThat(seen).as("backends").hasSizeLessThan(10);
    try (Connection bare = database.primary.getConnection()) {
      assertThat(value(bare, "SELECT pg_catalog.current_setting('app.tenant', true)"))
          .isNullOrEmpty();
    }
  }

  @Test
  void temporaryTablesPin() throws SQLException {
    run(connection, "CREATE TEMPORARY TABLE mine (id INT)");
    run(connection, "INSERT INTO mine VALUES (4)");
    assertThat(value(connection, "SELECT id FROM mine")).isEqualTo("4");
  }

  @Test
  void unwrapGivesThePrimarysConnection() throws SQLException {
    Class<? extends Connection> type = database.mysql() ? mysqlType() : pgType();
    Connection physical = connection.unwrap(type);
    assertThat(physical).isNotSameAs(connection);
    assertThat(value(connection, "SELECT 1")).isEqualTo("1");
    ranOn(Where.PRIMARY);
  }

  private static Class<? extends Connection> pgType() {
    return type("org.postgresql.jdbc.PgConnection");
  }

  private Class<? extends Connection> mysqlType() {
    return type(
        engine == DatabaseEngine.MARIADB
            ? "org.mariadb.jdbc.Connection"
            : "com.mysql.cj.jdbc.ConnectionImpl");
  }

  private static Class<? extends Connection> type(String name) {
    try {
      return Class.forName(name).asSubclass(Connection.class);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void metadataHoldsNothing() throws SQLException {
    try (ResultSet tables = connection.getMetaData().getTables(null, null, "item", null)) {
      assertThat(tables.next()).isTrue();
    }
    assertThat(connection.getMetaData().getDatabaseProductName()).isNotEmpty();
    assertThat(connection.isValid(5)).isTrue();
    database.assertNothingHeld();
  }

  @Test
  void updatableResultsWriteOnThePrimary() throws SQLException {
    try (Statement statement =
            connection.createStatement(
                ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
        ResultSet rows = statement.executeQuery("SELECT id, a, b FROM item WHERE id = 1")) {
      ranOn(Where.PRIMARY);
      assertThat(rows.next()).isTrue();
      rows.updateString("b", "one");
      rows.updateInt("a", 1234);
      rows.updateRow();
    }
    assertThat(value(connection, "SELECT a FROM item WHERE id = 1")).isEqualTo("1234");
  }
}
