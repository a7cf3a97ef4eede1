package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import dev.sluice.sql.Dialect;
import dev.sluice.testkit.logs.ExpectedWarnings;
import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What HikariCP's wrappers do must be done where they are left out. */
@ExpectedWarnings("primary cannot be sampled|could not be read")
class BareConnectionTest {
  private final Driver driver = new Driver();
  private final HikariDataSource pool = new HikariDataSource();

  BareConnectionTest() {
    pool.setDataSource(driver.source());
    pool.setMaximumPoolSize(1);
    pool.setConnectionTestQuery(null);
    pool.setConnectionTimeout(2_000);
  }

  @AfterEach
  void close() {
    pool.close();
  }

  private RoutingDataSource routing() {
    return RoutingDataSource.builder()
        .name("shop")
        .dialect(Dialect.POSTGRESQL)
        .primary(pool)
        .build();
  }

  @Test
  void everyStatementIsClosedAndTheConnectionIsLentAgain() throws SQLException {
    try (RoutingDataSource routing = routing()) {
      for (int i = 0; i < 3; i++) {
        try (Connection connection = routing.getConnection()) {
          connection.prepareStatement("SELECT a FROM t").executeQuery();
          connection.createStatement().executeUpdate("UPDATE t SET a = 1");
        }
      }
    }
    assertThat(driver.openStatements).isZero();
    assertThat(driver.made).hasSize(driver.closed + driver.alive());
    assertThat(driver.statementsOfApplication).isEqualTo(6);
  }

  @Test
  void oneThatAnErrorBrokeIsNotLentAgain() throws SQLException {
    try (RoutingDataSource routing = routing()) {
      driver.failure = new SQLException("terminated", "57P01");
      try (Connection connection = routing.getConnection();
          PreparedStatement statement = connection.prepareStatement("UPDATE t SET a = 1")) {
        assertThatThrownBy(statement::executeUpdate).isInstanceOf(SQLException.class);
      }
      Object broken = driver.lastUsed;
      driver.failure = null;
      try (Connection connection = routing.getConnection();
          PreparedStatement statement = connection.prepareStatement("UPDATE t SET a = 1")) {
        statement.executeUpdate();
      }
      assertThat(driver.lastUsed).isNotNull().isNotSameAs(broken);
    }
  }

  @Test
  void oneThatBrokeWhileItsResultWasReadIsNotLentAgain() throws SQLException {
    try (RoutingDataSource routing = routing()) {
      Object broken;
      try (Connection connection = routing.getConnection();
          PreparedStatement statement = connection.prepareStatement("SELECT a FROM t");
          ResultSet rows = statement.executeQuery()) {
        broken = driver.lastUsed;
        driver.nextFailure = new SQLException("reset", "08006");
        assertThatThrownBy(rows::next).hasMessage("reset");
        driver.nextFailure = null;
      }
      try (Connection connection = routing.getConnection();
          PreparedStatement statement = connection.prepareStatement("SELECT a FROM t")) {
        statement.executeQuery().close();
      }
      assertThat(driver.lastUsed).isNotNull().isNotSameAs(broken);
    }
  }

  @Test
  void oneThatTheDriverHasClosedIsNotLentAgain() throws SQLException {
    try (RoutingDataSource routing = routing()) {
      Object gone;
      try (Connection connection = routing.getConnection();
          PreparedStatement statement = connection.prepareStatement("UPDATE t SET a = 1")) {
        statement.executeUpdate();
        gone = driver.lastUsed;
        driver.gone.add(gone);
      }
      try (Connection connection = routing.getConnection();
          PreparedStatement statement = connection.prepareStatement("UPDATE t SET a = 1")) {
        statement.executeUpdate();
      }
      assertThat(driver.lastUsed).isNotNull().isNotSameAs(gone);
    }
  }

  @Test
  void theApplicationsOwnRulesForBrokenConnectionsStayWithThePool() throws SQLException {
    pool.setExceptionOverride(new SQLExceptionOverride() {});
    assertThat(PooledNode.bare(pool)).isFalse();
    assertThat(PooledNode.bare(new HikariDataSource())).isTrue();
    assertThat(PooledNode.bare(driver.source())).isFalse();
  }

  /** A driver that answers everything, counts, and fails when told to. */
  private static final class Driver {
    final List<Object> made = new ArrayList<>();
    final List<Object> gone = new ArrayList<>();
    int openStatements;
    int statementsOfApplication;
    int closed;
    volatile @Nullable SQLException failure;
    volatile @Nullable SQLException nextFailure;
    volatile @Nullable Object lastUsed;

    synchronized int alive() {
      return made.size() - closed;
    }

    DataSource source() {
      return proxy(
          DataSource.class,
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "getConnection" -> connection();
                case "getLogWriter" -> new PrintWriter(System.out);
                case "toString" -> "driver";
                case "hashCode" -> 1;
                case "equals" -> proxy == arguments[0];
                default -> none(method.getReturnType());
              });
    }

    private synchronized Connection connection() {
      boolean[] isClosed = {false};
      Connection connection =
          proxy(
              Connection.class,
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "prepareStatement", "createStatement" ->
                        statement(proxy, arguments == null ? "" : (String) arguments[0]);
                    case "isValid" -> !gone.contains(proxy);
                    case "getAutoCommit" -> true;
                    case "isClosed" -> isClosed[0] || gone.contains(proxy);
                    case "close", "abort" -> {
                      closed += isClosed[0] ? 0 : 1;
                      isClosed[0] = true;
                      yield null;
                    }
                    case "toString" -> "connection";
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default -> none(method.getReturnType());
                  });
      made.add(connection);
      return connection;
    }

    private synchronized PreparedStatement statement(Object connection, String sql) {
      openStatements++;
      boolean[] open = {true};
      return proxy(
          PreparedStatement.class,
          (proxy, method, arguments) -> {
            String name = method.getName();
            if (name.startsWith("execute")) {
              String text = arguments == null ? sql : (String) arguments[0];
              if (text.contains("FROM t") || text.contains("UPDATE t")) {
                statementsOfApplication++;
                lastUsed = connection;
                if (failure != null) {
                  throw failure;
                }
              }
              return name.equals("executeQuery") ? rows() : none(method.getReturnType());
            }
            if (name.equals("close") && open[0]) {
              open[0] = false;
              openStatements--;
            }
            return none(method.getReturnType());
          });
    }

    private ResultSet rows() {
      return proxy(
          ResultSet.class,
          (proxy, method, arguments) -> {
            if (method.getName().equals("next") && nextFailure != null) {
              throw nextFailure;
            }
            return none(method.getReturnType());
          });
    }

    private static @Nullable Object none(Class<?> type) {
      return type == boolean.class
          ? Boolean.FALSE
          : type == int.class ? (Object) 0 : type == long.class ? (Object) 0L : null;
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
      return type.cast(
          Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
  }
}
