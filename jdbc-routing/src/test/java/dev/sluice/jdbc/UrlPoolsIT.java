package dev.sluice.jdbc;

import static dev.sluice.jdbc.RoutedDatabase.run;
import static dev.sluice.jdbc.RoutedDatabase.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.causality.CausalScope;
import dev.sluice.jdbc.hikari.PoolConfig;
import dev.sluice.sql.Dialect;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Pools that a data source makes from URLs and properties, on real servers. */
@ParameterizedClass
@MethodSource("dev.sluice.testkit.ReplicatedDatabase#availableEngines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UrlPoolsIT {
  private static final Duration LONG = Duration.ofSeconds(30);

  @Parameter DatabaseEngine engine;
  private ReplicatedDatabase servers;

  @BeforeParameterizedClassInvocation
  void startServers() throws SQLException {
    servers = ReplicatedDatabase.builder().engine(engine).replicas(1).start();
    try (Connection connection = servers.primary().dataSource().getConnection()) {
      run(connection, "CREATE TABLE item (id INT PRIMARY KEY, a INT NOT NULL)");
      run(connection, "INSERT INTO item VALUES (1, 0)");
    }
  }

  @AfterParameterizedClassInvocation
  void stopServers() {
    servers.close();
  }

  @BeforeEach
  void replicate() {
    servers.awaitReplicated(LONG);
  }

  private RoutingDataSourceBuilder byUrl() {
    DatabaseNode primary = servers.primary();
    DatabaseNode replica = servers.replica(0);
    return RoutingDataSource.builder()
        .name("shop")
        .primary(primary.jdbcUrl(), primary.user(), primary.password())
        .replica("r1", replica.jdbcUrl(), replica.user(), replica.password());
  }

  private static void awaitReplica(RoutingDataSource source) {
    await().atMost(LONG).until(() -> source.nodes().get(1).usable());
  }

  private int connections() throws SQLException {
    String query =
        engine == DatabaseEngine.POSTGRESQL
            ? "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name LIKE 'shop-%'"
            : "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = '"
                + servers.primary().user()
                + "' AND ID <> CONNECTION_ID()";
    try (Connection bare = servers.primary().dataSource().getConnection()) {
      return Integer.parseInt(String.valueOf(value(bare, query)));
    }
  }

  @Test
  void routesOverPoolsThatItMakesAndCloses() throws SQLException {
    try (RoutingDataSource source = byUrl().build()) {
      assertThat(source.advice()).isEmpty();
      awaitReplica(source);
      try (CausalScope scope = CausalScope.open();
          Connection connection = source.getConnection()) {
        run(connection, "UPDATE item SET a = a + 1 WHERE id = 1");
        assertThat(value(connection, "SELECT a FROM item WHERE id = 1")).isNotEqualTo("0");
        assertThat(scope).isNotNull();
      }
      await().atMost(LONG).until(() -> connections() >= 10);
    }
    await().atMost(LONG).until(() -> connections() == 0);
  }

  @Test
  void routesByPropertiesAlone() throws SQLException {
    Map<String, String> properties = new HashMap<>();
    properties.put("sluice.routing.name", "shop");
    properties.put("sluice.routing.user", servers.primary().user());
    properties.put("sluice.routing.password", servers.primary().password());
    properties.put("sluice.routing.primary.url", servers.primary().jdbcUrl());
    properties.put("sluice.routing.replicas.a.url", servers.replica(0).jdbcUrl());
    properties.put("sluice.routing.pool.maximum-size", "3");
    try (RoutingDataSource source = RoutingDataSource.fromProperties(properties)) {
      awaitReplica(source);
      try (Connection connection = source.getConnection()) {
        assertThat(value(connection, "SELECT COUNT(*) FROM item")).isEqualTo("1");
      }
    }
  }

  /** The server has told the position with the answer to the write; no sample is waited for. */
  @Test
  void positionsOfCommitsAreExactOnMySql() throws SQLException {
    assumeTrue(
        engine != DatabaseEngine.MARIADB && engine != DatabaseEngine.POSTGRESQL, "MySQL alone");
    try (RoutingDataSource source = byUrl().build()) {
      awaitReplica(source);
      try (CausalScope scope = CausalScope.open();
          Connection connection = source.getConnection()) {
        run(connection, "UPDATE item SET a = a + 1 WHERE id = 1");
        assertThat(scope.token(Duration.ZERO).entries()).isNotEmpty();
      }
    }
  }

  /** A MariaDB server knows none of the settings that a MySQL server is asked for GTIDs with. */
  @Test
  void connectorJReachesMariaDb() throws SQLException {
    assumeTrue(engine == DatabaseEngine.MARIADB, "MariaDB alone");
    DatabaseNode primary = servers.primary();
    String url = "jdbc:mysql://" + primary.host() + ":" + primary.port() + "/test?sslMode=DISABLED";
    try (RoutingDataSource source =
            RoutingDataSource.builder()
                .name("shop")
                .primary(url, primary.user(), primary.password())
                .build();
        Connection connection = source.getConnection()) {
      run(connection, "UPDATE item SET a = a + 1 WHERE id = 1");
      assertThat(value(connection, "SELECT COUNT(*) FROM item")).isEqualTo("1");
    }
  }

  @Test
  void startsWhileTheReplicaIsDown() throws SQLException {
    servers.replica(0).stop();
    try (RoutingDataSource source = byUrl().build();
        Connection connection = source.getConnection()) {
      assertThat(value(connection, "SELECT COUNT(*) FROM item")).isEqualTo("1");
      servers.replica(0).start();
      awaitReplica(source);
    }
  }

  @Test
  void aBuildThatFailsLeavesNoPool() throws SQLException {
    assertThatThrownBy(() -> byUrl().maximumLag(Duration.ZERO).build())
        .hasMessageStartingWith("maximumLag: ");
    await().atMost(LONG).until(() -> connections() == 0);
  }

  @Test
  void aWrongPasswordIsNotPrinted() throws SQLException {
    DatabaseNode primary = servers.primary();
    PoolConfig wrong =
        PoolConfig.builder(primary.jdbcUrl())
            .user(primary.user())
            .password("hunter2")
            .connectionTimeout(Duration.ofMillis(500))
            .build();
    try (RoutingDataSource source =
            RoutingDataSource.builder().name("shop").primary(wrong).build();
        Connection connection = source.getConnection()) {
      assertThatThrownBy(() -> value(connection, "SELECT 1"))
          .isInstanceOf(SQLException.class)
          .hasStackTraceContaining("shop-primary")
          .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContain("hunter2"));
    }
  }

  /** An autocommit write is committed although the pool gives connections in the other mode. */
  @Test
  void writesOfAPoolWithoutAutoCommitAreCommitted() throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(servers.primary().jdbcUrl());
    config.setUsername(servers.primary().user());
    config.setPassword(servers.primary().password());
    config.setAutoCommit(false);
    config.setMaximumPoolSize(2);
    try (HikariDataSource pool = new HikariDataSource(config);
        RoutingDataSource source = RoutingDataSource.builder().name("shop").primary(pool).build()) {
      assertThat(source.advice()).anyMatch(each -> each.option().equals("autoCommit"));
      try (Connection connection = source.getConnection()) {
        run(connection, "INSERT INTO item VALUES (2, 0)");
        try (Connection bare = servers.primary().dataSource().getConnection()) {
          assertThat(value(bare, "SELECT COUNT(*) FROM item WHERE id = 2")).isEqualTo("1");
        }
        run(connection, "DELETE FROM item WHERE id = 2");
      }
    }
  }

  @Test
  void aThreadThatIsInterruptedWhileItWaitsForAPoolIsToldSo() throws Exception {
    DatabaseNode primary = servers.primary();
    PoolConfig one =
        PoolConfig.builder(primary.jdbcUrl())
            .user(primary.user())
            .password(primary.password())
            .maximumSize(1)
            .connectionTimeout(Duration.ofMinutes(1))
            .build();
    try (RoutingDataSource source =
            RoutingDataSource.builder().name("shop").dialect(dialect()).primary(one).build();
        Connection holder = source.getConnection()) {
      holder.setAutoCommit(false);
      run(holder, "UPDATE item SET a = a + 1 WHERE id = 1");
      Interrupted waiter =
          new Interrupted(
              () -> {
                try (Connection other = source.getConnection()) {
                  run(other, "UPDATE item SET a = a + 1 WHERE id = 1");
                }
              });
      await().atMost(LONG).until(() -> waiter.waitsIn("acquire"));
      waiter.interrupt();
      assertThat(waiter.failure.get()).hasRootCauseInstanceOf(InterruptedException.class);
      assertThat(waiter.flag.get()).isTrue();
      holder.rollback();
      // It is not the node's fault, and nothing was lost.
      assertThat(value(holder, "SELECT 1")).isEqualTo("1");
      holder.rollback();
      await().atMost(LONG).until(() -> source.nodes().get(0).inFlight() <= 1);
    }
  }

  @Test
  void aThreadThatIsInterruptedInACausalWaitIsToldSo() throws Exception {
    try (RoutingDataSource source = byUrl().causalWait(Duration.ofSeconds(10)).build()) {
      awaitReplica(source);
      servers.replica(0).stopReplication();
      try {
        CountDownLatch written = new CountDownLatch(1);
        Interrupted reader =
            new Interrupted(
                () -> {
                  try (CausalScope scope = CausalScope.open();
                      Connection connection = source.getConnection()) {
                    run(connection, "UPDATE item SET a = a + 1 WHERE id = 1");
                    written.countDown();
                    value(connection, "SELECT a FROM item WHERE id = 1");
                    assertThat(scope).isNotNull();
                  }
                });
        assertThat(written.await(30, TimeUnit.SECONDS)).isTrue();
        await().atMost(LONG).until(() -> reader.waitsIn("noReplica"));
        reader.interrupt();
        assertThat(reader.failure.get())
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"))
            .hasMessageStartingWith("shop: interrupted while waiting for a replica");
        assertThat(reader.flag.get()).isTrue();
      } finally {
        servers.replica(0).startReplication();
      }
    }
  }

  private Dialect dialect() {
    return engine == DatabaseEngine.POSTGRESQL
        ? Dialect.POSTGRESQL
        : engine == DatabaseEngine.MARIADB ? Dialect.MARIADB : Dialect.MYSQL;
  }

  private interface Work {
    void run() throws Exception;
  }

  /** A thread that is to be interrupted, and what it was told. */
  private static final class Interrupted {
    final AtomicReference<Exception> failure = new AtomicReference<>();
    final CompletableFuture<Boolean> flag = new CompletableFuture<>();
    private final Thread thread;

    Interrupted(Work work) {
      thread =
          new Thread(
              () -> {
                try {
                  work.run();
                } catch (Exception e) {
                  failure.set(e);
                }
                flag.complete(Thread.currentThread().isInterrupted());
              },
              "interrupted");
      thread.setDaemon(true);
      thread.start();
    }

    boolean waitsIn(String method) {
      for (StackTraceElement each : thread.getStackTrace()) {
        if (each.getMethodName().equals(method)) {
          return true;
        }
      }
      return false;
    }

    void interrupt() throws Exception {
      thread.interrupt();
      flag.get(30, TimeUnit.SECONDS);
    }
  }
}
