package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.causality.CausalScope;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.SqlStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shadow mode changes nothing, and counts what routing would do. */
class ShadowTest {
  private final StubCluster cluster = new StubCluster();
  private final Shadow shadow = shadow(cluster);

  private static Shadow shadow(StubCluster cluster) {
    cluster.mode = LexerMode.of(Dialect.MARIADB);
    return new Shadow(
        cluster.router,
        StubNode.proxy(
            DataSource.class,
            (self, method, a) ->
                method.getName().equals("getConnection") ? cluster.primary.acquire() : null));
  }

  private static void run(Connection on, String sql) throws SQLException {
    try (Statement statement = on.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void everyCallGoesToThePrimaryAsItComes() throws SQLException {
    Connection connection = shadow.connect();
    assertThat(cluster.primary.acquired).isEqualTo(1);
    connection.setReadOnly(true);
    run(connection, "SELECT 1");
    run(connection, "UPDATE t SET a = 1");
    connection.setAutoCommit(false);
    try (PreparedStatement prepared = connection.prepareStatement("SELECT ?")) {
      prepared.setInt(1, 7);
      try (ResultSet rows = prepared.executeQuery()) {
        assertThat(rows.getStatement()).isSameAs(prepared);
        assertThat(prepared.getConnection()).isSameAs(connection);
      }
    }
    connection.rollback();
    assertThat(cluster.done())
        .containsExactly(
            "primary: setReadOnly true",
            "primary: SELECT 1",
            "primary: UPDATE t SET a = 1",
            "primary: autocommit false",
            "primary: SELECT ? [7]",
            "primary: rollback");
    ShadowReport report = shadow.report();
    assertThat(report.executions()).isEqualTo(3);
    assertThat(report.toReplicas()).isEqualTo(2);
    assertThat(report.byReason())
        .isEqualTo(Map.of(RouteReason.REPLICA, 1L, RouteReason.READ_ONLY_TRANSACTION, 1L));
    assertThat(report.refusals()).isEqualTo(Map.of("25006 on a read-only connection", 1L));
    assertThat(report)
        .hasToString(
            "2 of 3 executions would go to replicas, 0.0 % of the time; 1 would be refused");
  }

  @Test
  void whatTheDriverThrowsIsThrownAsItIs() throws SQLException {
    SQLException mine = new SQLException("a driver's", "42S02", 1146);
    cluster.primary.failures.put("SELECT a FROM t", mine);
    Connection connection = shadow.connect();
    assertThatThrownBy(() -> run(connection, "SELECT a FROM t")).isSameAs(mine);
    assertThat(shadow.report().executions()).isEqualTo(1);
  }

  @Test
  void whatCannotBeJudgedRunsAllTheSame() throws SQLException {
    cluster.mode = null;
    Connection connection = shadow.connect();
    run(connection, "SELECT 1");
    assertThat(cluster.done()).containsExactly("primary: SELECT 1");
    assertThat(shadow.report().unjudged()).isEqualTo(1);
    assertThat(shadow.report().executions()).isZero();
  }

  @Test
  void aJudgeThatFailsReachesNoCaller() throws SQLException {
    StubCluster other = new StubCluster();
    Router broken =
        new Router(
            other,
            other,
            (sql, mode) -> {
              throw new IllegalStateException("a bug");
            },
            Dialect.MARIADB,
            null,
            () -> 0);
    other.mode = LexerMode.of(Dialect.MARIADB);
    Shadow failing =
        new Shadow(
            broken, StubNode.proxy(DataSource.class, (self, method, a) -> other.primary.acquire()));
    try (CapturedLog log = new CapturedLog(Shadow.class)) {
      Connection connection = failing.connect();
      run(connection, "SELECT 1");
      run(connection, "SELECT 1");
      assertThat(log.lines()).hasSize(1);
    }
    assertThat(other.done()).containsExactly("primary: SELECT 1", "primary: SELECT 1");
    assertThat(failing.report().unjudged()).isEqualTo(2);
  }

  @Test
  void statementsAreToldApartByFingerprintUpToABound() throws SQLException {
    Connection connection = shadow.connect();
    for (int i = 0; i < ShadowCounts.MOST_STATEMENTS + 5; i++) {
      run(connection, "SELECT a FROM t" + i + " WHERE b = " + i);
    }
    run(connection, "SELECT a FROM t1 WHERE b = 77");
    ShadowReport report = shadow.report();
    assertThat(report.executions()).isEqualTo(ShadowCounts.MOST_STATEMENTS + 6);
    assertThat(report.statements()).hasSize(ShadowCounts.MOST_STATEMENTS + 1);
    assertThat(report.statements())
        .filteredOn(each -> each.fingerprint() == 0)
        .extracting(ShadowReport.Statement::executions)
        .containsExactly(5L);
    assertThat(report.statements())
        .filteredOn(each -> each.text().equals("SELECT a FROM t1 WHERE b = ?"))
        .extracting(ShadowReport.Statement::executions)
        .containsExactly(2L);
  }

  private static final List<String> TEXTS =
      List.of(
          "SELECT a FROM t",
          "SELECT a FROM t",
          "SELECT a FROM u",
          "UPDATE t SET a = 1",
          "INSERT INTO t VALUES (1)",
          "SELECT a FROM t FOR UPDATE",
          "BEGIN",
          "START TRANSACTION READ ONLY",
          "COMMIT",
          "ROLLBACK",
          "SET autocommit = 0",
          "SET autocommit = 1",
          "SHOW WARNINGS",
          "CREATE TABLE x (a INT)",
          "SET NAMES utf8mb4",
          "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
          "SET @a = 1",
          "SELECT @a",
          "SELECT a(1)");

  private static void call(Connection on, int what, boolean autoCommit) throws SQLException {
    switch (what) {
      case 0 -> on.setAutoCommit(false);
      case 1 -> on.setAutoCommit(true);
      case 2 -> on.setReadOnly(true);
      case 3 -> on.setReadOnly(false);
      case 4 -> {
        if (!autoCommit) {
          on.commit();
        }
      }
      default -> {
        if (!autoCommit) {
          on.rollback();
        }
      }
    }
  }

  /** What a connection does: the reason, the SQLState of a refusal, or nothing on a server. */
  private static final class Routing implements RoutingListener {
    private @Nullable RouteReason reason;

    @Override
    public NodeListener node(String name) {
      return (statement, why, elapsed, error) -> reason = reason == null ? why : reason;
    }

    String run(Connection on, String sql) {
      reason = null;
      try {
        ShadowTest.run(on, sql);
        return reason == null ? "" : reason.name();
      } catch (SQLException e) {
        return e.getSQLState();
      }
    }
  }

  private static String judged(Shadow shadow, Connection on, String sql) throws SQLException {
    ShadowReport before = shadow.report();
    run(on, sql);
    ShadowReport after = shadow.report();
    for (Map.Entry<String, Long> each : after.refusals().entrySet()) {
      if (!each.getValue().equals(before.refusals().get(each.getKey()))) {
        return each.getKey().substring(0, 5);
      }
    }
    for (Map.Entry<RouteReason, Long> each : after.byReason().entrySet()) {
      if (!each.getValue().equals(before.byReason().get(each.getKey()))) {
        return each.getKey().name();
      }
    }
    return "unjudged";
  }

  /** How far the replicas are. */
  enum Replicas {
    FRESH,
    BEHIND
  }

  /**
   * Random sequences on a connection that routes and on one in shadow mode. After a refusal the two
   * are not in the same state any more, since the shadow has executed what the other has not.
   */
  @ParameterizedTest
  @EnumSource
  void judgesAsRoutingDoes(Replicas replicas) throws SQLException {
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      Routing routing = new Routing();
      StubCluster routed = new StubCluster(Dialect.MARIADB, null, routing);
      StubCluster shadowed = new StubCluster();
      Shadow judge = shadow(shadowed);
      for (StubCluster each : List.of(routed, shadowed)) {
        each.replicas.forEach(r -> r.reached = replicas == Replicas.FRESH ? Long.MAX_VALUE : 0);
      }
      List<String> steps = new ArrayList<>();
      try (CausalScope scope = CausalScope.open();
          Connection one = routed.connect();
          Connection other = judge.connect()) {
        assertThat(scope).isNotNull();
        boolean same = true;
        for (int step = 0; step < 12 && same; step++) {
          if (random.nextInt(4) == 0) {
            int what = random.nextInt(6);
            boolean autoCommit = one.getAutoCommit();
            steps.add("call " + what);
            call(one, what, autoCommit);
            call(other, what, autoCommit);
          } else {
            String sql = TEXTS.get(random.nextInt(TEXTS.size()));
            String expected = routing.run(one, sql);
            String found = judged(judge, other, sql);
            steps.add(sql + " -> " + expected);
            // Which connection of an ended transaction still lingers is not followed.
            boolean lingers = !sql.startsWith("SELECT a FROM") && expected.equals("REPLICA");
            if (!expected.isEmpty() && !lingers) {
              assertThat(found).as("seed %d: %s", seed, steps).isEqualTo(expected);
            }
            same = !lingers && !expected.matches("[0-9A-Z]{5}");
          }
        }
      }
    }
  }

  @Test
  void whoeverHasNoReplicasLearnsWhatOneWouldTake() throws SQLException {
    StubCluster alone = new StubCluster();
    Cluster none =
        StubNode.proxy(
            Cluster.class,
            (self, method, a) ->
                switch (method.getName()) {
                  case "forRead", "primary" -> alone.primary;
                  case "whyPrimary" -> RouteReason.NO_REPLICAS;
                  case "lexerMode" -> LexerMode.of(Dialect.MARIADB);
                  case "epoch" -> 1L;
                  case "route" -> ((SqlStatement) a[0]).route();
                  case "causalTables" -> ((SqlStatement) a[0]).tablesRead();
                  default -> null;
                });
    Router router =
        new Router(alone, none, dev.sluice.sql.SqlScanner::scan, Dialect.MARIADB, null, () -> 0);
    Shadow judge =
        new Shadow(
            router, StubNode.proxy(DataSource.class, (self, method, a) -> alone.primary.acquire()));
    Connection connection = judge.connect();
    run(connection, "UPDATE t SET a = 1");
    run(connection, "SELECT a FROM t");
    assertThat(judge.report().byReason())
        .isEqualTo(Map.of(RouteReason.WRITE, 1L, RouteReason.REPLICA, 1L));
  }
}
