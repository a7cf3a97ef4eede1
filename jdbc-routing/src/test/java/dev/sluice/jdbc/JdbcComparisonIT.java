package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sluice.causality.CausalScope;
import dev.sluice.causality.CommitListener;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.causality.PendingCommit;
import dev.sluice.testkit.DatabaseEngine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.XADataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same random sequences of JDBC calls on a routed connection, on a HikariCP connection and on
 * the driver's own give the same answers, exceptions and rows. The sequence of a seed is always the
 * same: {@code -Dsluice.compare.seed} is the first, {@code -Dsluice.compare.sequences} how many.
 */
@ParameterizedClass
@MethodSource("dev.sluice.testkit.ReplicatedDatabase#availableEngines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JdbcComparisonIT {
  private static final long FIRST = Long.getLong("sluice.compare.seed", 0);
  private static final int SEQUENCES =
      Integer.getInteger(
          "sluice.compare.sequences", Boolean.getBoolean("sluice.soak") ? 20_000 : 60);

  /** A slow machine plays fewer: what is not finished then stays for another run. */
  private static final Duration ENOUGH =
      Boolean.getBoolean("sluice.soak") ? Duration.ofHours(1) : Duration.ofSeconds(15);

  private static final int LEAST = 20;

  @Parameter DatabaseEngine engine;
  private ComparedDatabase database;

  @BeforeParameterizedClassInvocation
  void startServers() throws SQLException {
    database = new ComparedDatabase(engine);
  }

  @AfterParameterizedClassInvocation
  void stopServers() {
    if (database != null) {
      database.close();
    }
  }

  @Test
  void randomSequencesGiveTheSameAsTheDriverAlone() throws SQLException {
    Comparison comparison = new Comparison(database);
    long end = System.nanoTime() + ENOUGH.toNanos();
    int played = 0;
    // Some of MariaDB's sequences wait for locks, a minute on each side.
    boolean few = engine == DatabaseEngine.MARIADB && !Boolean.getBoolean("sluice.soak");
    int most = few ? LEAST : SEQUENCES;
    while (played < most && (played < LEAST || System.nanoTime() - end < 0)) {
      assertThat(comparison.difference(FIRST + played)).isNull();
      played++;
    }
    assertThat(database.onReplicas.get()).isGreaterThan(played / 10);
    System.out.printf(
        "%s: %d sequences from seed %d, %d calls, %d reads on replicas, explained %s%n",
        engine, played, FIRST, comparison.steps, database.onReplicas.get(), comparison.explained);
  }

  private interface Case {
    String run(Connection connection) throws Exception;
  }

  /** What a case answers, on a routed connection and on the driver's own. */
  private String same(Case each) throws Exception {
    try (CausalScope scope = CausalScope.open();
        Connection routed = database.routed.getConnection();
        Connection alone = database.connect(ComparedDatabase.DRIVER)) {
      assertThat(scope).isNotNull();
      String answer = answer(each, routed);
      assertThat(answer).isEqualTo(answer(each, alone));
      return answer;
    }
  }

  private static String answer(Case each, Connection connection) throws Exception {
    try {
      return each.run(connection);
    } catch (SQLException e) {
      return ComparedSide.error(e);
    }
  }

  private String sleep() {
    return database.mysql ? "SELECT SLEEP(20)" : "SELECT pg_sleep(20)";
  }

  @Test
  void queryTimeoutEndsTheStatementThatRunsAndNothingElse() throws Exception {
    String answer =
        same(
            connection -> {
              String failure;
              try (Statement statement = connection.createStatement()) {
                statement.setQueryTimeout(1);
                statement.execute(sleep());
                failure = "none";
              } catch (SQLException e) {
                failure = ComparedSide.error(e);
              }
              return failure + " " + RoutedDatabase.value(connection, "SELECT 5");
            });
    assertThat(answer).startsWith("!SQL").endsWith(" 5");
  }

  @Test
  void cancelOfAnotherThreadEndsTheStatementThatRunsAndNothingElse() throws Exception {
    ScheduledExecutorService other = Executors.newSingleThreadScheduledExecutor();
    try {
      String answer =
          same(
              connection -> {
                String failure;
                try (Statement statement = connection.createStatement()) {
                  // Until it arrives: a statement that has not reached its server is not cancelled.
                  Future<?> cancels =
                      other.scheduleWithFixedDelay(
                          () -> cancel(statement), 300, 300, TimeUnit.MILLISECONDS);
                  try (ResultSet rows = statement.executeQuery(sleep())) {
                    failure = rows.next() + rows.getString(1);
                  } catch (SQLException e) {
                    failure = ComparedSide.error(e);
                  } finally {
                    cancels.cancel(false);
                    // The one that is under way has ended.
                    other.submit(() -> {}).get(20, TimeUnit.SECONDS);
                  }
                }
                return failure + " " + RoutedDatabase.value(connection, "SELECT 5");
              });
      assertThat(answer).endsWith(" 5");
    } finally {
      other.shutdownNow();
    }
  }

  private static void cancel(Statement statement) {
    try {
      statement.cancel();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void preparedBeforeTheTableChangesShowsItsNewColumn() throws Exception {
    String answer =
        same(
            connection -> {
              RoutedDatabase.run(connection, "CREATE TABLE meta (a INT)");
              RoutedDatabase.run(connection, "INSERT INTO meta VALUES (1)");
              try (PreparedStatement all = connection.prepareStatement("SELECT * FROM meta")) {
                int before = all.executeQuery().getMetaData().getColumnCount();
                RoutedDatabase.run(connection, "ALTER TABLE meta ADD b INT");
                int after = all.executeQuery().getMetaData().getColumnCount();
                RoutedDatabase.run(connection, "DROP TABLE meta");
                return before + " " + after;
              }
            });
    assertThat(answer).isEqualTo("1 2");
  }

  @Test
  void commitOfAFailedTransactionIsToldAsItIs() throws Exception {
    assumeFalse(database.mysql, "MySQL undoes the statement that fails, not its transaction");
    List<CommitOutcome> told = new CopyOnWriteArrayList<>();
    CommitListener listener =
        new CommitListener() {
          @Override
          public void beforeCommit(PendingCommit commit) {}

          @Override
          public void afterCommit(PendingCommit commit, CommitOutcome outcome) {
            told.add(outcome);
          }
        };
    database.reset(true);
    database.routed.addCommitListener(listener);
    try (Connection connection = database.routed.getConnection()) {
      RoutedDatabase.run(connection, "BEGIN");
      RoutedDatabase.run(connection, "INSERT INTO t0 (k) VALUES (70)");
      assertThat(answer(c -> RoutedDatabase.value(c, "SELECT 1/0"), connection)).contains("22012");
      RoutedDatabase.run(connection, "COMMIT");
      connection.setAutoCommit(false);
      RoutedDatabase.run(connection, "INSERT INTO c0 VALUES (70, 70)");
      assertThat(answer(this::commit, connection)).contains("23503");
      RoutedDatabase.run(connection, "INSERT INTO t0 (k) VALUES (71)");
      assertThat(answer(c -> RoutedDatabase.value(c, "SELECT 1/0"), connection)).contains("22012");
      // Whether this is an error depends on the driver's version and options.
      String silent = answer(this::commit, connection);
      assertThat(silent).isIn("", "!SQLException 25P02 0");
      RoutedDatabase.run(connection, "INSERT INTO t0 (k) VALUES (72)");
      connection.commit();
      assertThat(RoutedDatabase.value(connection, "SELECT MAX(k) || ',' || COUNT(*) FROM t0"))
          .isEqualTo("72,6");
    } finally {
      database.routed.removeCommitListener(listener);
    }
    assertThat(told).hasSize(4).last().isEqualTo(CommitOutcome.COMMITTED);
    assertThat(told.subList(0, 3))
        .contains(CommitOutcome.UNKNOWN, CommitOutcome.ROLLED_BACK)
        .doesNotContain(CommitOutcome.COMMITTED);
  }

  private String commit(Connection connection) throws SQLException {
    connection.commit();
    return "";
  }

  @Test
  void isNoSourceOfXaConnectionsAndGivesNoneWhenItIsClosed() throws SQLException {
    assertThat(database.routed.isWrapperFor(XADataSource.class)).isFalse();
    assertThatThrownBy(() -> database.routed.unwrap(XADataSource.class))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("0A000"));
    RoutingDataSource closed =
        RoutingDataSource.builder().name("closed").primary(database.pooled).build();
    closed.close();
    assertThatThrownBy(closed::getConnection)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
  }

  private interface Setter {
    void set(PreparedStatement statement) throws SQLException;
  }

  @Test
  void nullsOfEveryTypeGiveTheSameAsTheDriverAlone() throws SQLException {
    database.reset(false);
    try (CausalScope scope = CausalScope.open();
        Connection routed = database.routed.getConnection();
        Connection alone = database.connect(ComparedDatabase.DRIVER)) {
      assertThat(scope).isNotNull();
      List<String> answers = nulls(routed);
      assertThat(answers).isEqualTo(nulls(alone)).contains("setString -> 0,;");
    }
  }

  private static List<String> nulls(Connection c) {
    return List.of(
        nulls(c, "setString", p -> p.setString(1, null)),
        nulls(c, "setBigDecimal", p -> p.setBigDecimal(1, null)),
        nulls(c, "setBytes", p -> p.setBytes(1, null)),
        nulls(c, "setDate", p -> p.setDate(1, null)),
        nulls(c, "setTime", p -> p.setTime(1, null)),
        nulls(c, "setTimestamp", p -> p.setTimestamp(1, null)),
        nulls(c, "setObject", p -> p.setObject(1, null)),
        nulls(c, "setObject of a type", p -> p.setObject(1, null, Types.INTEGER)),
        nulls(c, "setNull", p -> p.setNull(1, Types.INTEGER)));
  }

  private static String nulls(Connection connection, String what, Setter setter) {
    // Without a type PostgreSQL does not take the text.
    String sql = "SELECT COUNT(*) FROM t0 WHERE ? IS NULL AND k < 0";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      setter.set(statement);
      try (ResultSet rows = statement.executeQuery()) {
        return what + " -> " + ComparedSide.rows(rows);
      }
    } catch (SQLException e) {
      return what + " -> " + ComparedSide.error(e);
    }
  }
}
