package dev.sluice.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementObserver;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Three databases with the same tables on one primary: one behind the routing data source, one
 * behind a HikariCP pool, one behind nothing but the driver.
 */
final class ComparedDatabase implements AutoCloseable {
  static final String ROUTED = "test";
  static final String POOLED = "pooled";
  static final String DRIVER = "driver";
  static final List<String> NAMES = List.of(ROUTED, POOLED, DRIVER);

  final DatabaseEngine engine;
  final boolean mysql;
  final ReplicatedDatabase servers;
  final RoutingDataSource routed;
  final HikariDataSource pooled;
  final List<HikariDataSource> routedPools = new ArrayList<>();
  final AtomicLong onReplicas = new AtomicLong();
  private final List<Connection> cleaners = new ArrayList<>();

  ComparedDatabase(DatabaseEngine engine) throws SQLException {
    this.engine = engine;
    mysql = engine != DatabaseEngine.POSTGRESQL;
    servers = ReplicatedDatabase.builder().engine(engine).replicas(1).start();
    try (Connection admin = servers.primary().adminDataSource().getConnection()) {
      for (String name : NAMES) {
        create(admin, name);
      }
    }
    for (String name : NAMES) {
      cleaners.add(connect(name));
      if (!mysql) {
        RoutedDatabase.run(cleaners.get(cleaners.size() - 1), "CREATE SCHEMA b");
        for (String each : ComparedSchema.create(engine, name)) {
          RoutedDatabase.run(cleaners.get(cleaners.size() - 1), each);
        }
      }
    }
    servers.awaitReplicated(RoutedDatabase.LONG);
    pooled = pool(servers.primary(), POOLED);
    HikariDataSource primary = pool(servers.primary(), ROUTED);
    HikariDataSource replica = pool(servers.replica(0), ROUTED);
    routedPools.add(primary);
    routedPools.add(replica);
    routed =
        RoutingDataSource.builder()
            .name("shop")
            .primary(primary)
            .replica("r1", replica)
            .sampleInterval(Duration.ofMillis(5))
            .observer(new Observer())
            .build();
  }

  private void create(Connection admin, String name) throws SQLException {
    String user = servers.primary().user();
    if (!mysql) {
      if (!name.equals(ROUTED)) {
        RoutedDatabase.run(admin, "CREATE DATABASE " + name + " OWNER " + user);
      }
      return;
    }
    for (String each : List.of(name, name + "_b")) {
      RoutedDatabase.run(admin, "CREATE DATABASE IF NOT EXISTS " + each);
      RoutedDatabase.run(admin, "GRANT ALL ON " + each + ".* TO " + user + "@'%'");
    }
    // A routine needs more rights than the application has.
    RoutedDatabase.run(admin, "USE " + name);
    for (String each : ComparedSchema.create(engine, name)) {
      RoutedDatabase.run(admin, each);
    }
  }

  /** A connection that only the driver has. */
  Connection connect(String name) throws SQLException {
    DatabaseNode node = servers.primary();
    return DriverManager.getConnection(url(node, name), node.user(), node.password());
  }

  private String url(DatabaseNode node, String name) {
    String url = node.jdbcUrl().replace("/" + ROUTED, "/" + name);
    String options =
        mysql
            ? "allowMultiQueries=true&socketTimeout=20000&sessionVariables=innodb_lock_wait_timeout=3,lock_wait_timeout=5"
            : "socketTimeout=20&options=-c%20lock_timeout=5000";
    return url + (url.contains("?") ? "&" : "?") + options;
  }

  private HikariDataSource pool(DatabaseNode node, String name) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url(node, name));
    config.setUsername(node.user());
    config.setPassword(node.password());
    config.setMaximumPoolSize(20);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(5_000);
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  /** Makes the tables of all three what they were at first. */
  void reset(boolean fully) throws SQLException {
    for (int i = 0; i < NAMES.size(); i++) {
      for (String sql : ComparedSchema.reset(engine, fully)) {
        try {
          RoutedDatabase.run(cleaners.get(i), sql);
        } catch (SQLException e) {
          throw new SQLException("somebody holds locks of " + NAMES.get(i) + ": " + sql, e);
        }
      }
    }
  }

  /** The rows of all tables. */
  String rows(int database) throws SQLException {
    StringBuilder all = new StringBuilder();
    for (String sql : ComparedSchema.contents(engine)) {
      try (Statement statement = cleaners.get(database).createStatement()) {
        all.append(ComparedSide.rows(statement.executeQuery(sql))).append('\n');
      } catch (SQLException e) {
        all.append(e.getSQLState()).append('\n');
      }
    }
    return all.toString();
  }

  /** How many physical connections somebody holds. */
  int held() {
    int held = 0;
    for (HikariDataSource each : routedPools) {
      held += each.getHikariPoolMXBean().getActiveConnections();
    }
    return held;
  }

  @Override
  public void close() {
    routed.close();
    for (Connection each : cleaners) {
      try {
        each.close();
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    }
    pooled.close();
    routedPools.forEach(HikariDataSource::close);
    servers.close();
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
      if (node == Where.REPLICA || node == Where.REPLICA_IN_TRANSACTION) {
        onReplicas.incrementAndGet();
      }
    }
  }
}
