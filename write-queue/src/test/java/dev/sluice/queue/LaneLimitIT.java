package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.Fault;
import dev.sluice.testkit.FaultProxy;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything ends: transactions that hang, and appliers, whatever is unfinished then. */
class LaneLimitIT {
  private static final Databases DATABASES = new Databases();
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SECOND = Duration.ofSeconds(1);

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
        pool, "DROP TABLE IF EXISTS notes", "CREATE TABLE notes (k INT PRIMARY KEY, n INT)");
    return pool;
  }

  private static WriteApplier.Builder applier(Transport transport, DataSource to, String name) {
    return WriteApplier.builder()
        .transport(transport)
        .dataSource(to)
        .name(name)
        .lanes(1)
        .visibility(SECOND)
        .receiveWait(SECOND)
        .drainTimeout(SECOND)
        .transactionTimeout(SECOND);
  }

  private static WriteQueue queue(Transport transport, DataSource ledger, String name, int lanes) {
    return WriteQueue.builder().transport(transport).name(name).lanes(lanes).ledger(ledger).build();
  }

  private static Write note(int key) {
    return Write.add("notes", Map.of("k", key), Map.of("n", 1));
  }

  private static void await(WriteTicket ticket) throws Exception {
    ticket.applied().toCompletableFuture().get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  private static void accepted(WriteTicket ticket) throws Exception {
    ticket.accepted().toCompletableFuture().get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  /** Also when interrupted, as a thread in a native call. */
  private static void stay(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        assertThat(latch.getCount()).isNotNegative();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aLaneThatWaitsForALockTriesAgainAndAppliesOnceItIsFree(DatabaseEngine engine)
      throws Exception {
    DataSource pool = shop(engine);
    String name = "lock-" + engine;
    MemoryTransport transport = new MemoryTransport();
    try (WriteApplier applier = applier(transport, pool, name).build().start();
        WriteQueue queue = queue(transport, pool, name, 1);
        Connection other = pool.getConnection()) {
      await(queue.submit(note(1)));
      other.setAutoCommit(false);
      try (Statement statement = other.createStatement()) {
        statement.execute("UPDATE notes SET n = n + 10 WHERE k = 1");
      }
      WriteTicket waits = queue.submit(note(1));
      Awaitility.await().atMost(LONG).until(() -> applier.stats().get(0).retries() >= 2);
      other.commit();
      await(waits);
      assertThat(Databases.rows(pool, "SELECT n FROM notes")).isEqualTo("12\n");
    }
    // its connections are in the pool again as they were
    if (engine == DatabaseEngine.POSTGRESQL) {
      assertThat(Databases.rows(pool, "SHOW lock_timeout")).isEqualTo("0\n");
    } else {
      assertThat(Databases.rows(pool, "SELECT @@innodb_lock_wait_timeout"))
          .isEqualTo(Databases.rows(pool, "SELECT @@GLOBAL.innodb_lock_wait_timeout"));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aCommitWhoseAnswerNeverComesIsCutOffAndTheLedgerDecides(DatabaseEngine engine)
      throws Exception {
    DataSource pool = shop(engine);
    String name = "mute-" + engine;
    DatabaseNode node = DATABASES.primary(engine);
    MemoryTransport transport = new MemoryTransport();
    try (FaultProxy proxy = FaultProxy.tcp(node.host(), node.port());
        HikariDataSource slow = new HikariDataSource(through(proxy, node, engine));
        WriteApplier applier = applier(transport, slow, name).build().start();
        WriteQueue queue = queue(transport, pool, name, 1)) {
      await(queue.submit(note(1)));
      proxy.add(Fault.delayResponse(LONG).whenRequestContains("COMMIT").times(1));
      await(queue.submit(note(1)));
      await(queue.submit(note(1)));
      assertThat(proxy.happened()).containsExactly(1);
      assertThat(applier.stats().get(0).retries()).isPositive();
      assertThat(Databases.rows(pool, "SELECT n FROM notes")).isEqualTo("3\n");
    }
  }

  private static HikariConfig through(FaultProxy proxy, DatabaseNode node, DatabaseEngine engine) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(
        node.jdbcUrl().replace(node.host() + ":" + node.port(), proxy.host() + ":" + proxy.port()));
    config.setUsername(node.user());
    config.setPassword(node.password());
    config.setMaximumPoolSize(4);
    config.setMinimumIdle(0);
    if (engine == DatabaseEngine.POSTGRESQL) {
      // so that each COMMIT goes over the wire as text and the proxy can tell it
      config.addDataSourceProperty("prepareThreshold", "0");
    }
    return config;
  }

  @ParameterizedTest
  @MethodSource("engines")
  void messagesOfATransactionThatHangsBecomeVisibleToOthers(DatabaseEngine engine)
      throws Exception {
    DataSource pool = shop(engine);
    String name = "hang-" + engine;
    MemoryTransport transport = new MemoryTransport();
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean once = new AtomicBoolean(true);
    DataSource hangs =
        HookedDataSource.of(
            pool,
            (method, arguments) -> {
              if (method.equals("prepareStatement")
                  && ((String) arguments[0]).contains("notes")
                  && once.getAndSet(false)) {
                stay(goOn);
              }
            });
    // receives nothing more once it hangs, so that it is the beats alone that could keep messages
    Transport deaf =
        new Receiving(
            transport,
            (wait, visibility) ->
                (once.get() ? transport : new MemoryTransport()).receive(wait, visibility));
    try (WriteApplier applier = applier(deaf, hangs, name).build().start();
        WriteApplier other = applier(transport, pool, name).transactionTimeout(LONG).build();
        WriteQueue queue = queue(transport, pool, name, 1)) {
      WriteTicket ticket = queue.submit(note(1));
      accepted(ticket);
      Awaitility.await().atMost(LONG).until(() -> !once.get());
      other.start();
      await(ticket);
      goOn.countDown();
      Awaitility.await().atMost(LONG).until(() -> other.stats().get(0).writes() == 1);
      assertThat(applier.stats().get(0).writes()).isZero();
      assertThat(Databases.rows(pool, "SELECT n FROM notes")).isEqualTo("1\n");
    } finally {
      goOn.countDown();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void nothingIsCommittedAfterADrainThatWasNotFinished(DatabaseEngine engine) throws Exception {
    DataSource pool = shop(engine);
    String name = "late-" + engine;
    MemoryTransport transport = new MemoryTransport();
    CountDownLatch inTransaction = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    try (WriteApplier first =
            applier(transport, pool, name)
                .transactionTimeout(LONG)
                .crash(
                    point -> {
                      if (point == CrashPoint.BEFORE_COMMIT) {
                        inTransaction.countDown();
                        stay(goOn);
                      }
                    })
                .build()
                .start();
        WriteApplier second = applier(transport, pool, name).transactionTimeout(LONG).build();
        WriteQueue queue = queue(transport, pool, name, 1)) {
      WriteTicket ticket = queue.submit(note(1));
      accepted(ticket);
      assertThat(inTransaction.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(first.drain(SECOND)).isFalse();
      goOn.countDown();
      Awaitility.await().atMost(LONG).until(() -> threads(name) == 0);
      assertThat(Databases.rows(pool, "SELECT n FROM notes")).isEmpty();
      second.start();
      await(ticket);
      assertThat(second.stats().get(0).duplicates()).isZero();
      assertThat(Databases.rows(pool, "SELECT n FROM notes")).isEqualTo("1\n");
    } finally {
      goOn.countDown();
    }
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith("sluice-apply-" + name))
        .count();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aDrainWithoutADatabaseIsNotFinishedAndGivesEverythingBack(DatabaseEngine engine)
      throws Exception {
    DataSource pool = shop(engine);
    String name = "gone-" + engine;
    AtomicBoolean gone = new AtomicBoolean();
    DataSource unsteady =
        HookedDataSource.of(
            pool,
            (method, arguments) -> {
              if (method.equals("getConnection") && gone.get()) {
                throw new SQLNonTransientConnectionException("refused", "08001");
              }
            });
    MemoryTransport transport = new MemoryTransport();
    try (WriteApplier applier =
            applier(transport, unsteady, name).visibility(LONG).build().start();
        WriteQueue queue = queue(transport, pool, name, 1)) {
      gone.set(true);
      accepted(queue.submit(note(1)));
      Awaitility.await().atMost(LONG).until(() -> applier.stats().get(0).retries() > 0);
      assertThat(applier.drain(LONG)).isFalse();
      assertThat(transport.receive(SECOND, SECOND)).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatComesForALaneThatHasEndedGoesBack(DatabaseEngine engine) throws Exception {
    DataSource pool = shop(engine);
    String name = "inbox-" + engine;
    MemoryTransport memory = new MemoryTransport();
    CountDownLatch receiving = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ExecutorService other = Executors.newSingleThreadExecutor();
    Transport held =
        new Receiving(
            memory,
            (wait, visibility) -> {
              if (wait.isZero()) {
                receiving.countDown();
                stay(goOn);
              }
              return memory.receive(wait, visibility);
            });
    try (WriteApplier applier =
            applier(held, pool, name).lanes(2).visibility(LONG).build().start();
        WriteQueue queue = queue(memory, pool, name, 2)) {
      accepted(queue.submit(of(0)));
      assertThat(receiving.await(60, TimeUnit.SECONDS)).isTrue();
      Future<Boolean> drained = other.submit(() -> applier.drain(LONG));
      Awaitility.await().atMost(LONG).until(() -> applier.drained() && threads(name) == 1);
      accepted(queue.submit(of(1)));
      goOn.countDown();
      assertThat(drained.get(60, TimeUnit.SECONDS)).isFalse();
      assertThat(memory.receive(SECOND, SECOND)).hasSize(1);
      assertThat(Databases.rows(pool, "SELECT COUNT(*) FROM notes")).isEqualTo("1\n");
    } finally {
      goOn.countDown();
      other.shutdownNow();
    }
  }

  private static Write of(int lane) {
    return IntStream.range(0, 100)
        .mapToObj(LaneLimitIT::note)
        .filter(w -> Math.floorMod(WriteQueue.spread(w.orderingKey().hashCode()), 2) == lane)
        .findFirst()
        .orElseThrow();
  }

  /** Receives in another way. */
  private record Receiving(
      MemoryTransport inner, BiFunction<Duration, Duration, List<QueueMessage>> receives)
      implements Transport {
    @Override
    public int maximumMessageBytes() {
      return inner.maximumMessageBytes();
    }

    @Override
    public void send(String group, String deduplicationId, String body) {
      inner.send(group, deduplicationId, body);
    }

    @Override
    public List<QueueMessage> receive(Duration wait, Duration visibility) {
      return receives.apply(wait, visibility);
    }

    @Override
    public void delete(List<QueueMessage> messages) {
      inner.delete(messages);
    }

    @Override
    public void extend(List<QueueMessage> messages, Duration visibility) {
      inner.extend(messages, visibility);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theTimesAreBounded(DatabaseEngine engine) throws Exception {
    WriteApplier.Builder builder =
        WriteApplier.builder()
            .transport(new MemoryTransport())
            .dataSource(shop(engine))
            .name("bounds");
    assertThatThrownBy(() -> builder.transactionTimeout(Duration.ZERO).build())
        .hasMessageContaining("transactionTimeout");
    builder.transactionTimeout(SECOND);
    assertThatThrownBy(() -> builder.laterTimeout(Duration.ofMinutes(11)).build())
        .hasMessageContaining("laterTimeout");
  }
}
