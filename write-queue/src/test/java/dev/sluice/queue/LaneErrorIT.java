package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Errors of the virtual machine, of drivers and of limits: nothing is lost, no lane stands. */
class LaneErrorIT {
  private static final Databases DATABASES = new Databases();

  static List<DatabaseEngine> engines() {
    return ReplicatedDatabase.availableEngines();
  }

  static List<DatabaseEngine> postgresql() {
    return engines().stream().filter(e -> e == DatabaseEngine.POSTGRESQL).toList();
  }

  static List<DatabaseEngine> mysql() {
    return engines().stream().filter(e -> e != DatabaseEngine.POSTGRESQL).toList();
  }

  @AfterAll
  static void close() {
    DATABASES.close();
  }

  private static DataSource shop(DatabaseEngine engine, String... more) throws SQLException {
    DataSource pool = DATABASES.pool(engine);
    Databases.run(
        pool,
        "DROP TABLE IF EXISTS child",
        "DROP TABLE IF EXISTS parent",
        "DROP TABLE IF EXISTS notes",
        "CREATE TABLE notes (k INT PRIMARY KEY, t "
            + (engine == DatabaseEngine.POSTGRESQL ? "TEXT)" : "LONGTEXT)"),
        "CREATE TABLE parent (id INT PRIMARY KEY)");
    Databases.run(pool, more);
    return pool;
  }

  private static WriteApplier.Builder applier(Transport transport, DataSource to, String name) {
    return WriteApplier.builder()
        .transport(transport)
        .dataSource(to)
        .name(name)
        .lanes(1)
        .laterTimeout(Duration.ZERO)
        .receiveWait(Duration.ofSeconds(1));
  }

  private static WriteQueue queue(Transport transport, DataSource ledger, String name) {
    return WriteQueue.builder().transport(transport).name(name).lanes(1).ledger(ledger).build();
  }

  private static Write note(int key, Object text) {
    return Write.insert("notes", Map.of("k", key), Map.of("t", text));
  }

  private static void await(WriteTicket ticket) throws Exception {
    ticket.applied().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private static void assertParked(WriteTicket ticket, String reason) {
    assertThatThrownBy(() -> await(ticket))
        .cause()
        .isInstanceOf(WriteParkedException.class)
        .hasMessageContaining(reason);
  }

  /** Submits all before any of them is applied, so that they come in one batch. */
  private static List<WriteTicket> together(WriteQueue queue, List<Write> writes) throws Exception {
    List<WriteTicket> tickets = queue.submitAll(writes);
    for (WriteTicket ticket : tickets) {
      ticket.accepted().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
    tickets.forEach(WriteTicket::applied); // at once, or each costs a poll
    return tickets;
  }

  private static boolean inserts(String method, Object[] arguments, String table) {
    return method.equals("prepareStatement") && ((String) arguments[0]).contains(table);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anErrorWhileAStatementIsBuiltCommitsNothingAndTheLaneGoesOn(DatabaseEngine engine)
      throws Exception {
    DataSource pool = shop(engine);
    String name = "error-" + engine;
    String ledger = "SELECT last_seq FROM sluice_stream WHERE queue_id = '" + name + "'";
    AtomicInteger builds = new AtomicInteger();
    AtomicReference<String> afterTheError = new AtomicReference<>("");
    DataSource failing =
        HookedDataSource.of(
            pool,
            (method, arguments) -> {
              if (inserts(method, arguments, "notes")) {
                int build = builds.incrementAndGet();
                if (build == 2) {
                  throw new NoClassDefFoundError("of a test");
                } else if (build == 3) {
                  afterTheError.set(Databases.rows(pool, ledger));
                }
              }
            });
    MemoryTransport transport = new MemoryTransport();
    try (WriteApplier applier = applier(transport, failing, name).build().start();
        WriteQueue queue = queue(transport, pool, name)) {
      await(queue.submit(note(1, "a")));
      String before = Databases.rows(pool, ledger);
      await(queue.submit(note(2, "b")));
      assertThat(afterTheError).hasValue(before);
      assertThat(Databases.rows(pool, "SELECT k, t FROM notes ORDER BY k")).isEqualTo("1|a\n2|b\n");
      assertThat(applier.stats().get(0).duplicates()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anErrorInAReplayCommitsNeitherTheWriteNorItsMark(DatabaseEngine engine) throws Exception {
    DataSource pool =
        shop(
            engine,
            "CREATE TABLE child (id INT PRIMARY KEY, p INT NOT NULL,"
                + " CONSTRAINT child_p FOREIGN KEY (p) REFERENCES parent (id))");
    String name = "replay-" + engine;
    MemoryTransport transport = new MemoryTransport();
    try (WriteApplier applier = applier(transport, pool, name).build().start();
        WriteQueue queue = queue(transport, pool, name)) {
      assertParked(
          queue.submit(Write.insert("child", Map.of("id", 1), Map.of("p", 7))), "foreign-key");
      assertThat(applier.stats().get(0).parked()).isOne();
    }
    Databases.run(pool, "INSERT INTO parent VALUES (7)");
    DataSource failing =
        HookedDataSource.of(
            pool,
            (method, arguments) -> {
              if (inserts(method, arguments, "UPDATE sluice_parked")) {
                throw new NoClassDefFoundError("of a test");
              }
            });
    assertThatThrownBy(() -> ParkedWrites.of(failing, name).replay(0))
        .isInstanceOf(NoClassDefFoundError.class);
    assertThat(Databases.rows(pool, "SELECT id FROM child")).isEmpty();
    assertThat(ParkedWrites.of(pool, name).replay(0)).isEqualTo(new ParkedWrites.Replay(1, 0));
    assertThat(Databases.rows(pool, "SELECT id FROM child")).isEqualTo("1\n");
  }

  @ParameterizedTest
  @MethodSource("postgresql")
  void whatADeferredConstraintRefusesIsParkedAndTheRestApplied(DatabaseEngine engine)
      throws Exception {
    DataSource pool =
        shop(
            engine,
            "INSERT INTO parent VALUES (1)",
            "CREATE TABLE child (id INT PRIMARY KEY, p INT REFERENCES parent"
                + " DEFERRABLE INITIALLY DEFERRED, u INT UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    String name = "deferred-" + engine;
    MemoryTransport transport = new MemoryTransport();
    try (WriteApplier applier = applier(transport, pool, name).build();
        WriteQueue queue = queue(transport, pool, name)) {
      List<WriteTicket> tickets =
          together(queue, List.of(child(1, 1, 1), child(2, 99, 2), child(3, 1, 1), child(4, 1, 4)));
      applier.start();
      await(tickets.get(0));
      assertParked(tickets.get(1), "foreign-key");
      assertParked(tickets.get(2), "rejected");
      await(tickets.get(3));
      // a group may break the constraint on its way
      await(
          queue.submit(
              Write.atomically(
                  "group",
                  List.of(child(5, 50, 5), Write.insert("parent", Map.of("id", 50), Map.of())))));
      assertThat(Databases.rows(pool, "SELECT id FROM child ORDER BY id")).isEqualTo("1\n4\n5\n");
      Databases.run(pool, "INSERT INTO parent VALUES (99)");
      assertThat(ParkedWrites.of(pool, name).replay(0)).isEqualTo(new ParkedWrites.Replay(1, 1));
    }
  }

  private static Write child(int id, int parent, int unique) {
    return Write.insert("child", Map.of("id", id), Map.of("p", parent, "u", unique));
  }

  @ParameterizedTest
  @MethodSource("postgresql")
  void aRowThatFitsInNoIndexPageIsParkedAndTheNextApplied(DatabaseEngine engine) throws Exception {
    DataSource pool = shop(engine, "CREATE INDEX ON notes (t)");
    String name = "wide-" + engine;
    StringBuilder wide = new StringBuilder();
    new Random(1).ints(9000, 33, 123).forEach(c -> wide.append((char) c));
    MemoryTransport transport = new MemoryTransport();
    try (WriteApplier applier = applier(transport, pool, name).build();
        WriteQueue queue = queue(transport, pool, name)) {
      List<WriteTicket> tickets =
          together(queue, List.of(note(1, "a"), note(2, wide.toString()), note(3, "c")));
      applier.start();
      assertParked(tickets.get(1), "rejected");
      await(tickets.get(2));
      assertThat(Databases.rows(pool, "SELECT k FROM notes ORDER BY k")).isEqualTo("1\n3\n");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aValueThatTheDriverCannotSendIsParkedAndTheNextApplied(DatabaseEngine engine)
      throws Exception {
    DataSource pool = shop(engine);
    String name = "unsent-" + engine;
    DataSource failing =
        HookedDataSource.of(
            pool,
            (method, arguments) -> {
              if (method.startsWith("set") && Arrays.asList(arguments).contains("unsendable")) {
                throw new DateTimeException("of a test");
              }
            });
    MemoryTransport transport = new MemoryTransport();
    try (WriteApplier applier = applier(transport, failing, name).build();
        WriteQueue queue = queue(transport, pool, name)) {
      List<WriteTicket> tickets =
          together(queue, List.of(note(1, "a"), note(2, "unsendable"), note(3, "c")));
      applier.start();
      assertParked(tickets.get(1), "rejected");
      await(tickets.get(2));
      assertThat(Databases.rows(pool, "SELECT k FROM notes ORDER BY k")).isEqualTo("1\n3\n");
      assertThat(ParkedWrites.of(failing, name).replay(0)).isEqualTo(new ParkedWrites.Replay(0, 1));
      assertThat(ParkedWrites.of(pool, name).replay(0)).isEqualTo(new ParkedWrites.Replay(1, 0));
    }
  }

  @ParameterizedTest
  @EnumSource(value = DatabaseEngine.class, names = "MARIADB")
  void aTimeOutOfTheDriversReachIsParkedAndTheNextApplied(DatabaseEngine engine) throws Exception {
    DataSource pool =
        shop(
            engine,
            "DROP TABLE IF EXISTS times",
            "CREATE TABLE times (k INT PRIMARY KEY, t DATETIME)");
    String name = "time-" + engine;
    MemoryTransport transport = new MemoryTransport();
    try (WriteApplier applier = applier(transport, pool, name).build();
        WriteQueue queue = queue(transport, pool, name)) {
      List<WriteTicket> tickets =
          together(
              queue,
              List.of(
                  Write.insert("times", Map.of("k", 1), Map.of("t", OffsetDateTime.MAX)),
                  Write.insert(
                      "times",
                      Map.of("k", 2),
                      Map.of("t", OffsetDateTime.parse("2026-01-01T00:00:00Z")))));
      applier.start();
      assertParked(tickets.get(0), "rejected");
      await(tickets.get(1));
      assertThat(Databases.rows(pool, "SELECT k FROM times")).isEqualTo("2\n");
    }
  }

  private static List<Write> wideNotes() {
    List<Write> writes = new ArrayList<>();
    for (int n = 0; n < 60; n++) {
      writes.add(note(n, "y".repeat(30_000)));
    }
    return writes;
  }

  @ParameterizedTest
  @MethodSource("mysql")
  void aBatchLargerThanAPacketIsSplitBeforeItIsSent(DatabaseEngine engine) throws Exception {
    DataSource pool = shop(engine);
    String name = "packet-" + engine;
    MemoryTransport transport = new MemoryTransport();
    try (HikariDataSource narrow = pool(engine, "maxAllowedPacket", "1048576");
        WriteApplier applier = applier(transport, saying(narrow, 1_048_576), name).build();
        WriteQueue queue = queue(transport, pool, name)) {
      List<WriteTicket> tickets = together(queue, wideNotes());
      applier.start();
      for (WriteTicket ticket : tickets) {
        await(ticket);
      }
      LaneStats stats = applier.stats().get(0);
      assertThat(stats.retries()).isZero();
      assertThat(stats.statements()).isLessThan(20);
      assertThat(Databases.rows(pool, "SELECT COUNT(*) FROM notes")).isEqualTo("60\n");
    }
  }

  /** A server that says that it takes no larger packets; users of tests may not make it so. */
  private static DataSource saying(DataSource pool, int most) {
    return HookedDataSource.of(
        pool,
        (method, arguments) -> {
          if (method.equals("executeQuery")
              && arguments.length == 1
              && ((String) arguments[0]).contains("@@max_allowed_packet")) {
            arguments[0] = "SELECT " + most;
          }
        });
  }

  @ParameterizedTest
  @MethodSource("mysql")
  void aBatchThatTheDriverFindsTooLargeIsHalvedAndNothingParked(DatabaseEngine engine)
      throws Exception {
    DataSource pool = shop(engine);
    String name = "driver-packet-" + engine;
    MemoryTransport transport = new MemoryTransport();
    try (HikariDataSource narrow = pool(engine, "maxAllowedPacket", "200000");
        WriteApplier applier = applier(transport, narrow, name).build();
        WriteQueue queue = queue(transport, pool, name)) {
      List<WriteTicket> tickets = together(queue, wideNotes());
      applier.start();
      for (WriteTicket ticket : tickets) {
        await(ticket);
      }
      await(queue.submit(note(100, "small")));
      assertThat(applier.stats().get(0).retries()).isPositive();
      assertThat(applier.stats().get(0).parked()).isZero();
      assertThat(Databases.rows(pool, "SELECT COUNT(*) FROM notes")).isEqualTo("61\n");
    }
  }

  private static HikariDataSource pool(DatabaseEngine engine, String property, String value) {
    DatabaseNode node = DATABASES.primary(engine);
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(node.jdbcUrl());
    config.setUsername(node.user());
    config.setPassword(node.password());
    config.addDataSourceProperty(property, value);
    config.setMaximumPoolSize(2);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  @ParameterizedTest
  @MethodSource("postgresql")
  void aStatementThatTakesTooLongIsHalvedAndNothingParked(DatabaseEngine engine) throws Exception {
    DataSource pool =
        shop(
            engine,
            "CREATE OR REPLACE FUNCTION slow(k INT) RETURNS BOOLEAN LANGUAGE SQL VOLATILE AS"
                + " 'SELECT pg_sleep(0.05) IS NOT NULL'",
            "ALTER TABLE notes ADD CONSTRAINT slowly CHECK (slow(k))");
    String name = "slow-" + engine;
    MemoryTransport transport = new MemoryTransport();
    try (HikariDataSource hasty = pool(engine, "options", "-c statement_timeout=1000");
        WriteApplier applier = applier(transport, hasty, name).build();
        WriteQueue queue = queue(transport, pool, name)) {
      List<Write> writes = new ArrayList<>();
      for (int n = 0; n < 40; n++) {
        writes.add(note(n, "x"));
      }
      List<WriteTicket> tickets = together(queue, writes);
      applier.start();
      for (WriteTicket ticket : tickets) {
        await(ticket);
      }
      assertThat(applier.stats().get(0).retries()).isPositive();
      assertThat(applier.stats().get(0).parked()).isZero();
      assertThat(Databases.rows(pool, "SELECT COUNT(*) FROM notes")).isEqualTo("40\n");
    }
  }
}
