package dev.sluice.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.queue.Write;
import dev.sluice.queue.WriteApplier;
import dev.sluice.queue.WriteLedger;
import dev.sluice.queue.WriteQueue;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.NodeCounters;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * 1,000 messages until all are committed: a transaction each, as a plain consumer of a queue does,
 * and through queue and applier with one lane. MariaDB without replicas; the queue is in memory,
 * since its own round trips are the same for both.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class QueueBatch {
  static final int MESSAGES = 1_000;
  private static final int COUNTERS = 50;

  /** What the messages do: insert a row each, or add to one of 50 counters. */
  @Param({"rows", "counters"})
  public String writes = "";

  private ReplicatedDatabase database;
  private HikariDataSource pool;
  private WriteQueue queue;
  private WriteApplier applier;
  private long number;

  /** What the server itself counted for the 1,000 messages. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class ServerCounts {
    /** Statements. */
    public long statements;

    /** Commits. */
    public long commits;
  }

  /** Starts database, queue and applier. */
  @Setup
  public void start() throws SQLException {
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
    config.setMaximumPoolSize(4);
    pool = new HikariDataSource(config);
    execute("CREATE TABLE orders (id BIGINT PRIMARY KEY, quantity INT NOT NULL)");
    execute("CREATE TABLE page_view (product BIGINT PRIMARY KEY, views BIGINT NOT NULL)");
    WriteLedger.createTables(pool);
    MemoryQueue transport = new MemoryQueue();
    queue =
        WriteQueue.builder()
            .name("shop")
            .lanes(1)
            .transport(transport)
            .ledger(pool)
            .appliedPoll(Duration.ofMillis(5))
            .build();
    applier =
        WriteApplier.builder()
            .name("shop")
            .lanes(1)
            .transport(transport)
            .dataSource(pool)
            .build()
            .start();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Checks that every write is there exactly once, and stops all. */
  @TearDown
  public void stop() throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT (SELECT COUNT(*) FROM orders) + (SELECT COALESCE(SUM(views), 0) FROM page_view)")) {
      row.next();
      if (row.getLong(1) != number) {
        throw new IllegalStateException(number + " writes, found " + row.getLong(1));
      }
    } finally {
      queue.close();
      applier.close();
      pool.close();
      database.close();
    }
  }

  /** A transaction a message. */
  @Benchmark
  public void transactionEach(ServerCounts counts) throws SQLException {
    NodeCounters before = database.primary().counters();
    String sql =
        writes.equals("rows")
            ? "INSERT INTO orders (id, quantity) VALUES (?, ?)"
            : "INSERT INTO page_view (product, views) VALUES (?, ?) ON DUPLICATE KEY UPDATE views = views + 1";
    for (int i = 0; i < MESSAGES; i++) {
      try (Connection connection = pool.getConnection();
          PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setLong(1, writes.equals("rows") ? number : number % COUNTERS);
        statement.setLong(2, 1);
        statement.executeUpdate();
      }
      number++;
    }
    count(counts, before);
  }

  /** Through the queue: submitted, sent in packs, applied in batches, and known to be applied. */
  @Benchmark
  public void queueAndApplier(ServerCounts counts) throws Exception {
    NodeCounters before = database.primary().counters();
    List<CompletableFuture<Void>> applied = new ArrayList<>(MESSAGES);
    for (int i = 0; i < MESSAGES; i++) {
      applied.add(queue.submit(write()).applied().toCompletableFuture());
      number++;
    }
    for (CompletableFuture<Void> each : applied) {
      each.get(30, TimeUnit.SECONDS);
    }
    count(counts, before);
  }

  private Write write() {
    return writes.equals("rows")
        ? Write.insert("orders", Map.of("id", number), Map.of("quantity", 1))
        : Write.add("page_view", Map.of("product", number % COUNTERS), Map.of("views", 1));
  }

  private void count(ServerCounts counts, NodeCounters before) {
    NodeCounters used = database.primary().counters().minus(before);
    counts.statements = used.statements();
    counts.commits = used.commits();
  }
}
