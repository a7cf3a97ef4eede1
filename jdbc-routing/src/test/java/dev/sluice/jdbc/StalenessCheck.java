package dev.sluice.jdbc;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.CausalSource;
import dev.sluice.causality.Freshness;
import dev.sluice.testkit.DatabaseNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Counters that only grow, in two tables. Each caller, a scope, writes and reads several times and
 * knows the least value that it may be shown: what it has written and what it has seen.
 */
final class StalenessCheck {
  private static final int COUNTERS = 4;

  record Result(long reads, long onReplicas, long writes, long refused, Queue<String> violations) {}

  private final PooledCluster cluster;
  private final CausalSource source;
  private final LongAdder reads = new LongAdder();
  private final LongAdder onReplicas = new LongAdder();
  private final LongAdder writes = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  StalenessCheck(PooledCluster cluster, CausalSource source, DatabaseNode primary)
      throws SQLException {
    this.cluster = cluster;
    this.source = source;
    try (Connection connection = primary.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String table : List.of("counter_a", "counter_b")) {
        statement.execute("CREATE TABLE " + table + " (id INT PRIMARY KEY, v BIGINT NOT NULL)");
        for (int i = 0; i < COUNTERS; i++) {
          statement.execute("INSERT INTO " + table + " VALUES (" + i + ", 0)");
        }
      }
    }
    // Tables of their own timing: callers that have seen nothing may be shown a time before them.
    long epoch = cluster.epoch();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (System.nanoTime() - end < 0 && !reached(epoch)) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private boolean reached(long epoch) {
    try (CausalScope scope = CausalScope.open()) {
      CausalMemory memory = scope.memory(source);
      memory.wrote(List.of(), epoch, null);
      Node one = cluster.forRead(memory, Freshness.CAUSAL, List.of(), null);
      return !one.primary() && !cluster.forRead(memory, Freshness.CAUSAL, List.of(), one).primary();
    } catch (SQLException e) {
      return false;
    }
  }

  void awaitReads(long more) {
    long target = reads.sum() + more;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (reads.sum() < target && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(5_000_000);
    }
  }

  void stop() {
    stopped = true;
  }

  Result run(int threads, Duration limit) throws InterruptedException {
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread thread = new Thread(this::callers);
      thread.start();
      running.add(thread);
    }
    for (Thread thread : running) {
      thread.join(limit.toMillis());
    }
    return new Result(reads.sum(), onReplicas.sum(), writes.sum(), refused.sum(), violations);
  }

  private void callers() {
    while (!stopped) {
      try (CausalScope scope = CausalScope.open()) {
        caller(scope.memory(source));
      }
    }
  }

  private void caller(CausalMemory memory) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long[][] least = new long[2][COUNTERS];
    for (int step = 0; step < 12 && !stopped; step++) {
      int table = random.nextInt(2);
      int counter = random.nextInt(COUNTERS);
      try {
        if (random.nextInt(8) == 0) {
          write(memory, table, counter, least);
        } else {
          read(memory, table, counter, least);
        }
        if (random.nextInt(3) == 0) {
          // Time to think: a user's next click comes later.
          LockSupport.parkNanos(random.nextInt(60_000_000));
        }
      } catch (SQLException e) {
        refused.increment();
      }
    }
  }

  private static String name(int table) {
    return table == 0 ? "counter_a" : "counter_b";
  }

  private void write(CausalMemory memory, int table, int counter, long[][] least)
      throws SQLException {
    Node primary = cluster.primary();
    Connection physical = primary.acquire();
    boolean well = false;
    try (Statement statement = physical.createStatement()) {
      physical.setAutoCommit(false);
      statement.executeUpdate("UPDATE " + name(table) + " SET v = v + 1 WHERE id = " + counter);
      long value;
      try (ResultSet row =
          statement.executeQuery("SELECT v FROM " + name(table) + " WHERE id = " + counter)) {
        row.next();
        value = row.getLong(1);
      }
      physical.commit();
      memory.wrote(List.of(name(table)), cluster.epoch(), primary.committed(physical));
      least[table][counter] = Math.max(least[table][counter], value);
      physical.setAutoCommit(true);
      writes.increment();
      well = true;
    } finally {
      primary.release(physical, !well);
    }
  }

  private void read(CausalMemory memory, int table, int counter, long[][] least)
      throws SQLException {
    Node node = cluster.forRead(memory, Freshness.CAUSAL, List.of(name(table)), null);
    Connection physical;
    try {
      physical = node.acquire();
    } catch (SQLException e) {
      node = cluster.forRead(memory, Freshness.CAUSAL, List.of(name(table)), node);
      physical = node.acquire();
    }
    boolean well = false;
    long start = System.nanoTime();
    try (Statement statement = physical.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT v FROM " + name(table) + " WHERE id = " + counter)) {
      row.next();
      long value = row.getLong(1);
      node.answered(System.nanoTime() - start);
      memory.saw(node, cluster.epoch(), node.reachedEpoch());
      reads.increment();
      if (!node.primary()) {
        onReplicas.increment();
      }
      if (value < least[table][counter]) {
        violations.add(
            node + " shows " + value + " of " + name(table) + " after " + least[table][counter]);
      }
      least[table][counter] = Math.max(least[table][counter], value);
      well = true;
    } catch (SQLException e) {
      node.failed(e);
      throw e;
    } finally {
      node.release(physical, !well);
    }
  }
}
