package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Ticker;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.ReplicatedDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cases in which merging or the database's own upsert would change what the writes mean: the result
 * is that of the same writes one after the other, and only the row that a write names is touched.
 */
class SameResultIT {
  private static final Databases DATABASES = new Databases();

  static List<DatabaseEngine> engines() {
    return ReplicatedDatabase.availableEngines();
  }

  static List<DatabaseEngine> mySqlEngines() {
    return engines().stream().filter(e -> e != DatabaseEngine.POSTGRESQL).toList();
  }

  static List<DatabaseEngine> postgreSqlEngines() {
    return engines().stream().filter(e -> e == DatabaseEngine.POSTGRESQL).toList();
  }

  @AfterAll
  static void close() {
    DATABASES.close();
  }

  /** Applies batches of writes; how many statements it took. */
  private static final class Lane {
    final DataSource pool;
    final LaneContext context;

    Lane(DatabaseEngine engine, String... tables) throws SQLException {
      pool = DATABASES.pool(engine);
      Databases.run(pool, "DELETE FROM sluice_lane", "DELETE FROM sluice_parked");
      Databases.run(pool, tables);
      try (Connection connection = pool.getConnection()) {
        SqlDialect dialect = SqlDialect.of(connection);
        Ledger.prepareLanes(connection, dialect, "same", 1);
        context =
            new LaneContext(
                "same",
                0,
                1,
                dialect,
                PoisonPolicy.SKIP,
                p -> {},
                new TableCatalog(Ticker.system()),
                Long.MAX_VALUE,
                Sinks.NONE);
      }
    }

    int apply(List<? extends Write> writes) throws SQLException {
      Pack pack = new Pack("same", new PackId("0".repeat(31) + "1", 1), 0, 1, List.copyOf(writes));
      Received received = new Received(new QueueMessage("0", "", ""), pack);
      LaneConnection connection = new LaneConnection(pool, WaitLimits.NONE);
      try {
        for (BatchTransaction.Mode mode : BatchTransaction.Mode.values()) {
          try {
            Databases.run(pool, "DELETE FROM sluice_stream");
            Connection open = connection.open();
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

    String rows(String query) throws SQLException {
      return Databases.rows(pool, query);
    }

    String parked() throws SQLException {
      return rows("SELECT idx, reason FROM sluice_parked ORDER BY id");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anUpsertThatMeetsAnotherUniqueIndexIsParkedAndTouchesNoOtherRow(DatabaseEngine engine)
      throws SQLException {
    Lane lane =
        new Lane(
            engine,
            "DROP TABLE IF EXISTS cust",
            "CREATE TABLE cust (id INT PRIMARY KEY, email VARCHAR(40) UNIQUE, bal INT)",
            "INSERT INTO cust VALUES (3, 'x@y', 100), (4, 'v@w', 5)");
    lane.apply(
        List.of(
            Write.upsert("cust", Map.of("id", 5), Map.of("email", "x@y", "bal", 0)),
            Write.upsert("cust", Map.of("id", 4), Map.of("email", "x@y")),
            Write.upsert("cust", Map.of("id", 4), Map.of("bal", 6)),
            Write.add("cust", Map.of("id", 4), Map.of("bal", 10)),
            Write.upsert("cust", Map.of("id", 6), Map.of("email", "s@t", "bal", 1)),
            Write.add("cust", Map.of("id", 7), Map.of("bal", 2)),
            Write.upsert("cust", Map.of("id", 7), Map.of())));
    assertThat(lane.rows("SELECT id, email, bal FROM cust ORDER BY id"))
        .isEqualTo("3|x@y|100\n4|v@w|16\n6|s@t|1\n7|null|2\n");
    assertThat(lane.parked()).isEqualTo("0|rejected\n1|rejected\n");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anUpsertWhoseKeyIsNoUniqueIndexIsParked(DatabaseEngine engine) throws SQLException {
    boolean postgres = engine == DatabaseEngine.POSTGRESQL;
    Lane lane =
        new Lane(
            engine,
            "DROP TABLE IF EXISTS hits",
            "CREATE TABLE hits (id "
                + (postgres ? "SERIAL" : "INT AUTO_INCREMENT")
                + " PRIMARY KEY, page VARCHAR(20), n INT)");
    lane.apply(
        List.of(
            Write.add("hits", Map.of("page", "p"), Map.of("n", 1)),
            Write.add("hits", Map.of("page", "p"), Map.of("n", 1)),
            Write.upsert("hits", Map.of("page", "q"), Map.of("n", 1))));
    assertThat(lane.rows("SELECT COUNT(*) FROM hits")).isEqualTo("0\n");
    assertThat(lane.parked()).isEqualTo("0|rejected\n1|rejected\n2|rejected\n");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void amountsThatTheColumnRoundsAreAddedOneByOne(DatabaseEngine engine) throws SQLException {
    Lane lane =
        new Lane(
            engine,
            "DROP TABLE IF EXISTS wallet",
            "CREATE TABLE wallet (id INT PRIMARY KEY, bal DECIMAL(10,2), n INT, f REAL)",
            "INSERT INTO wallet VALUES (1, 0, 0, 16777216), (2, 0, 0, 16777216)");
    for (Map<String, ? extends Number> amount :
        List.of(
            Map.of("bal", new BigDecimal("0.005")),
            Map.of("n", new BigDecimal("0.5")),
            Map.of("f", 1),
            Map.of("f", new BigDecimal("0.1")))) {
      List<Write> merged = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        merged.add(Write.addToExisting("wallet", Map.of("id", 1), amount));
        merged.add(Write.add("wallet", Map.of("id", 3), amount));
        lane.apply(List.of(Write.addToExisting("wallet", Map.of("id", 2), amount)));
        lane.apply(List.of(Write.add("wallet", Map.of("id", 4), amount)));
      }
      lane.apply(merged);
      for (int id : new int[] {1, 3}) {
        assertThat(lane.rows("SELECT bal, n, f FROM wallet WHERE id = " + id))
            .as("%s", amount)
            .isEqualTo(lane.rows("SELECT bal, n, f FROM wallet WHERE id = " + (id + 1)));
      }
    }
    assertThat(
            lane.apply(
                Collections.nCopies(
                    50,
                    Write.addToExisting(
                        "wallet", Map.of("id", 1), Map.of("bal", new BigDecimal("0.05"))))))
        .as("what is not rounded is merged")
        .isEqualTo(1);
    assertThat(lane.parked()).isEmpty();
  }

  /** In the order of their submission, each to the row that the database takes the key for. */
  private static void inOrder(Lane lane, String table, Object... keys) throws SQLException {
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < keys.length; i++) {
      writes.add(Write.update(table, Map.of("k", keys[i]), Map.of("a", i + 1)).orderedBy("one"));
    }
    lane.apply(writes);
    assertThat(lane.rows("SELECT a FROM " + table)).isEqualTo(keys.length + "\n");
    assertThat(lane.parked()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("mySqlEngines")
  void spellingsThatACollationEquatesKeepTheirOrder(DatabaseEngine engine) throws SQLException {
    for (String collation : List.of("utf8mb4_german2_ci", "utf8mb4_unicode_ci")) {
      String other = collation.contains("german2") ? "mueller" : "muller";
      Lane lane =
          new Lane(
              engine,
              "DROP TABLE IF EXISTS ge",
              "CREATE TABLE ge (k VARCHAR(20) CHARACTER SET utf8mb4 COLLATE "
                  + collation
                  + " PRIMARY KEY, a INT)",
              "INSERT INTO ge VALUES ('müller', 0)");
      inOrder(lane, "ge", "müller", other, "müller", other, "müller");
      inOrder(lane, "ge", "MÜLLER", other, "müller", "Müller ", other);
    }
    Lane lane =
        new Lane(
            engine,
            "DROP TABLE IF EXISTS da",
            "CREATE TABLE da (k DATE PRIMARY KEY, a INT)",
            "INSERT INTO da VALUES ('2026-01-05', 0)");
    inOrder(lane, "da", "2026-01-05", "2026-1-5", "2026-01-05", "2026-1-5");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void namesOfOneTableKeepTheirOrder(DatabaseEngine engine) throws SQLException {
    Lane lane =
        new Lane(
            engine,
            "DROP TABLE IF EXISTS al",
            "CREATE TABLE al (k INT PRIMARY KEY, a INT)",
            "INSERT INTO al VALUES (1, 0)");
    String schema =
        lane.rows(
                engine == DatabaseEngine.POSTGRESQL ? "SELECT current_schema" : "SELECT DATABASE()")
            .strip();
    List<Write> writes = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      writes.add(
          Write.update(i % 2 == 0 ? schema + ".al" : "al", Map.of("k", 1), Map.of("a", i))
              .orderedBy("one"));
    }
    lane.apply(writes);
    assertThat(lane.rows("SELECT a FROM al")).isEqualTo("5\n");
  }

  @ParameterizedTest
  @MethodSource("mySqlEngines")
  void aColumnThatChangesAtEachUpdateIsChanged(DatabaseEngine engine) throws SQLException {
    Lane lane =
        new Lane(
            engine,
            "DROP TABLE IF EXISTS ou",
            "CREATE TABLE ou (id INT PRIMARY KEY, a INT, at TIMESTAMP NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP)");
    List<Write> writes = new ArrayList<>();
    for (int id = 1; id <= 20; id++) {
      writes.add(Write.insert("ou", Map.of("id", id), Map.of("a", 1)));
    }
    for (int id = 1; id <= 20; id++) {
      writes.add(Write.update("ou", Map.of("id", id), Map.of("a", 2)));
    }
    assertThat(lane.apply(writes)).as("statements").isEqualTo(2);
    lane.apply(
        List.of(
            Write.add("ou", Map.of("id", 21), Map.of("a", 1)),
            Write.add("ou", Map.of("id", 21), Map.of("a", 1))));
    assertThat(lane.rows("SELECT COUNT(at), SUM(a) FROM ou")).isEqualTo("21|42\n");
  }

  @ParameterizedTest
  @MethodSource("postgreSqlEngines")
  void rowsThatExcludeEachOtherKeepTheirOrder(DatabaseEngine engine) throws SQLException {
    Lane lane =
        new Lane(
            engine,
            "DROP TABLE IF EXISTS ex",
            "CREATE TABLE ex (k INT PRIMARY KEY, a INT, r INT4RANGE, EXCLUDE USING gist (r WITH &&))",
            "INSERT INTO ex VALUES (1, 0, NULL), (3, 0, '[1,5)'), (9, 0, NULL)");
    lane.apply(
        List.of(
            Write.delete("ex", Map.of("k", 9)),
            Write.update("ex", Map.of("k", 1), Map.of("r", "[1,3)")),
            Write.delete("ex", Map.of("k", 3))));
    assertThat(lane.rows("SELECT k, r FROM ex ORDER BY k")).isEqualTo("1|null\n");
    assertThat(lane.parked()).isEqualTo("1|rejected\n");
  }

  @ParameterizedTest
  @MethodSource("postgreSqlEngines")
  void whatBelongsToAPartitionOrAChildCountsForTheTable(DatabaseEngine engine) throws SQLException {
    Lane lane =
        new Lane(
            engine,
            "DROP TABLE IF EXISTS pt, pu, pw, ptlog, inherits, inherited CASCADE",
            "CREATE TABLE ptlog (a INT)",
            "CREATE OR REPLACE FUNCTION pt_log() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN INSERT INTO ptlog VALUES (NEW.a); RETURN NEW; END $$",
            "CREATE TABLE pt (k INT PRIMARY KEY, a INT) PARTITION BY RANGE (k)",
            "CREATE TABLE pt1 PARTITION OF pt FOR VALUES FROM (0) TO (100)",
            "CREATE TRIGGER pt_trigger AFTER INSERT OR UPDATE ON pt1 FOR EACH ROW EXECUTE FUNCTION pt_log()",
            "CREATE TABLE pu (k INT PRIMARY KEY, a INT) PARTITION BY RANGE (k)",
            "CREATE TABLE pu1 PARTITION OF pu FOR VALUES FROM (0) TO (100)",
            "CREATE UNIQUE INDEX ON pu1 (a)",
            "CREATE TABLE pw (k INT PRIMARY KEY, a INT) PARTITION BY RANGE (k)",
            "CREATE TABLE pw1 PARTITION OF pw FOR VALUES FROM (0) TO (100)",
            "CREATE TABLE inherited (k INT PRIMARY KEY, a INT)",
            "CREATE TABLE inherits () INHERITS (inherited)");
    List<Write> writes = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      writes.add(Write.upsert("pt", Map.of("k", 1), Map.of("a", i)));
    }
    lane.apply(writes);
    assertThat(lane.rows("SELECT a FROM ptlog ORDER BY a")).isEqualTo("1\n2\n3\n");
    try (Connection connection = lane.pool.getConnection()) {
      for (String table : List.of("pt", "pu", "pu1", "pw1", "inherited", "inherits")) {
        assertThat(
                TableFacts.read(connection, SqlDialect.POSTGRESQL, table)
                    .independentRows(List.of("k")))
            .as(table)
            .isFalse();
      }
      assertThat(
              TableFacts.read(connection, SqlDialect.POSTGRESQL, "pw")
                  .independentRows(List.of("k")))
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aTextThatIsSeveralStatementsForThisDatabaseIsParked(DatabaseEngine engine)
      throws SQLException {
    Lane lane = new Lane(engine, "DROP TABLE IF EXISTS st", "CREATE TABLE st (a VARCHAR(40))");
    boolean postgres = engine == DatabaseEngine.POSTGRESQL;
    lane.apply(
        List.of(
            Write.sql("k", "INSERT INTO st VALUES ('a'';b')"),
            Write.sql("k", "INSERT INTO st VALUES ('c\\'); COMMIT; -- ')"),
            Write.sql("k", "INSERT INTO st VALUES (?)", "d")));
    assertThat(lane.rows("SELECT a FROM st ORDER BY a"))
        .isEqualTo(postgres ? "a';b\nd\n" : "a';b\nc'); COMMIT; -- \nd\n");
    assertThat(lane.parked()).isEqualTo(postgres ? "1|rejected\n" : "");
  }
}
