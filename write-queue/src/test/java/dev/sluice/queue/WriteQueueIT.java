package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WriteQueueIT {
  private static final Databases DATABASES = new Databases();
  private static final Queues QUEUES = new Queues();
  private static final int KEYS = 7;

  static List<DatabaseEngine> engines() {
    return ReplicatedDatabase.availableEngines();
  }

  @AfterAll
  static void close() {
    QUEUES.close();
    DATABASES.close();
  }

  private static DataSource shop(DatabaseEngine engine) throws SQLException {
    DataSource pool = DATABASES.pool(engine);
    String id = engine == DatabaseEngine.POSTGRESQL ? "BIGSERIAL" : "BIGINT AUTO_INCREMENT";
    Databases.run(
        pool,
        "DROP TABLE IF EXISTS entries",
        "DROP TABLE IF EXISTS counters",
        "DROP TABLE IF EXISTS stock",
        "CREATE TABLE entries (id " + id + " PRIMARY KEY, k INT NOT NULL, n INT NOT NULL)",
        "CREATE TABLE counters (k INT PRIMARY KEY, n BIGINT NOT NULL)",
        // MySQL before 8.0.16 reads CHECK and forgets it.
        "CREATE TABLE stock (k INT PRIMARY KEY, n BIGINT "
            + (engine == DatabaseEngine.MYSQL_8_0
                ? "UNSIGNED NOT NULL)"
                : "NOT NULL CHECK (n >= 0))"));
    return pool;
  }

  private static Write entry(int key, int n) {
    return Write.atomically(
        "key" + key,
        List.of(
            Write.sql("key" + key, "INSERT INTO entries (k, n) VALUES (?, ?)", key, n),
            Write.add("counters", Map.of("k", key), Map.of("n", 1))));
  }

  private static void assertAllOnceInOrder(DataSource pool, int writes) throws SQLException {
    StringBuilder expected = new StringBuilder();
    for (int key = 0; key < KEYS; key++) {
      for (int n = key; n < writes; n += KEYS) {
        expected.append(key).append('|').append(n).append('\n');
      }
    }
    assertThat(Databases.rows(pool, "SELECT k, n FROM entries ORDER BY k, id"))
        .isEqualTo(expected.toString());
    assertThat(Databases.rows(pool, "SELECT SUM(n) FROM counters")).isEqualTo(writes + "\n");
  }

  private static void await(WriteTicket ticket) throws Exception {
    ticket.applied().toCompletableFuture().get(90, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void eachWriteOnceInOrderThoughAnswersOfSqsAndCommitsAreLostAndTwoAppliersCompete(
      DatabaseEngine engine) throws Exception {
    DataSource pool = shop(engine);
    String name = "lossy-" + engine;
    LossyTransport transport =
        new LossyTransport(
            QUEUES.transport(engine.backend(), QUEUES.create(engine.backend(), name)), 7, 15);
    LossyDataSource lossy = new LossyDataSource(pool, 11);
    WriteApplier.Builder appliers =
        WriteApplier.builder()
            .transport(transport)
            .dataSource(lossy.proxy())
            .name(name)
            .lanes(3)
            .visibility(Duration.ofSeconds(1))
            .receiveWait(Duration.ofSeconds(1));
    try (WriteApplier one = appliers.build();
        WriteApplier two = appliers.build();
        WriteQueue queue =
            WriteQueue.builder()
                .transport(transport)
                .name(name)
                .lanes(3)
                .maxPackWrites(8)
                .ledger(pool)
                .build()) {
      one.start();
      two.start();
      List<WriteTicket> tickets = new ArrayList<>();
      for (int n = 0; n < 600; n++) {
        tickets.add(queue.submit(entry(n % KEYS, n)));
      }
      tickets.forEach(WriteTicket::applied); // at once, or each costs a poll
      for (WriteTicket ticket : tickets) {
        await(ticket);
      }
      assertAllOnceInOrder(pool, 600);
      assertThat(transport.lost.get()).isPositive();
      assertThat(lossy.lost.get()).isPositive();
      List<LaneStats> stats = new ArrayList<>(one.stats());
      stats.addAll(two.stats());
      assertThat(stats.stream().mapToLong(LaneStats::gaps).sum()).isZero();
      assertThat(stats.stream().mapToLong(LaneStats::parked).sum()).isZero();
      assertThat(stats.stream().mapToLong(LaneStats::duplicates).sum()).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void manyWritesBecomeFewTransactions(DatabaseEngine engine) throws Exception {
    DataSource pool = shop(engine);
    String name = "batch-" + engine;
    Transport transport = QUEUES.transport(engine.backend(), QUEUES.create(engine.backend(), name));
    try (WriteApplier applier =
            WriteApplier.builder()
                .transport(transport)
                .dataSource(pool)
                .name(name)
                .lanes(2)
                .receiveWait(Duration.ofSeconds(1))
                .build();
        WriteQueue queue =
            WriteQueue.builder().transport(transport).name(name).lanes(2).ledger(pool).build()) {
      List<WriteTicket> tickets = new ArrayList<>();
      for (int n = 0; n < 4000; n++) {
        tickets.add(queue.submit(Write.add("counters", Map.of("k", n % 40), Map.of("n", 1))));
      }
      for (WriteTicket ticket : tickets) {
        ticket.accepted().toCompletableFuture().get(60, TimeUnit.SECONDS);
      }
      applier.start();
      tickets.forEach(WriteTicket::applied); // at once, or each costs a poll
      for (WriteTicket ticket : tickets) {
        await(ticket);
      }
      assertThat(Databases.rows(pool, "SELECT COUNT(*), SUM(n), MIN(n), MAX(n) FROM counters"))
          .isEqualTo("40|4000|100|100\n");
      long transactions = applier.stats().stream().mapToLong(LaneStats::transactions).sum();
      assertThat(transactions).isLessThan(4000 / 50);
      assertThat(applier.drain(Duration.ofSeconds(20))).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aPoisonWriteIsParkedItsKeyBlockedAndReplayedInOrder(DatabaseEngine engine) throws Exception {
    DataSource pool = shop(engine);
    Databases.run(pool, "INSERT INTO stock VALUES (1, 3), (2, 100)");
    String name = "poison-" + engine;
    MemoryTransport transport = new MemoryTransport();
    try (WriteApplier applier =
            WriteApplier.builder()
                .transport(transport)
                .dataSource(pool)
                .name(name)
                .lanes(1)
                .receiveWait(Duration.ofSeconds(1))
                .build();
        WriteQueue queue =
            WriteQueue.builder().transport(transport).name(name).lanes(1).ledger(pool).build()) {
      applier.start();
      List<WriteTicket> tickets = new ArrayList<>();
      for (int n = 0; n < 60; n++) {
        tickets.add(queue.submit(Write.addToExisting("stock", Map.of("k", 2), Map.of("n", -1))));
        if (n == 30) {
          tickets.add(queue.submit(Write.addToExisting("stock", Map.of("k", 1), Map.of("n", -5))));
        }
      }
      WriteTicket behind =
          queue.submit(Write.addToExisting("stock", Map.of("k", 1), Map.of("n", -1)));
      WriteTicket poison = tickets.remove(31);
      tickets.forEach(WriteTicket::applied); // at once, or each costs a poll
      for (WriteTicket ticket : tickets) {
        await(ticket);
      }
      assertThatThrownBy(() -> await(poison))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(WriteParkedException.class)
          .hasMessageContaining("rejected");
      assertThatThrownBy(() -> await(behind)).cause().hasMessageContaining("behind");
      assertThat(Databases.rows(pool, "SELECT k, n FROM stock ORDER BY k"))
          .isEqualTo("1|3\n2|40\n");

      ParkedWrites parked = ParkedWrites.of(pool, name);
      assertThat(parked.list(10))
          .extracting(ParkedWrite::reason)
          .containsExactly("rejected", "behind");
      assertThat(parked.replay(0)).isEqualTo(new ParkedWrites.Replay(0, 2));
      Databases.run(pool, "UPDATE stock SET n = 10 WHERE k = 1");
      assertThat(parked.replay(0)).isEqualTo(new ParkedWrites.Replay(2, 0));
      assertThat(Databases.rows(pool, "SELECT n FROM stock WHERE k = 1")).isEqualTo("4\n");
      assertThat(parked.list(10)).isEmpty();

      await(queue.submit(Write.addToExisting("stock", Map.of("k", 1), Map.of("n", -1))));
      assertThat(Databases.rows(pool, "SELECT n FROM stock WHERE k = 1")).isEqualTo("3\n");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatCannotBeUnderstoodIsParkedAndAMissingPackHaltsTheLane(DatabaseEngine engine)
      throws Exception {
    DataSource pool = shop(engine);
    String name = "odd-" + engine;
    MemoryTransport transport = new MemoryTransport();
    String producer = "a".repeat(32);
    try (WriteApplier applier =
        WriteApplier.builder()
            .transport(transport)
            .dataSource(pool)
            .name(name)
            .lanes(1)
            .visibility(Duration.ofSeconds(1))
            .build()) {
      applier.start();
      transport.put("0", "{\"v\":2,\"secret\":true}");
      transport.put("0", "not JSON");
      transport.put("0", pack(name, new PackId("b".repeat(32), 5), 1, 77));
      transport.put("0", pack("other", new PackId(producer, 1), 1, 77));
      transport.put("0", pack(name, new PackId(producer, 1), 2, 77));
      transport.put("0", pack(name, new PackId(producer, 1), 1, 1));
      org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(30)).until(transport::isEmpty);
      assertThat(ParkedWrites.of(pool, name).list(10))
          .extracting(ParkedWrite::reason)
          .containsExactlyInAnyOrder(
              "unreadable", "unreadable", "unknown-history", "other-queue", "lanes-mismatch");
      transport.put("0", pack(name, new PackId(producer, 3), 1, 3));
      transport.put("0", pack(name, new PackId(producer, 4), 1, 4));
      org.awaitility.Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> applier.stats().get(0).state() == LaneState.HALTED);
      assertThat(Databases.rows(pool, "SELECT n FROM entries ORDER BY id")).isEqualTo("1\n");
      assertThat(transport.bodies()).hasSize(2);
      assertThat(applier.stats().get(0).gaps()).isEqualTo(1);
      assertThat(WriteLedger.giveUp(pool, name, 0, producer, 2)).isTrue();
      org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(30)).until(transport::isEmpty);
      assertThat(Databases.rows(pool, "SELECT n FROM entries ORDER BY id")).isEqualTo("1\n3\n4\n");
    }
  }

  private static String pack(String queue, PackId id, int lanes, int n) {
    return PackCodec.body(PackCodec.header(queue, id, 0, lanes), List.of(JsonText.of(entry(1, n))));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aGroupTakesEffectTogetherOrNotAtAll(DatabaseEngine engine) throws Exception {
    DataSource pool = shop(engine);
    Databases.run(pool, "INSERT INTO stock VALUES (1, 3)");
    String name = "group-" + engine;
    MemoryTransport transport = new MemoryTransport();
    try (WriteApplier applier =
            WriteApplier.builder()
                .transport(transport)
                .dataSource(pool)
                .name(name)
                .lanes(1)
                .poison(PoisonPolicy.SKIP)
                .build();
        WriteQueue queue =
            WriteQueue.builder().transport(transport).name(name).lanes(1).ledger(pool).build()) {
      applier.start();
      List<WriteTicket> orders = new ArrayList<>();
      for (int n = 0; n < 5; n++) {
        orders.add(
            queue.submit(
                Write.atomically(
                    "stock1",
                    List.of(
                        Write.insert("counters", Map.of("k", n), Map.of("n", 1)),
                        Write.addToExisting("stock", Map.of("k", 1), Map.of("n", -1))))));
      }
      int refused = 0;
      for (WriteTicket order : orders) {
        @Nullable Throwable failure =
            order
                .applied()
                .handle((nothing, e) -> e)
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        refused += failure == null ? 0 : 1;
      }
      assertThat(refused).isEqualTo(2);
      assertThat(Databases.rows(pool, "SELECT COUNT(*) FROM counters")).isEqualTo("3\n");
      assertThat(Databases.rows(pool, "SELECT n FROM stock")).isEqualTo("0\n");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void wrongLanesAreRefusedAtTheStart(DatabaseEngine engine) throws Exception {
    DataSource pool = shop(engine);
    String name = "lanes-" + engine;
    WriteApplier.Builder builder =
        WriteApplier.builder().transport(new MemoryTransport()).dataSource(pool).name(name);
    builder.lanes(2).build().start().close();
    try (WriteApplier other = builder.lanes(3).build()) {
      assertThatThrownBy(other::start)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("lanes");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void ticketsOfAProducerWithOtherLanesFailAndWhatIsParkedCanBeDiscarded(DatabaseEngine engine)
      throws Exception {
    DataSource pool = shop(engine);
    String name = "mismatch-" + engine;
    MemoryTransport transport = new MemoryTransport();
    try (WriteApplier applier =
            WriteApplier.builder()
                .transport(transport)
                .dataSource(pool)
                .name(name)
                .lanes(2)
                .build();
        WriteQueue wrong =
            WriteQueue.builder().transport(transport).name(name).lanes(5).ledger(pool).build();
        WriteQueue right =
            WriteQueue.builder().transport(transport).name(name).lanes(2).ledger(pool).build()) {
      applier.start();
      List<WriteTicket> tickets = wrong.submitAll(views(40));
      for (WriteTicket ticket : tickets) {
        assertThatThrownBy(() -> await(ticket))
            .cause()
            .isInstanceOf(WriteParkedException.class)
            .hasMessageContaining("lanes-mismatch");
      }
      assertThat(tickets.stream().map(WriteTicket::lane).distinct()).hasSize(5);
      for (WriteTicket ticket : right.submitAll(views(40))) {
        await(ticket);
      }
      assertThat(Databases.rows(pool, "SELECT COUNT(*), SUM(n) FROM counters"))
          .isEqualTo("40|40\n");
      ParkedWrites parked = ParkedWrites.of(pool, name);
      assertThat(parked.list(1000)).extracting(ParkedWrite::lane).contains(0, 1, 2, 3, 4);
      for (ParkedWrite each : parked.list(1000)) {
        assertThat(parked.discard(each.id())).isTrue();
        assertThat(parked.discard(each.id())).isFalse();
      }
      assertThat(parked.list(1000)).isEmpty();
    }
  }

  private static List<Write> views(int keys) {
    List<Write> writes = new ArrayList<>();
    for (int key = 0; key < keys; key++) {
      writes.add(Write.add("counters", Map.of("k", key), Map.of("n", 1)));
    }
    return writes;
  }
}
