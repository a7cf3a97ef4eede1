package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.causality.CausalScope;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.FaultProxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Round trips between client and servers, counted on the wire: routing adds none. Sampling, which
 * goes on in the background, is left out by counting several times and taking the least.
 */
@ParameterizedClass
@MethodSource("dev.sluice.testkit.ReplicatedDatabase#availableEngines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoundTripIT {
  private static final int ATTEMPTS = 12;
  private static final int OPERATIONS = 20;

  @Parameter DatabaseEngine engine;
  private RoutedDatabase database;
  private final List<FaultProxy> proxies = new ArrayList<>();
  private final List<HikariDataSource> pools = new ArrayList<>();
  private HikariDataSource alone;
  private RoutingDataSource routed;

  @BeforeParameterizedClassInvocation
  void startServers() throws SQLException {
    database =
        new RoutedDatabase(
            engine,
            "CREATE TABLE trip (id INT PRIMARY KEY, v INT)",
            "INSERT INTO trip VALUES (1, 1)");
    RoutingDataSourceBuilder builder =
        RoutingDataSource.builder()
            .name("trips")
            .primary(pool(database.servers.primary()))
            .sampleInterval(Duration.ofSeconds(1));
    for (DatabaseNode each : database.servers.replicas()) {
      builder.replica(each.name(), pool(each));
    }
    routed = builder.build();
    alone = pool(database.servers.primary());
  }

  private HikariDataSource pool(DatabaseNode node) {
    FaultProxy proxy = FaultProxy.tcp(node.host(), node.port());
    proxies.add(proxy);
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(
        node.jdbcUrl().replace(node.host() + ":" + node.port(), proxy.host() + ":" + proxy.port()));
    config.setUsername(node.user());
    config.setPassword(node.password());
    config.setMaximumPoolSize(2);
    HikariDataSource pool = new HikariDataSource(config);
    pools.add(pool);
    return pool;
  }

  @AfterParameterizedClassInvocation
  void stopServers() {
    if (routed != null) {
      routed.close();
    }
    pools.forEach(HikariDataSource::close);
    proxies.forEach(FaultProxy::close);
    if (database != null) {
      database.close();
    }
  }

  private interface Operation {
    void run(DataSource source) throws SQLException;
  }

  private long trips(DataSource source, Operation operation) throws SQLException {
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try (CausalScope fresh = CausalScope.open()) {
        assertThat(fresh).isNotNull();
        long before = proxies.stream().mapToLong(FaultProxy::roundTrips).sum();
        for (int i = 0; i < OPERATIONS; i++) {
          operation.run(source);
        }
        long after = proxies.stream().mapToLong(FaultProxy::roundTrips).sum();
        least = Math.min(least, after - before);
      }
    }
    return least;
  }

  private void assertAddsNone(Operation operation) throws SQLException {
    long routedTrips = trips(routed, operation);
    long aloneTrips = trips(alone, operation);
    assertThat(aloneTrips).isGreaterThanOrEqualTo(OPERATIONS);
    assertThat(routedTrips).isGreaterThanOrEqualTo(OPERATIONS).isLessThanOrEqualTo(aloneTrips);
  }

  private static void read(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT v FROM trip WHERE id = ?")) {
      statement.setInt(1, 1);
      try (ResultSet rows = statement.executeQuery()) {
        assertThat(rows.next()).isTrue();
      }
    }
  }

  private static void write(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("UPDATE trip SET v = ? WHERE id = ?")) {
      statement.setInt(1, 7);
      statement.setInt(2, 1);
      assertThat(statement.executeUpdate()).isEqualTo(1);
    }
  }

  @Test
  void autocommitRead() throws SQLException {
    assertAddsNone(
        source -> {
          try (Connection connection = source.getConnection()) {
            read(connection);
          }
        });
  }

  @Test
  void autocommitReadOfWhatWasJustWritten() throws SQLException {
    assertAddsNone(
        source -> {
          try (Connection connection = source.getConnection()) {
            write(connection);
            read(connection);
          }
        });
  }

  @Test
  void autocommitWrite() throws SQLException {
    assertAddsNone(
        source -> {
          try (Connection connection = source.getConnection()) {
            write(connection);
          }
        });
  }

  @Test
  void connectionThatRunsNothing() throws SQLException {
    try (Connection connection = routed.getConnection()) {
      read(connection);
    }
    long routedTrips =
        trips(
            routed,
            source -> {
              try (Connection connection = source.getConnection()) {
                connection.setAutoCommit(false);
                connection.commit();
                connection.setAutoCommit(true);
              }
            });
    assertThat(routedTrips).isZero();
  }

  @Test
  void readOnlyTransaction() throws SQLException {
    assertAddsNone(
        source -> {
          try (Connection connection = source.getConnection()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            read(connection);
            read(connection);
            connection.commit();
            connection.setAutoCommit(true);
            connection.setReadOnly(false);
          }
        });
  }

  @Test
  void transaction() throws SQLException {
    assertAddsNone(
        source -> {
          try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            read(connection);
            write(connection);
            connection.commit();
            connection.setAutoCommit(true);
          }
        });
  }

  @Test
  void transactionThatIsRolledBack() throws SQLException {
    assertAddsNone(
        source -> {
          try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            write(connection);
            connection.rollback();
            connection.setAutoCommit(true);
          }
        });
  }
}
