package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.causality.CausalScope;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementObserver;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.LeakCheck;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A replicated database with pools and a routing data source over it. */
final class RoutedDatabase implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(30);

  final DatabaseEngine engine;
  final ReplicatedDatabase servers;
  final HikariDataSource primary;
  final List<HikariDataSource> replicas = new ArrayList<>();
  final RoutingDataSource routed;
  private final LeakCheck leaks = new LeakCheck();
  private final AtomicReference<StatementObserver.Where> last = new AtomicReference<>();

  RoutedDatabase(DatabaseEngine engine, String... statements) throws SQLException {
    this.engine = engine;
    servers = ReplicatedDatabase.builder().engine(engine).replicas(2).start();
    try (Connection connection = servers.primary().dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
    servers.awaitReplicated(LONG);
    primary = pool(servers.primary());
    RoutingDataSourceBuilder builder =
        RoutingDataSource.builder()
            .name("shop")
            .primary(primary)
            .sampleInterval(Duration.ofMillis(10))
            .ejection(2, Duration.ofMillis(100), Duration.ofSeconds(1))
            .observer(new Observer());
    for (DatabaseNode each : servers.replicas()) {
      HikariDataSource pool = pool(each);
      replicas.add(pool);
      builder.replica(each.name(), pool);
    }
    routed = builder.build();
    awaitReplicaReads();
  }

  boolean mysql() {
    return engine != DatabaseEngine.POSTGRESQL;
  }

  private HikariDataSource pool(DatabaseNode node) {
    HikariConfig config = new HikariConfig();
    // Below the pool, which is to be HikariCP itself.
    config.setDataSource(leaks.watch(node.dataSource()));
    config.setMaximumPoolSize(12);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(3_000);
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  /** Waits until a plain read of a caller who has seen nothing runs on a replica. */
  void awaitReplicaReads() {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              try (CausalScope scope = CausalScope.open();
                  Connection connection = routed.getConnection()) {
                assertThat(value(connection, "SELECT 1")).isEqualTo("1");
                assertThat(where()).isEqualTo(StatementObserver.Where.REPLICA);
                assertThat(scope).isNotNull();
              }
            });
  }

  /** Where the last statement of any connection ran. */
  StatementObserver.Where where() {
    return last.get();
  }

  /** Waits until no pool misses a connection. */
  void assertNothingHeld() {
    List<HikariDataSource> pools = new ArrayList<>(replicas);
    pools.add(primary);
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              for (HikariDataSource each : pools) {
                assertThat(each.getHikariPoolMXBean().getActiveConnections()).isZero();
              }
            });
  }

  static @Nullable String value(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    }
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    routed.close();
    // What looked into the catalog when it was closed gives its connection back by itself.
    assertNothingHeld();
    replicas.forEach(HikariDataSource::close);
    primary.close();
    try {
      await().atMost(LONG).until(() -> leaks.leaks().isEmpty());
    } finally {
      servers.close();
      leaks.close();
    }
  }

  private final class Observer implements StatementObserver, StatementObserver.Recorder {
    @Override
    public Recorder prepared(SqlStatement statement) {
      return this;
    }

    @Override
    public boolean wantsBindingHash() {
      return false;
    }

    @Override
    public void executed(
        long elapsedNanos, long rows, long bindingHash, Where node, @Nullable Throwable error) {
      last.set(node);
    }
  }
}
