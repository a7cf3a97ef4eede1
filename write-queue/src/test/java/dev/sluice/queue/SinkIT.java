package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.ReplicatedDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes to a sink takes effect exactly once, with the ledger on a real server. */
class SinkIT {
  private static final Databases DATABASES = new Databases();

  static List<DatabaseEngine> engines() {
    return ReplicatedDatabase.availableEngines();
  }

  @AfterAll
  static void close() {
    DATABASES.close();
  }

  /** Counters as a sink has to keep them, which fail before and after their effect. */
  private static final class Counters implements DeltaSink {
    final Map<String, Long> totals = new TreeMap<>();
    final Set<String> different = new HashSet<>();
    int repeated;
    private final Map<String, Long> last = new HashMap<>();
    private final Map<String, Map<String, Long>> offered = new HashMap<>();
    private final Random random = new Random(7);
    private final int percent;

    Counters(int percent) {
      this.percent = percent;
    }

    @Override
    public synchronized void apply(String stream, long number, Map<String, Long> deltas) {
      Map<String, Long> before = offered.putIfAbsent(stream + "#" + number, deltas);
      if (before != null && !before.equals(deltas)) {
        different.add(stream + "#" + number);
      }
      fail();
      if (last.getOrDefault(stream, 0L) < number) {
        last.put(stream, number);
        deltas.forEach((key, delta) -> totals.merge(key, delta, Long::sum));
      } else {
        repeated++;
      }
      fail();
    }

    private void fail() {
      if (random.nextInt(100) < percent) {
        throw new IllegalStateException("no answer");
      }
    }

    synchronized Map<String, Long> totals() {
      return new TreeMap<>(totals);
    }
  }

  private static WriteQueue queue(Transport transport, String name, DataSource pool) {
    return WriteQueue.builder()
        .transport(transport)
        .name(name)
        .lanes(2)
        .maxPackWrites(5)
        .ledger(pool)
        .build();
  }

  private static WriteApplier applier(
      Transport transport, String name, DataSource dataSource, DeltaSink sink) throws Exception {
    WriteApplier applier =
        WriteApplier.builder()
            .transport(transport)
            .name(name)
            .lanes(2)
            .dataSource(dataSource)
            .visibility(Duration.ofSeconds(2))
            .receiveWait(Duration.ofSeconds(1))
            .sink("page_views", "views", sink)
            .build();
    for (int attempt = 0; attempt < 20; attempt++) {
      try {
        return applier.start();
      } catch (java.sql.SQLException e) {
        // its commit was cut, too
        assertThat(e.getSQLState()).startsWith("08");
      }
    }
    throw new AssertionError("does not start");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void everyAddCountsOnceThoughCommitsAndTheSinkFail(DatabaseEngine engine) throws Exception {
    DataSource pool = DATABASES.pool(engine);
    Databases.run(pool, "DROP TABLE IF EXISTS orders", "CREATE TABLE orders (id INT PRIMARY KEY)");
    String name = "sink-" + System.nanoTime();
    MemoryTransport transport = new MemoryTransport();
    LossyDataSource lossy = new LossyDataSource(pool, 11);
    Counters counters = new Counters(10);
    Map<String, Long> expected = new TreeMap<>();
    Random random = new Random(3);
    try (WriteQueue queue = queue(transport, name, pool);
        WriteApplier one = applier(transport, name, lossy.proxy(), counters);
        WriteApplier two = applier(transport, name, lossy.proxy(), counters)) {
      for (int n = 0; n < 400; n++) {
        String page = "page-" + random.nextInt(9);
        long views = random.nextInt(5) - 1;
        queue.submit(Write.add("page_views", Map.of("page", page), Map.of("views", views)));
        expected.merge(page, views, Long::sum);
        if (n % 4 == 0) {
          queue.submit(Write.insert("orders", Map.of("id", n), Map.of()));
        }
      }
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> queue.pendingBytes() == 0 && transport.isEmpty());
      assertThat(one.stats()).hasSameSizeAs(two.stats());
    }
    assertThat(counters.totals()).isEqualTo(expected);
    assertThat(counters.different).as("packs that came again with other deltas").isEmpty();
    assertThat(counters.repeated).isPositive();
    assertThat(lossy.lost.get()).isPositive();
    assertThat(Databases.rows(pool, "SELECT COUNT(*) FROM orders")).isEqualTo("100\n");
    assertThat(Databases.rows(pool, "SELECT * FROM sluice_parked WHERE queue_id = '" + name + "'"))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatASinkCannotTakeIsParkedAndHoldsNoAddBack(DatabaseEngine engine) throws Exception {
    DataSource pool = DATABASES.pool(engine);
    Databases.run(pool, "DROP TABLE IF EXISTS orders", "CREATE TABLE orders (id INT PRIMARY KEY)");
    String name = "bad-" + System.nanoTime();
    MemoryTransport transport = new MemoryTransport();
    Counters counters = new Counters(0);
    Map<String, String> page = Map.of("page", "p");
    Write good = Write.add("page_views", page, Map.of("views", 2)).orderedBy("one");
    try (WriteQueue queue = queue(transport, name, pool);
        WriteApplier applier = applier(transport, name, pool, counters)) {
      List<Write> writes = new ArrayList<>();
      writes.add(Write.insert("orders", Map.of("id", 1), Map.of()).orderedBy("one"));
      writes.add(good);
      writes.add(Write.upsert("page_views", page, Map.of("views", 7)).orderedBy("one"));
      writes.add(good);
      writes.add(Write.add("page_views", page, Map.of("views", 1, "clicks", 1)));
      writes.add(Write.add("page_views", page, Map.of("views", new BigDecimal("1.5"))));
      writes.add(Write.addToExisting("page_views", page, Map.of("views", 1)));
      writes.add(Write.atomically("group", List.of(good, Write.delete("orders", Map.of("id", 1)))));
      int parked = 0;
      for (WriteTicket ticket : queue.submitAll(writes)) {
        try {
          ticket.applied().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(WriteParkedException.class);
          parked++;
        }
      }
      assertThat(parked).isEqualTo(5);
      assertThat(applier.stats()).hasSize(2);
    }
    assertThat(counters.totals()).isEqualTo(Map.of("p", 4L));
    assertThat(Databases.rows(pool, "SELECT id FROM orders")).isEqualTo("1\n");
  }

  @org.junit.jupiter.api.Test
  void whatAPackBringsDependsOnThePackAlone() throws Exception {
    Map<String, Map<String, Long>> offered = new TreeMap<>();
    Sinks.Targets builder = new Sinks.Targets();
    DeltaSink sink = (stream, number, deltas) -> offered.put(stream + "#" + number, deltas);
    builder.add("t", "n", sink);
    builder.add("u", "n", sink);
    Sinks.Batch batch = builder.build().batch();
    PackId first = new PackId("p", 3);
    PackId then = new PackId("p", 4);
    Write most = Write.add("t", Map.of("k", "a"), Map.of("n", Long.MAX_VALUE));
    assertThat(batch.take(first, most)).isTrue();
    assertThat(batch.take(first, most)).as("what does not fit").isFalse();
    assertThat(batch.take(then, most)).isTrue();
    assertThat(batch.take(then, Write.add("u", Map.of("k", 7), Map.of("n", -2)))).isTrue();
    PackId last = new PackId("p", 5);
    for (String bad : List.of("", "a#b", "x".repeat(201))) {
      Write add = Write.add("t", Map.of("k", bad), Map.of("n", 1));
      assertThat(batch.take(last, add)).as("no name of a counter").isFalse();
    }
    batch.offer(1);
    assertThat(offered)
        .hasSize(3)
        .allSatisfy(
            (stream, deltas) -> {
              assertThat(stream).startsWith("p/1/");
              assertThat(deltas).hasSize(1);
            });
    assertThat(offered.values())
        .containsExactlyInAnyOrder(
            Map.of("a", Long.MAX_VALUE), Map.of("a", Long.MAX_VALUE), Map.of("7", -2L));
  }

  @org.junit.jupiter.api.Test
  void wrongSinksAreRefused() {
    DeltaSink sink = (stream, number, deltas) -> {};
    WriteApplier.Builder builder = WriteApplier.builder().sink("t", "n", sink);
    assertThatThrownBy(() -> builder.sink("t", "m", sink)).hasMessageStartingWith("sink:");
    assertThatThrownBy(() -> builder.sink("t;", "m", sink)).hasMessageStartingWith("table:");
    assertThatThrownBy(() -> builder.sink("u", "m m", sink)).hasMessageStartingWith("column:");
  }
}
