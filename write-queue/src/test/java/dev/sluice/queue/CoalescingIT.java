package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Ticker;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Coalesced writes have the result of the same writes one after the other. */
class CoalescingIT {
  private static final Databases DATABASES = new Databases();
  private static final String[] TABLES = {
    "plain", "pairs", "names", "uniq", "audited", "child", "parent"
  };
  private static final int ROUNDS = 60;

  static List<DatabaseEngine> engines() {
    return ReplicatedDatabase.availableEngines();
  }

  @AfterAll
  static void close() {
    DATABASES.close();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void coalescedWritesEqualSequentialOnes(DatabaseEngine engine) throws SQLException {
    DataSource pool = DATABASES.pool(engine);
    create(pool, engine);
    Databases.run(pool, "DELETE FROM sluice_lane");
    SqlDialect dialect;
    try (Connection connection = pool.getConnection()) {
      dialect = SqlDialect.of(connection);
      Ledger.prepareLanes(connection, dialect, "co", 1);
    }
    LaneContext context =
        new LaneContext(
            "co",
            0,
            1,
            dialect,
            PoisonPolicy.SKIP,
            p -> {},
            new TableCatalog(Ticker.system()),
            Long.MAX_VALUE,
            Sinks.NONE);
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(round);
      List<Write> batch = new ArrayList<>();
      int size = 2 + random.nextInt(40);
      for (int i = 0; i < size; i++) {
        batch.add(write(random, true));
      }
      clear(pool);
      for (Write write : batch) {
        apply(pool, context, List.of(write));
      }
      String expected = state(pool);
      clear(pool);
      apply(pool, context, batch);
      assertThat(state(pool)).as("round %d: %s", round, batch).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void hundredWritesOfOneTableAreOneStatement(DatabaseEngine engine) throws SQLException {
    DataSource pool = DATABASES.pool(engine);
    create(pool, engine);
    Databases.run(pool, "DELETE FROM sluice_lane");
    SqlDialect dialect;
    try (Connection connection = pool.getConnection()) {
      dialect = SqlDialect.of(connection);
      Ledger.prepareLanes(connection, dialect, "co", 1);
    }
    LaneContext context =
        new LaneContext(
            "co",
            0,
            1,
            dialect,
            PoisonPolicy.SKIP,
            p -> {},
            new TableCatalog(Ticker.system()),
            Long.MAX_VALUE,
            Sinks.NONE);
    List<Write> upserts = new ArrayList<>();
    List<Write> updates = new ArrayList<>();
    List<Write> sums = new ArrayList<>();
    List<Write> deletes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Map<String, Long> key = Map.of("id", (long) i % 50);
      upserts.add(Write.upsert("plain", key, Map.of("a", "x" + i, "b", i)));
      updates.add(Write.update("plain", key, Map.of("a", "y" + i)));
      sums.add(Write.addToExisting("plain", key, Map.of("n", 1)));
      deletes.add(Write.delete("plain", key));
    }
    clear(pool);
    assertThat(apply(pool, context, upserts)).isEqualTo(1);
    assertThat(apply(pool, context, updates)).isEqualTo(1);
    assertThat(apply(pool, context, sums)).isEqualTo(1);
    assertThat(Databases.rows(pool, "SELECT COUNT(*), SUM(n), MIN(a), SUM(b) FROM plain"))
        .isEqualTo("50|100|y50|" + (50 * 75 - 25) + "\n");
    assertThat(apply(pool, context, deletes)).isEqualTo(1);
    assertThat(Databases.rows(pool, "SELECT COUNT(*) FROM plain")).isEqualTo("0\n");
  }

  private static int apply(DataSource pool, LaneContext context, List<Write> writes)
      throws SQLException {
    Pack pack = new Pack("co", new PackId("0".repeat(31) + "1", 1), 0, 1, writes);
    Received received = new Received(new QueueMessage("0", "", ""), pack);
    LaneConnection connection = new LaneConnection(pool, WaitLimits.NONE);
    try {
      for (BatchTransaction.Mode mode : BatchTransaction.Mode.values()) {
        Connection open = connection.open();
        try (Statement statement = open.createStatement()) {
          statement.executeUpdate("DELETE FROM sluice_stream");
          BatchTransaction.Outcome outcome =
              new BatchTransaction(context, open, mode, Integer.MAX_VALUE).run(List.of(received));
          open.commit();
          return outcome.statements;
        } catch (SQLException e) {
          connection.rollback();
          assertThat(ErrorPolicy.classify(context.dialect(), e))
              .as("%s %s", e, e.getErrorCode())
              .isIn(ErrorPolicy.Kind.PERMANENT, ErrorPolicy.Kind.LATER);
        }
      }
      throw new AssertionError("the last mode parks");
    } finally {
      connection.release();
    }
  }

  private static void create(DataSource pool, DatabaseEngine engine) throws SQLException {
    boolean postgres = engine == DatabaseEngine.POSTGRESQL;
    for (String table : TABLES) {
      Databases.run(pool, "DROP TABLE IF EXISTS " + table);
    }
    Databases.run(
        pool,
        "DROP TABLE IF EXISTS audit",
        "CREATE TABLE plain (id BIGINT PRIMARY KEY, a VARCHAR(40), b INT DEFAULT 7, n BIGINT NOT NULL DEFAULT 0 CHECK (n > -20))",
        "CREATE TABLE pairs (x INT NOT NULL, y VARCHAR(20) NOT NULL, a DECIMAL(10,2), d TIMESTAMP NULL, PRIMARY KEY (x, y))",
        "CREATE TABLE names (name VARCHAR(20) PRIMARY KEY, b INT NOT NULL DEFAULT 0)",
        "CREATE TABLE uniq (id INT PRIMARY KEY, u INT UNIQUE, b INT)",
        "CREATE TABLE audited (id INT PRIMARY KEY, b INT)",
        "CREATE TABLE audit (b INT)",
        "CREATE TABLE parent (id INT PRIMARY KEY, b INT)",
        "CREATE TABLE child (id INT PRIMARY KEY, p INT, b INT, FOREIGN KEY (p) REFERENCES parent (id) ON DELETE CASCADE)");
    if (postgres) {
      Databases.run(
          pool,
          "CREATE OR REPLACE FUNCTION audit_it() RETURNS trigger LANGUAGE plpgsql AS"
              + " $$ BEGIN INSERT INTO audit VALUES (NEW.b); RETURN NEW; END $$",
          "CREATE TRIGGER audited_t AFTER INSERT OR UPDATE ON audited FOR EACH ROW EXECUTE FUNCTION audit_it()");
    } else {
      Databases.run(
          DATABASES.primary(engine).adminDataSource(),
          "CREATE TRIGGER audited_i AFTER INSERT ON audited FOR EACH ROW INSERT INTO audit VALUES (NEW.b)",
          "CREATE TRIGGER audited_u AFTER UPDATE ON audited FOR EACH ROW INSERT INTO audit VALUES (NEW.b)");
    }
  }

  private static void clear(DataSource pool) throws SQLException {
    for (String table : TABLES) {
      Databases.run(pool, "DELETE FROM " + table);
    }
    Databases.run(
        pool, "DELETE FROM audit", "INSERT INTO plain (id, a) VALUES (1, 'one'), (2, 'two')");
  }

  private static String state(DataSource pool) throws SQLException {
    return Databases.rows(pool, "SELECT id, a, b, n FROM plain ORDER BY id")
        + Databases.rows(pool, "SELECT x, y, a, d FROM pairs ORDER BY x, y")
        + Databases.rows(pool, "SELECT name, b FROM names ORDER BY name")
        + Databases.rows(pool, "SELECT id, u, b FROM uniq ORDER BY id")
        + Databases.rows(pool, "SELECT id, b FROM audited ORDER BY id")
        + Databases.rows(pool, "SELECT b, COUNT(*) FROM audit GROUP BY b ORDER BY b")
        + Databases.rows(pool, "SELECT id, b FROM parent ORDER BY id")
        + Databases.rows(pool, "SELECT id, p, b FROM child ORDER BY id");
  }

  private static Write write(Random random, boolean groups) {
    int n = random.nextInt(1000);
    return switch (random.nextInt(groups ? 22 : 20)) {
      case 0, 1 -> Write.insert("plain", Map.of("id", random.nextInt(6)), Map.of("a", "i" + n));
      case 2, 3 ->
          Write.upsert("plain", Map.of("id", random.nextInt(6)), Map.of("a", "u" + n, "b", n));
      case 4 -> Write.upsert("plain", Map.of("id", random.nextInt(6)), Map.of("b", n));
      case 5, 6 -> Write.update("plain", Map.of("id", random.nextInt(6)), Map.of("a", "w" + n));
      case 7 -> Write.update("plain", Map.of("id", random.nextInt(6)), Map.of("b", n));
      case 8 -> Write.delete("plain", Map.of("id", random.nextInt(6)));
      case 9, 10 ->
          Write.add("plain", Map.of("id", random.nextInt(6)), Map.of("n", random.nextInt(30) - 10));
      case 11 ->
          Write.addToExisting(
              "plain", Map.of("id", random.nextInt(6)), Map.of("n", random.nextInt(30) - 10));
      case 12 ->
          Write.upsert(
              "pairs",
              Map.of("x", random.nextInt(2), "y", "k" + random.nextInt(2)),
              Map.of(
                  "a",
                  java.math.BigDecimal.valueOf(n, random.nextInt(3)),
                  "d",
                  java.time.LocalDateTime.of(2026, 1, 1, 0, 0).plusMinutes(n)));
      case 13 ->
          Write.update(
              "pairs",
              Map.of("x", random.nextInt(2), "y", "k" + random.nextInt(2)),
              Map.of("a", n));
      case 14 ->
          Write.upsert(
              "names",
              Map.of(
                  "name",
                  List.of("ann", "Ann", "änn", "bob", "b-ob", "straße", "strasse")
                      .get(random.nextInt(7))),
              Map.of("b", n));
      case 15 ->
          Write.upsert(
              "uniq", Map.of("id", random.nextInt(4)), Map.of("u", random.nextInt(4), "b", n));
      case 16 ->
          random.nextBoolean()
              ? Write.upsert("audited", Map.of("id", random.nextInt(3)), Map.of("b", n))
              : Write.update("audited", Map.of("id", random.nextInt(3)), Map.of("b", n));
      case 17 ->
          random.nextBoolean()
              ? Write.upsert("parent", Map.of("id", random.nextInt(3)), Map.of("b", n))
              : Write.delete("parent", Map.of("id", random.nextInt(3)));
      case 18 ->
          Write.upsert(
              "child", Map.of("id", random.nextInt(4)), Map.of("p", random.nextInt(3), "b", n));
      case 19 -> Write.sql("k", "UPDATE plain SET b = b + 1 WHERE id < ?", random.nextInt(6));
      default -> Write.atomically("g", List.of(write(random, false), write(random, false)));
    };
  }
}
