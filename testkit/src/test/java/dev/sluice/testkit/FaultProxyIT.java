package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("engines")
class FaultProxyIT {
  @RegisterExtension
  static final SluiceServers mariaDb = SluiceServers.builder().database(b -> b.replicas(1)).build();

  @RegisterExtension
  static final SluiceServers postgres =
      SluiceServers.builder()
          .database(b -> b.engine(DatabaseEngine.POSTGRESQL).replicas(1))
          .build();

  /** Without a Docker engine the MariaDB above, which is shared. */
  @RegisterExtension
  static final SluiceServers mySql =
      SluiceServers.builder()
          .database(
              b ->
                  b.engine(
                          engines().contains(DatabaseEngine.MYSQL_9_7)
                              ? DatabaseEngine.MYSQL_9_7
                              : DatabaseEngine.MARIADB)
                      .replicas(1))
          .build();

  @Parameter DatabaseEngine engine = DatabaseEngine.MARIADB;

  static List<DatabaseEngine> engines() {
    List<DatabaseEngine> engines = new ArrayList<>(ReplicatedDatabase.availableEngines());
    engines.remove(DatabaseEngine.MYSQL_8_0); // speaks to clients as 9.7 does
    return engines;
  }

  private DatabaseNode primary() {
    SluiceServers servers =
        switch (engine) {
          case MARIADB -> mariaDb;
          case POSTGRESQL -> postgres;
          case MYSQL_9_7, MYSQL_8_0 -> mySql;
        };
    return servers.database().primary();
  }

  private Connection connect(FaultProxy proxy) throws SQLException {
    DatabaseNode node = primary();
    String url = node.jdbcUrl().replace(":" + node.port() + "/", ":" + proxy.port() + "/");
    return DriverManager.getConnection(url, node.user(), node.password());
  }

  private long insertWith(Fault fault) throws SQLException {
    DatabaseNode node = primary();
    try (LeakCheck leaks = new LeakCheck();
        Connection admin = leaks.watch(node.dataSource()).getConnection();
        FaultProxy proxy = FaultProxy.tcp(node.host(), node.port())) {
      Sql.run(admin, "DROP TABLE IF EXISTS cut", "CREATE TABLE cut (id INT PRIMARY KEY)");
      try (Connection connection = connect(proxy)) {
        connection.setAutoCommit(false);
        Sql.run(connection, "INSERT INTO cut VALUES (1)");
        proxy.add(fault);
        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        assertThat(proxy.happened()).containsExactly(1);
      }
      return Sql.number(admin, "SELECT COUNT(*) FROM cut");
    }
  }

  @Test
  void connectionCutBeforeCommitReachedTheServerLosesTheTransaction() throws SQLException {
    assertThat(insertWith(Fault.cutBefore().whenRequestContains("commit"))).isZero();
  }

  @Test
  void connectionCutAfterCommitReachedTheServerKeepsTheTransaction() throws SQLException {
    assertThat(insertWith(Fault.dropResponse().whenRequestContains("COMMIT"))).isEqualTo(1);
  }

  @Test
  void countsRoundTripsAndDelaysThem() throws SQLException {
    try (FaultProxy proxy = FaultProxy.tcp(primary().host(), primary().port());
        Connection connection = connect(proxy)) {
      long before = proxy.roundTrips();
      for (int i = 0; i < 10; i++) {
        Sql.number(connection, "SELECT 1");
      }
      assertThat(proxy.roundTrips() - before).isEqualTo(10);
      proxy.add(Fault.delayRequest(Duration.ofMillis(200)).times(1));
      long begin = System.nanoTime();
      Sql.number(connection, "SELECT 1");
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isGreaterThanOrEqualTo(Duration.ofMillis(200));
      proxy.cutAll();
      assertThatThrownBy(() -> Sql.number(connection, "SELECT 1")).isInstanceOf(SQLException.class);
    }
  }
}
