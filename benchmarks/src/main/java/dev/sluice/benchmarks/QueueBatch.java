package dev.sluice.benchmarks;

import dev.sluice.queue.Write;
import dev.sluice.queue.WriteApplier;
import dev.sluice.queue.WriteQueue;
import dev.sluice.testkit.NodeCounters;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
 * and through queue and applier with one lane. MariaDB without replicas; the queue is in memory, so
 * that what is measured is the database.
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

  private OrdersDatabase database;
  private WriteQueue queue;
  private WriteApplier applier;
  private long number;

  /** Starts database, queue and applier. */
  @Setup
  public void start() throws SQLException {
    database = new OrdersDatabase(4);
    MemoryQueue transport = new MemoryQueue();
    queue =
        WriteQueue.builder()
            .name("shop")
            .lanes(1)
            .transport(transport)
            .ledger(database.pool())
            .appliedPoll(Duration.ofMillis(5))
            .build();
    applier =
        WriteApplier.builder()
            .name("shop")
            .lanes(1)
            .transport(transport)
            .dataSource(database.pool())
            .build()
            .start();
  }

  /** Checks that every write is there exactly once, and stops all. */
  @TearDown
  public void stop() throws SQLException {
    try {
      database.check(number);
    } finally {
      queue.close();
      applier.close();
      database.close();
    }
  }

  /** A transaction a message. */
  @Benchmark
  public void transactionEach(ServerCounts counts) throws SQLException {
    NodeCounters before = database.counters();
    for (int i = 0; i < MESSAGES; i++) {
      if (writes.equals("rows")) {
        database.write(OrdersDatabase.INSERT, number);
      } else {
        database.write(OrdersDatabase.COUNT, number % COUNTERS);
      }
      number++;
    }
    database.count(counts, before);
  }

  /** Through the queue: submitted, sent in packs, applied in batches, and known to be applied. */
  @Benchmark
  public void queueAndApplier(ServerCounts counts) throws Exception {
    NodeCounters before = database.counters();
    List<CompletableFuture<Void>> applied = new ArrayList<>(MESSAGES);
    for (int i = 0; i < MESSAGES; i++) {
      applied.add(queue.submit(write()).applied().toCompletableFuture());
      number++;
    }
    for (CompletableFuture<Void> each : applied) {
      each.get(30, TimeUnit.SECONDS);
    }
    database.count(counts, before);
  }

  private Write write() {
    return writes.equals("rows")
        ? Write.insert("orders", Map.of("id", number), Map.of("quantity", 1))
        : Write.add("page_view", Map.of("product", number % COUNTERS), Map.of("views", 1));
  }
}
