package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.causality.CausalScope;
import dev.sluice.causality.Freshness;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.SqlStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What listeners are told, and what they cannot do. */
class RoutingListenerTest {
  private final List<String> told = new ArrayList<>();
  private final StubCluster cluster = new StubCluster(Dialect.MARIADB, null, new Telling());
  private CausalScope scope;
  private Connection connection;

  private final class Telling implements RoutingListener {
    @Override
    public NodeListener node(String name) {
      return (statement, reason, elapsed, error) ->
          told.add(
              name
                  + " "
                  + reason
                  + ": "
                  + statement.normalized()
                  + (error == null ? "" : " " + error.getSQLState()));
    }

    @Override
    public void repeated(SqlStatement statement, String node, SQLException error) {
      told.add("repeated, not on " + node + " " + error.getSQLState());
    }

    @Override
    public void learned(SqlStatement statement, String node) {
      told.add("learned from " + node + ": " + statement.normalized());
    }
  }

  private static final class Throwing implements RoutingListener, RoutingListener.NodeListener {
    @Override
    public NodeListener node(String name) {
      return this;
    }

    @Override
    public void executed(
        SqlStatement statement, RouteReason reason, long elapsed, @Nullable SQLException error) {
      throw new AssertionError("a listener's");
    }

    @Override
    public void repeated(SqlStatement statement, String node, SQLException error) {
      throw new IllegalStateException("a listener's");
    }
  }

  @BeforeEach
  void connect() {
    scope = CausalScope.open();
    connection = cluster.connect();
  }

  @AfterEach
  void nothingIsLeft() throws SQLException {
    connection.close();
    scope.close();
    assertThat(cluster.out()).isZero();
  }

  private void run(Connection on, String sql) throws SQLException {
    try (Statement statement = on.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> told(String... statements) throws SQLException {
    for (String each : statements) {
      run(connection, each);
    }
    List<String> all = List.copyOf(told);
    told.clear();
    return all;
  }

  @Test
  void readsAndWritesOfAutocommitMode() throws SQLException {
    assertThat(told("SELECT 1", "UPDATE t SET a = 1", "SELECT a FROM t FOR UPDATE"))
        .containsExactly(
            "r1 REPLICA: SELECT ?",
            "primary WRITE: UPDATE t SET a = ?",
            "primary PRIMARY_ONLY: SELECT a FROM t FOR UPDATE");
  }

  @Test
  void readsThatNoReplicaIsFreshEnoughFor() throws SQLException {
    cluster.replicas.forEach(each -> each.reached = 0);
    told("UPDATE t SET a = 1");
    assertThat(told("SELECT a FROM t")).containsExactly("primary NOT_FRESH: SELECT a FROM t");
    try (CausalScope latest = CausalScope.nested(Freshness.LATEST)) {
      assertThat(latest).isNotNull();
      assertThat(told("SELECT a FROM t")).containsExactly("primary ASKED: SELECT a FROM t");
    }
  }

  @Test
  void transactions() throws SQLException {
    connection.setAutoCommit(false);
    assertThat(told("SELECT 1", "UPDATE t SET a = 1"))
        .containsExactly("primary TRANSACTION: SELECT ?", "primary WRITE: UPDATE t SET a = ?");
    connection.commit();
    connection.setReadOnly(true);
    assertThat(told("SELECT 1")).containsExactly("r1 READ_ONLY_TRANSACTION: SELECT ?");
    connection.rollback();
  }

  @Test
  void sessions() throws SQLException {
    assertThat(told("SET @a = 1", "SELECT 1"))
        .containsExactly("primary PRIMARY_ONLY: SET @a = ?", "primary SESSION: SELECT ?");
  }

  @Test
  void readsForUpdatableResults() throws SQLException {
    try (Statement updatable =
            connection.createStatement(
                ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
        ResultSet rows = updatable.executeQuery("SELECT a FROM t")) {
      assertThat(rows).isNotNull();
    }
    assertThat(told()).containsExactly("primary PRIMARY_ONLY: SELECT a FROM t");
  }

  @Test
  void aReadThatIsRepeatedElsewhere() throws SQLException {
    cluster.replicas.get(0).failures.put("SELECT 1", new SQLException("lost", "08006"));
    assertThat(told("SELECT 1"))
        .containsExactly(
            "r1 REPLICA: SELECT ? 08006", "repeated, not on r1 08006", "r2 REPLICA: SELECT ?");
    cluster.replicas.get(0).acquireFailures.add(new SQLException("no connection", "08001"));
    assertThat(told("SELECT 2"))
        .containsExactly("repeated, not on r1 08001", "r2 REPLICA: SELECT ?");
  }

  @Test
  void aReadThatIsFoundToWrite() throws SQLException {
    cluster.replicas.get(0).failures.put("SELECT a FROM v", new SQLException("ro", "HY000", 1290));
    assertThat(told("SELECT a FROM v", "SELECT a FROM v"))
        .containsExactly(
            "r1 REPLICA: SELECT a FROM v HY000",
            "learned from r1: SELECT a FROM v",
            "primary LEARNED_WRITE: SELECT a FROM v",
            "primary LEARNED_WRITE: SELECT a FROM v");
  }

  @Test
  void whatAListenerThrowsReachesNoCallerAndFillsNoLog() throws SQLException {
    StubCluster other = new StubCluster(Dialect.MARIADB, null, new Throwing());
    try (CapturedLog log = new CapturedLog(RoutingEvents.class);
        Connection on = other.connect()) {
      run(on, "UPDATE t SET a = 1");
      other.replicas.get(0).failures.put("SELECT 1", new SQLException("lost", "08006"));
      run(on, "SELECT 1");
      assertThat(log.lines())
          .containsExactly(
              "WARN stub: a routing listener failed; more failures of a minute are not logged");
    }
    assertThat(other.done())
        .containsExactly("primary: UPDATE t SET a = 1", "r1: SELECT 1", "r2: SELECT 1");
  }

  @Test
  void aSecondDataSourceIsRefusedBeforeItIsUsed() {
    RoutingListener refusing =
        new RoutingListener() {
          @Override
          public void built(RoutingDataSource source) {
            throw new IllegalStateException("listener: for one data source");
          }
        };
    assertThatThrownBy(() -> new StubCluster(Dialect.MARIADB, null, refusing))
        .isInstanceOf(IllegalStateException.class);
  }
}
