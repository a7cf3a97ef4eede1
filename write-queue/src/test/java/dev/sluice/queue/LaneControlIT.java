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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lanes that are paused, drained, stalled, or wait for another write. */
class LaneControlIT {
  private static final Databases DATABASES = new Databases();
  private static final Duration LONG = Duration.ofSeconds(60);

  static List<DatabaseEngine> engines() {
    return ReplicatedDatabase.availableEngines();
  }

  @AfterAll
  static void close() {
    DATABASES.close();
  }

  private static DataSource shop(DatabaseEngine engine) throws SQLException {
    DataSource pool = DATABASES.pool(engine);
    Databases.run(
        pool,
        "DROP TABLE IF EXISTS child",
        "DROP TABLE IF EXISTS parent",
        "DROP TABLE IF EXISTS counters",
        "DROP TABLE IF EXISTS counters_away",
        // MySQL before 8.0.16 reads CHECK and forgets it.
        "CREATE TABLE counters (k INT PRIMARY KEY, n "
            + (engine == DatabaseEngine.MYSQL_8_0
                ? "TINYINT NOT NULL)"
                : "BIGINT NOT NULL CHECK (n < 100))"),
        "CREATE TABLE parent (id INT PRIMARY KEY)",
        "CREATE TABLE child (id INT PRIMARY KEY, p INT NOT NULL,"
            + " CONSTRAINT child_p FOREIGN KEY (p) REFERENCES parent (id))");
    return pool;
  }

  private static Write view(int key) {
    return Write.add("counters", Map.of("k", key), Map.of("n", 1)).orderedBy("key" + key);
  }

  private static WriteApplier applier(
      Transport transport, DataSource pool, String name, int lanes, Consumer<CrashPoint> points) {
    return WriteApplier.builder()
        .transport(transport)
        .dataSource(pool)
        .name(name)
        .lanes(lanes)
        .visibility(Duration.ofSeconds(2))
        .receiveWait(Duration.ofSeconds(1))
        .crash(points)
        .build();
  }

  private static WriteQueue queue(Transport transport, DataSource pool, String name, int lanes) {
    return WriteQueue.builder()
        .transport(transport)
        .name(name)
        .lanes(lanes)
        .maxPackWrites(5)
        .ledger(pool)
        .build();
  }

  private static void await(WriteTicket ticket) throws Exception {
    ticket.applied().toCompletableFuture().get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  private static LaneState state(WriteApplier applier, int lane) {
    return applier.stats().get(lane).state();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aPausedLaneStandsStillWhileOthersGoOnAndResumes(DatabaseEngine engine) throws Exception {
    DataSource pool = shop(engine);
    String name = "pause-" + engine;
    MemoryTransport transport = new MemoryTransport();
    try (WriteApplier applier = applier(transport, pool, name, 2, point -> {});
        WriteQueue queue = queue(transport, pool, name, 2)) {
      applier.start();
      applier.pause(0);
      List<WriteTicket> tickets = new ArrayList<>();
      for (int n = 0; n < 60; n++) {
        tickets.add(queue.submit(view(n % 20)));
      }
      for (WriteTicket ticket : tickets) {
        ticket.accepted().toCompletableFuture().get(60, TimeUnit.SECONDS);
      }
      for (WriteTicket ticket : tickets) {
        if (ticket.lane() == 1) {
          await(ticket);
        }
      }
      assertThat(state(applier, 0)).isEqualTo(LaneState.PAUSED);
      assertThat(applier.stats().get(0).packs()).isZero();
      long paused = tickets.stream().filter(t -> t.lane() == 0).count();
      assertThat(paused).isBetween(1L, 59L);
      assertThat(Databases.rows(pool, "SELECT SUM(n) FROM counters")).isEqualTo(60 - paused + "\n");
      applier.resume(0);
      tickets.forEach(WriteTicket::applied); // at once, or each costs a poll
      for (WriteTicket ticket : tickets) {
        await(ticket);
      }
      assertThat(Databases.rows(pool, "SELECT SUM(n) FROM counters")).isEqualTo("60\n");
      assertThatThrownBy(() -> applier.pause(2)).hasMessageContaining("lane");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void drainFinishesWhatIsUnderWayAndLeavesTheRestToOthers(DatabaseEngine engine) throws Exception {
    DataSource pool = shop(engine);
    String name = "drain-" + engine;
    MemoryTransport transport = new MemoryTransport();
    CountDownLatch inTransaction = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (WriteApplier first =
            applier(
                transport,
                pool,
                name,
                1,
                point -> {
                  if (point == CrashPoint.BEFORE_COMMIT) {
                    inTransaction.countDown();
                    awaitLatch(goOn);
                  }
                });
        WriteApplier second = applier(transport, pool, name, 1, point -> {});
        WriteQueue queue = queue(transport, pool, name, 1)) {
      List<WriteTicket> tickets = new ArrayList<>();
      for (int n = 0; n < 200; n++) {
        tickets.add(queue.submit(view(n % 20)));
      }
      for (WriteTicket ticket : tickets) {
        ticket.accepted().toCompletableFuture().get(60, TimeUnit.SECONDS);
      }
      first.start();
      assertThat(inTransaction.await(60, TimeUnit.SECONDS)).isTrue();
      Future<Boolean> drained = other.submit(() -> first.drain(LONG));
      Awaitility.await().atMost(LONG).until(() -> first.drained());
      assertThat(drained.isDone()).isFalse();
      goOn.countDown();
      assertThat(drained.get(60, TimeUnit.SECONDS)).isTrue();
      long applied = first.stats().get(0).writes();
      assertThat(applied).isBetween(5L, 195L);
      assertThat(Databases.rows(pool, "SELECT SUM(n) FROM counters")).isEqualTo(applied + "\n");
      second.start();
      tickets.forEach(WriteTicket::applied); // at once, or each costs a poll
      for (WriteTicket ticket : tickets) {
        await(ticket);
      }
      assertThat(Databases.rows(pool, "SELECT SUM(n) FROM counters")).isEqualTo("200\n");
      assertThat(second.stats().get(0).duplicates()).isZero();
      assertThatThrownBy(first::start).isInstanceOf(IllegalStateException.class);
    } finally {
      other.shutdownNow();
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aMissingTableStallsTheLaneParksNothingAndItGoesOnAfterTheRepair(DatabaseEngine engine)
      throws Exception {
    DataSource pool = shop(engine);
    String name = "stall-" + engine;
    MemoryTransport transport = new MemoryTransport();
    try (WriteApplier applier = applier(transport, pool, name, 1, point -> {});
        WriteQueue queue = queue(transport, pool, name, 1)) {
      applier.start();
      await(queue.submit(view(1)));
      Databases.run(pool, "ALTER TABLE counters RENAME TO counters_away");
      List<WriteTicket> tickets = queue.submitAll(List.of(view(1), view(2), view(3), view(1)));
      Awaitility.await().atMost(LONG).until(() -> applier.stats().get(0).retries() >= 3);
      assertThat(state(applier, 0)).isEqualTo(LaneState.STALLED);
      // what is is paused while it is stalled is given back
      applier.pause(0);
      Awaitility.await()
          .atMost(LONG)
          .until(() -> applier.stats().get(0).state() == LaneState.PAUSED);
      assertThat(ParkedWrites.of(pool, name).list(10)).isEmpty();
      Databases.run(pool, "ALTER TABLE counters_away RENAME TO counters");
      applier.resume(0);
      tickets.forEach(WriteTicket::applied); // at once, or each costs a poll
      for (WriteTicket ticket : tickets) {
        await(ticket);
      }
      assertThat(Databases.rows(pool, "SELECT k, n FROM counters ORDER BY k"))
          .isEqualTo("1|3\n2|1\n3|1\n");
      assertThat(ParkedWrites.of(pool, name).list(10)).isEmpty();
      assertThat(applier.stats().get(0).gaps()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aWriteWaitsForItsForeignKeyAndIsParkedIfThatNeverComes(DatabaseEngine engine)
      throws Exception {
    DataSource pool = shop(engine);
    String name = "foreign-" + engine;
    MemoryTransport transport = new MemoryTransport();
    AtomicInteger attempts = new AtomicInteger();
    Consumer<CrashPoint> parentComesLate =
        point -> {
          if (point == CrashPoint.AFTER_LOCK && attempts.incrementAndGet() == 12) {
            insertParent(pool);
          }
        };
    try (WriteApplier applier = applier(transport, pool, name, 1, parentComesLate);
        WriteQueue queue = queue(transport, pool, name, 1)) {
      applier.start();
      await(queue.submit(Write.insert("child", Map.of("id", 1), Map.of("p", 7))));
      assertThat(attempts.get()).isEqualTo(12);
      assertThat(ParkedWrites.of(pool, name).list(10)).isEmpty();
    }
    try (WriteApplier applier =
            WriteApplier.builder()
                .transport(transport)
                .dataSource(pool)
                .name(name)
                .lanes(1)
                .receiveWait(Duration.ofSeconds(1))
                .laterTimeout(Duration.ofSeconds(1))
                .build();
        WriteQueue queue = queue(transport, pool, name, 1)) {
      applier.start();
      WriteTicket orphan = queue.submit(Write.insert("child", Map.of("id", 2), Map.of("p", 8)));
      assertThatThrownBy(() -> await(orphan))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(WriteParkedException.class)
          .hasMessageContaining("foreign-key");
      await(queue.submit(Write.insert("child", Map.of("id", 3), Map.of("p", 7))));
      assertThat(Databases.rows(pool, "SELECT id, p FROM child ORDER BY id"))
          .isEqualTo("1|7\n3|7\n");
    }
  }

  private static void insertParent(DataSource pool) {
    try {
      Databases.run(pool, "INSERT INTO parent VALUES (7)");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aDiscardedWriteLetsItsKeyGoOnOnceNothingElseOfItIsParked(DatabaseEngine engine)
      throws Exception {
    DataSource pool = shop(engine);
    String name = "discard-" + engine;
    MemoryTransport transport = new MemoryTransport();
    try (WriteApplier applier = applier(transport, pool, name, 1, point -> {});
        WriteQueue queue = queue(transport, pool, name, 1)) {
      applier.start();
      WriteTicket poison =
          queue.submit(Write.add("counters", Map.of("k", 1), Map.of("n", 1000)).orderedBy("key1"));
      WriteTicket behind = queue.submit(view(1));
      assertThatThrownBy(() -> await(poison)).cause().hasMessageContaining("rejected");
      assertThatThrownBy(() -> await(behind)).cause().hasMessageContaining("behind");
      ParkedWrites parked = ParkedWrites.of(pool, name);
      List<ParkedWrite> both = parked.list(10);
      assertThat(parked.discard(both.get(0).id())).isTrue();
      assertThat(parked.discard(both.get(0).id())).isFalse();
      WriteTicket still = queue.submit(view(1));
      assertThatThrownBy(() -> await(still)).cause().hasMessageContaining("behind");
      for (ParkedWrite each : parked.list(10)) {
        assertThat(parked.discard(each.id())).isTrue();
      }
      assertThat(parked.discard(Long.MAX_VALUE)).isFalse();
      await(queue.submit(view(1)));
      assertThat(Databases.rows(pool, "SELECT k, n FROM counters")).isEqualTo("1|1\n");
    }
  }
}
