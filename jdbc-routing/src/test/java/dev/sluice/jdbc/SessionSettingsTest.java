package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.causality.CausalScope;
import dev.sluice.sql.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What settings of a session, made by texts or through JDBC, do to where its statements run. */
class SessionSettingsTest {
  private final CausalScope scope = CausalScope.open();
  private StubCluster cluster = new StubCluster();
  private Connection connection = cluster.connect();

  private void speak(Dialect dialect) {
    cluster = new StubCluster(dialect, null);
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

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET autocommit=0, foreign_key_checks=0",
        "SET foreign_key_checks=0, autocommit=0",
        "SET autocommit=0, @v=1",
        "SET @v=1, autocommit=0",
        "SET autocommit=@v",
        "SET SESSION autocommit=(SELECT 0)"
      })
  void refusesAnAutocommitModeThatItCannotFollow(String sql) throws SQLException {
    assertThatThrownBy(() -> run(sql))
        .isInstanceOfSatisfying(
            SQLFeatureNotSupportedException.class,
            e -> assertThat(e.getSQLState()).isEqualTo("0A000"));
    assertThat(connection.getAutoCommit()).isTrue();
    assertThat(cluster.done()).isEmpty();
  }

  @Test
  void refusesAHiddenAutocommitModeInABatch() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.addBatch("SET autocommit=@v");
      statement.addBatch("UPDATE item SET a = 1");
      assertThatThrownBy(statement::executeBatch)
          .isInstanceOf(SQLFeatureNotSupportedException.class);
    }
    try (PreparedStatement statement = connection.prepareStatement("SET autocommit=?")) {
      statement.setInt(1, 0);
      assertThatThrownBy(statement::execute).isInstanceOf(SQLFeatureNotSupportedException.class);
    }
    assertThat(cluster.done()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "SET default_transaction_isolation = 'serializable'",
        "SELECT set_config('default_transaction_isolation', 'serializable', false)"
      })
  void readsStayOnThePrimaryWhileATextHasMadeTransactionsSerializable(String sql)
      throws SQLException {
    speak(Dialect.POSTGRESQL);
    run(sql);
    read("SELECT 1");
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    read("SELECT 2");
    connection.commit();
    connection.setAutoCommit(true);
    assertThat(cluster.replicas.get(0).acquired).isZero();
    run("SET default_transaction_isolation = 'read committed'");
    read("SELECT 3");
    assertThat(cluster.replicas.get(0).acquired).isEqualTo(1);
  }

  @Test
  void resetEndsWhatATextHasMadeSerializable() throws SQLException {
    speak(Dialect.POSTGRESQL);
    run("SET default_transaction_isolation = 'serializable'");
    run("RESET default_transaction_isolation");
    read("SELECT 1");
    assertThat(cluster.replicas.get(0).acquired).isEqualTo(1);
  }

  @Test
  void rollbackEndsWhatATextHasMadeSerializable() throws SQLException {
    speak(Dialect.POSTGRESQL);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setAutoCommit(false);
    run("SET default_transaction_isolation = 'serializable'");
    connection.rollback();
    connection.setAutoCommit(true);
    assertThat(connection.getTransactionIsolation())
        .isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
    read("SELECT 1");
    assertThat(cluster.replicas.get(0).acquired).isEqualTo(1);
  }

  @Test
  void readsStayOnThePrimaryOfMySqlToo() throws SQLException {
    run("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    read("SELECT 1");
    assertThat(cluster.replicas.get(0).acquired).isZero();
    run("SET SESSION tx_isolation = 'READ-COMMITTED'");
    read("SELECT 2");
    assertThat(cluster.replicas.get(0).acquired).isEqualTo(1);
  }

  @Test
  void tellsTheIsolationThatWasSetAlsoAfterOtherSettings() throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
    connection.setCatalog("shop");
    assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
  }

  @Test
  void whatATextSaysOfIsolationHoldsUntilJdbcSaysOtherwise() throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    assertThat(connection.getTransactionIsolation())
        .as("what the server says")
        .isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
    assertThat(cluster.done())
        .startsWith("primary: isolation " + Connection.TRANSACTION_REPEATABLE_READ);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    run("UPDATE item SET a = 1");
    assertThat(cluster.done())
        .containsExactly(
            "primary: isolation " + Connection.TRANSACTION_REPEATABLE_READ,
            "primary: UPDATE item SET a = 1");
  }

  @Test
  void aParameterOfTheApplicationIsTakenBack() throws SQLException {
    speak(Dialect.POSTGRESQL);
    run("SET app.tenant = '42'");
    read("SELECT 1");
    read("SELECT 2");
    assertThat(cluster.done())
        .containsSubsequence(
            "primary: SET app.tenant = '42'",
            "primary: RESET app.tenant",
            "r1: SET app.tenant = '42'",
            "r1: SELECT 1",
            "r1: RESET app.tenant",
            "r1: SET app.tenant = '42'",
            "r1: SELECT 2",
            "r1: RESET app.tenant");
    connection.close();
    assertThat(cluster.primary.discarded + cluster.replicas.get(0).discarded).isZero();
  }

  @Test
  void clientInfoIsTakenBack() throws SQLException {
    Properties info = new Properties();
    info.setProperty("ApplicationName", "shop");
    connection.setClientInfo(info);
    read("SELECT 1");
    assertThat(cluster.done())
        .containsExactly(
            "r1: clientInfo {ApplicationName=shop}", "r1: SELECT 1", "r1: clientInfo {}");
    assertThat(cluster.replicas.get(0).discarded).isZero();
  }

  @Test
  void whatCannotBeTakenBackCostsOnePhysicalConnectionAndNotOneAStatement() throws SQLException {
    run("SET ROLE clerk");
    cluster.replicas.forEach(r -> r.reached = 100);
    for (int i = 0; i < 3; i++) {
      read("SELECT 1");
    }
    assertThat(cluster.replicas.get(0).acquired).isZero();
    connection.close();
    assertThat(cluster.primary.acquired).isEqualTo(1);
    assertThat(cluster.primary.discarded).isEqualTo(1);
  }

  @Test
  void aSchemaWithoutOneBeforeItCostsOneConnectionOfAReplicaAtMost() throws SQLException {
    cluster.primary.catalog = null;
    cluster.replicas.forEach(r -> r.catalog = null);
    connection.setCatalog("shop");
    for (int i = 0; i < 3; i++) {
      read("SELECT 1");
    }
    run("UPDATE item SET a = 1");
    read("SELECT 1");
    assertThat(cluster.replicas.get(0).acquired).isEqualTo(1);
    assertThat(cluster.primary.acquired).isEqualTo(1);
  }
}
