package dev.sluice.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.queue.WriteLedger;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.NodeCounters;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What messages are written to: MariaDB without replicas, behind a pool. Safe for several threads.
 */
final class OrdersDatabase implements AutoCloseable {
  static final String INSERT = "INSERT INTO orders (id, quantity) VALUES (?, ?)";
  static final String COUNT =
      "INSERT INTO page_view (product, views) VALUES (?, ?) ON DUPLICATE KEY UPDATE views = views + 1";

  private final ReplicatedDatabase database;
  private final HikariDataSource pool;

  OrdersDatabase(int connections) throws SQLException {
    database =
        ReplicatedDatabase.builder()
            .engine(DatabaseEngine.MARIADB)
            .replicas(0)
            .databaseName("shop")
            .memoryMegabytes(128)
            .start();
    DatabaseNode primary = database.primary();
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(primary.jdbcUrl());
    config.setUsername(primary.user());
    config.setPassword(primary.password());
    config.setMaximumPoolSize(connections);
    pool = new HikariDataSource(config);
    execute("CREATE TABLE orders (id BIGINT PRIMARY KEY, quantity INT NOT NULL)");
    execute("CREATE TABLE page_view (product BIGINT PRIMARY KEY, views BIGINT NOT NULL)");
    WriteLedger.createTables(pool);
  }

  HikariDataSource pool() {
    return pool;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** One transaction of one write, {@link #INSERT} or {@link #COUNT}. */
  void write(String sql, long key) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, key);
      statement.setLong(2, 1);
      statement.executeUpdate();
    }
  }

  NodeCounters counters() {
    return database.primary().counters();
  }

  void count(ServerCounts counts, NodeCounters before) {
    NodeCounters used = counters().minus(before);
    counts.statements = used.statements();
    counts.commits = used.commits();
  }

  /** Throws unless every write is there exactly once. */
  void check(long writes) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT (SELECT COUNT(*) FROM orders) + (SELECT COALESCE(SUM(views), 0) FROM page_view)")) {
      row.next();
      if (row.getLong(1) != writes) {
        throw new IllegalStateException(writes + " writes, found " + row.getLong(1));
      }
    }
  }

  @Override
  public void close() {
    pool.close();
    database.close();
  }
}
