package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.CommitListener;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.causality.PendingCommit;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.Fault;
import dev.sluice.testkit.FaultProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The connection to the primary is cut while a transaction commits. */
@ParameterizedClass
@MethodSource("dev.sluice.testkit.ReplicatedDatabase#availableEngines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommitCutIT {
  @Parameter DatabaseEngine engine;
  private RoutedDatabase database;
  private FaultProxy proxy;
  private HikariDataSource throughProxy;
  private RoutingDataSource routed;
  private final List<CommitOutcome> outcomes = new CopyOnWriteArrayList<>();

  @BeforeParameterizedClassInvocation
  void startServers() throws SQLException {
    database = new RoutedDatabase(engine, "CREATE TABLE cut (id INT PRIMARY KEY, v INT)");
    proxy = FaultProxy.tcp(database.servers.primary().host(), database.servers.primary().port());
    throughProxy = new HikariDataSource();
    throughProxy.setJdbcUrl(
        database
            .servers
            .primary()
            .jdbcUrl()
            .replace(
                database.servers.primary().host() + ":" + database.servers.primary().port(),
                proxy.host() + ":" + proxy.port()));
    // So that each COMMIT goes over the wire as text and the proxy can tell it.
    if (engine == DatabaseEngine.POSTGRESQL) {
      throughProxy.addDataSourceProperty("prepareThreshold", "0");
    }
    throughProxy.setUsername(database.servers.primary().user());
    throughProxy.setPassword(database.servers.primary().password());
    throughProxy.setMaximumPoolSize(4);
    RoutingDataSourceBuilder builder =
        RoutingDataSource.builder().name("cut").primary(throughProxy);
    for (int i = 0; i < database.replicas.size(); i++) {
      builder.replica("r" + i, database.replicas.get(i));
    }
    routed =
        builder
            .commitListener(
                new CommitListener() {
                  @Override
                  public void beforeCommit(PendingCommit commit) {}

                  @Override
                  public void afterCommit(PendingCommit commit, CommitOutcome outcome) {
                    outcomes.add(outcome);
                  }
                })
            .build();
  }

  @AfterParameterizedClassInvocation
  void stopServers() {
    if (routed != null) {
      routed.close();
      throughProxy.close();
      proxy.close();
    }
    if (database != null) {
      database.close();
    }
  }

  @AfterEach
  void nothingIsHeld() {
    proxy.clear();
    await()
        .atMost(RoutedDatabase.LONG)
        .untilAsserted(
            () -> assertThat(throughProxy.getHikariPoolMXBean().getActiveConnections()).isZero());
    outcomes.clear();
  }

  private void cut(Fault fault, int id, boolean text) throws SQLException {
    try (Connection connection = routed.getConnection()) {
      if (text) {
        RoutedDatabase.run(connection, "BEGIN");
      } else {
        connection.setAutoCommit(false);
      }
      RoutedDatabase.run(connection, "INSERT INTO cut VALUES (" + id + ", 1)");
      proxy.add(fault.whenRequestContains("COMMIT").times(1));
      assertThatThrownBy(
              () -> {
                if (text) {
                  RoutedDatabase.run(connection, "COMMIT");
                } else {
                  connection.commit();
                }
              })
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(e.getSQLState()).isEqualTo("08007");
                assertThat(e.getCause()).isInstanceOf(SQLException.class);
              });
    }
    proxy.clear();
    assertThat(outcomes).containsExactly(CommitOutcome.UNKNOWN);
    outcomes.clear();
  }

  private static String count(Connection connection, int id) throws SQLException {
    return RoutedDatabase.value(connection, "SELECT COUNT(*) FROM cut WHERE id = " + id);
  }

  @Test
  void answerLostAfterTheCommitIsUnknownAndTheCallerSeesItsRow() throws SQLException {
    for (boolean text : new boolean[] {false, true}) {
      int id = text ? 2 : 1;
      try (CausalScope scope = CausalScope.open()) {
        cut(Fault.dropResponse(), id, text);
        await()
            .atMost(RoutedDatabase.LONG)
            .untilAsserted(
                () -> {
                  try (Connection bare = database.primary.getConnection()) {
                    assertThat(count(bare, id)).isEqualTo("1");
                  }
                });
        try (Connection connection = routed.getConnection()) {
          assertThat(count(connection, id)).isEqualTo("1");
        }
        assertThat(scope).isNotNull();
      }
    }
  }

  @Test
  void commitThatNeverArrivedIsUnknownToo() throws SQLException {
    cut(Fault.cutBefore(), 3, false);
    await()
        .atMost(RoutedDatabase.LONG)
        .untilAsserted(
            () -> {
              try (Connection bare = database.primary.getConnection()) {
                assertThat(count(bare, 3)).isEqualTo("0");
              }
            });
    try (Connection connection = routed.getConnection()) {
      connection.setAutoCommit(false);
      RoutedDatabase.run(connection, "INSERT INTO cut VALUES (3, 2)");
      connection.commit();
    }
    assertThat(outcomes).containsExactly(CommitOutcome.COMMITTED);
  }
}
