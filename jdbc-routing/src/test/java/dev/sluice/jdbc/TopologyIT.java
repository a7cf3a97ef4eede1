package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.causality.CausalScope;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.LeakCheck;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Replicas that come and go, on real servers. */
@ParameterizedClass
@MethodSource("dev.sluice.testkit.ReplicatedDatabase#availableEngines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopologyIT {
  private static final Duration LONG = Duration.ofSeconds(30);

  @Parameter DatabaseEngine engine;
  private ReplicatedDatabase servers;
  private final List<HikariDataSource> pools = new ArrayList<>();

  @BeforeParameterizedClassInvocation
  void startServers(DatabaseEngine given) throws SQLException {
    engine = given;
    servers = ReplicatedDatabase.builder().engine(engine).replicas(2).start();
    try (Connection connection = servers.primary().dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE item (id INT PRIMARY KEY, v BIGINT NOT NULL)");
      statement.execute("INSERT INTO item VALUES (1, 0), (2, 0)");
    }
    servers.awaitReplicated(LONG);
  }

  @AfterParameterizedClassInvocation
  void stopServers() {
    if (servers != null) {
      servers.close();
    }
  }

  @AfterEach
  void closePools() {
    pools.forEach(HikariDataSource::close);
    pools.clear();
  }

  private HikariDataSource pool(DatabaseNode node) {
    return pool(node, 3_000);
  }

  private HikariDataSource pool(DatabaseNode node, long timeoutMillis) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(node.jdbcUrl());
    config.setUsername(node.user());
    config.setPassword(node.password());
    config.setMaximumPoolSize(8);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(timeoutMillis);
    config.setInitializationFailTimeout(-1);
    HikariDataSource pool = new HikariDataSource(config);
    synchronized (pools) {
      pools.add(pool);
    }
    return pool;
  }

  private RoutingDataSourceBuilder routing() {
    return RoutingDataSource.builder()
        .name("shop")
        .primary(pool(servers.primary()))
        .sampleInterval(Duration.ofMillis(10));
  }

  /** Soon notices that the primary is gone. */
  private RoutingDataSourceBuilder impatient() {
    return routing().primary(pool(servers.primary(), 500)).sampleTimeout(Duration.ofMillis(500));
  }

  private static void awaitUsable(RoutingDataSource routed, String... names) {
    await()
        .atMost(LONG)
        .until(
            () -> {
              List<String> usable =
                  routed.nodes().stream()
                      .filter(n -> !n.primary() && n.usable())
                      .map(NodeState::name)
                      .toList();
              return usable.containsAll(List.of(names)) && usable.size() == names.length;
            });
  }

  private static long read(RoutingDataSource routed) throws SQLException {
    try (CausalScope scope = CausalScope.open();
        Connection connection = routed.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT v FROM item WHERE id = 1")) {
      assertThat(scope).isNotNull();
      row.next();
      return row.getLong(1);
    }
  }

  /** Reads, writes and read-only transactions without pause. */
  private static final class Load {
    private final RoutingDataSource routed;
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final AtomicLong done = new AtomicLong();
    private volatile boolean stopped;

    Load(RoutingDataSource routed, int count) {
      this.routed = routed;
      for (int i = 0; i < count; i++) {
        Thread thread = new Thread(this::run);
        threads.add(thread);
        thread.start();
      }
    }

    private void run() {
      for (long i = 0; !stopped; i++) {
        try {
          if (i % 50 == 49) {
            write();
          } else if (i % 5 == 4) {
            transaction();
          } else {
            read(routed);
          }
          done.incrementAndGet();
        } catch (SQLException | RuntimeException e) {
          errors.add(e);
        }
      }
    }

    private void write() throws SQLException {
      try (Connection connection = routed.getConnection();
          Statement statement = connection.createStatement()) {
        statement.executeUpdate("UPDATE item SET v = v + 1 WHERE id = 2");
      }
    }

    private void transaction() throws SQLException {
      try (CausalScope scope = CausalScope.open();
          Connection connection = routed.getConnection()) {
        assertThat(scope).isNotNull();
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        for (int i = 0; i < 3; i++) {
          try (Statement statement = connection.createStatement();
              ResultSet row = statement.executeQuery("SELECT v FROM item WHERE id = 1")) {
            row.next();
          }
        }
        connection.commit();
      }
    }

    void awaitMore(long count) {
      long target = done.get() + count;
      await().atMost(LONG).until(() -> done.get() >= target);
    }

    void stop() throws InterruptedException {
      stopped = true;
      for (Thread thread : threads) {
        thread.join(LONG.toMillis());
      }
      assertThat(errors).isEmpty();
    }
  }

  @Test
  void replicasComeAndGoUnderLoadWithoutAnErrorOrALeak() throws Exception {
    DatabaseNode one = servers.replica(0);
    DatabaseNode two = servers.replica(1);
    try (LeakCheck leaks = new LeakCheck();
        RoutingDataSource routed =
            routing()
                .replica(one.name(), leaks.watch(pool(one)))
                .replica(two.name(), leaks.watch(pool(two)))
                .build()) {
      awaitUsable(routed, one.name(), two.name());
      Load load = new Load(routed, 4);
      for (int round = 0; round < 4; round++) {
        DatabaseNode node = round % 2 == 0 ? one : two;
        routed.removeReplica(node.name()).toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(routed.nodes()).noneMatch(n -> n.name().equals(node.name()));
        load.awaitMore(100);
        HikariDataSource used = pool(node);
        routed.addReplica(node.name(), leaks.watch(used), 100);
        awaitUsable(routed, one.name(), two.name());
        load.awaitMore(100);
        await().atMost(LONG).until(() -> used.getHikariPoolMXBean().getTotalConnections() > 0);
      }
      load.stop();
    }
  }

  @Test
  void aPoolMayBeClosedAsSoonAsItsReplicaIsDrained() throws Exception {
    DatabaseNode one = servers.replica(0);
    DatabaseNode two = servers.replica(1);
    try (RoutingDataSource routed =
        routing().replica(one.name(), pool(one)).replica(two.name(), pool(two)).build()) {
      awaitUsable(routed, one.name(), two.name());
      Load load = new Load(routed, 4);
      for (int round = 0; round < 4; round++) {
        HikariDataSource next = pool(one);
        routed.removeReplica(one.name()).toCompletableFuture().get(10, TimeUnit.SECONDS);
        HikariDataSource drained = round == 0 ? pools.get(1) : pools.get(pools.size() - 2);
        assertThat(drained.getHikariPoolMXBean().getActiveConnections()).isZero();
        drained.close();
        load.awaitMore(50);
        routed.addReplica(one.name(), next, 100);
        awaitUsable(routed, one.name(), two.name());
        load.awaitMore(50);
      }
      load.stop();
    }
  }

  @Test
  void whatRunsOnARemovedReplicaFinishes() throws Exception {
    DatabaseNode one = servers.replica(0);
    try (RoutingDataSource routed = routing().replica(one.name(), pool(one)).build()) {
      awaitUsable(routed, one.name());
      CompletionStage<Void> drained;
      try (CausalScope scope = CausalScope.open();
          Connection connection = routed.getConnection();
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT id FROM item ORDER BY id")) {
        assertThat(scope).isNotNull();
        assertThat(inFlight(routed, one)).isEqualTo(1);
        assertThat(rows.next()).isTrue();
        drained = routed.removeReplica(one.name());
        assertThat(read(routed)).isNotNegative();
        // Longer than the time that is given to those who had chosen it before.
        await()
            .during(Duration.ofMillis(300))
            .atMost(LONG)
            .until(() -> !drained.toCompletableFuture().isDone());
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isEqualTo(2);
      }
      drained.toCompletableFuture().get(10, TimeUnit.SECONDS);
      assertThatThrownBy(() -> routed.removeReplica(one.name()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("replica");
    }
  }

  private static int inFlight(RoutingDataSource routed, DatabaseNode node) {
    return routed.nodes().stream()
        .filter(n -> n.name().equals(node.name()))
        .mapToInt(NodeState::inFlight)
        .sum();
  }

  @Test
  void whatDoesNotFinishIsToldAfterTheLimit() throws Exception {
    DatabaseNode one = servers.replica(0);
    try (RoutingDataSource routed =
        routing().replica(one.name(), pool(one)).drainTimeout(Duration.ofMillis(200)).build()) {
      awaitUsable(routed, one.name());
      try (CausalScope scope = CausalScope.open();
          Connection connection = routed.getConnection();
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT id FROM item ORDER BY id")) {
        assertThat(scope).isNotNull();
        CompletionStage<Void> drained = routed.removeReplica(one.name());
        assertThatThrownBy(() -> drained.toCompletableFuture().get(10, TimeUnit.SECONDS))
            .hasMessageContaining("not drained")
            .hasMessageContaining("1 connections in use");
        // The pool is the caller's, so the result goes on.
        assertThat(rows.next()).isTrue();
      }
    }
  }

  private TopologyNode node(DatabaseNode node, boolean writer) {
    return new TopologyNode(node.name(), node.host(), node.port(), writer);
  }

  @Test
  void discoveryFollowsWhatTheProviderTellsUnderLoad() throws Exception {
    TopologyNode writer = node(servers.primary(), true);
    TopologyNode one = node(servers.replica(0), false);
    TopologyNode two = node(servers.replica(1), false);
    AtomicReference<List<TopologyNode>> told = new AtomicReference<>(List.of(writer, one));
    ConcurrentHashMap<String, HikariDataSource> made = new ConcurrentHashMap<>();
    try (RoutingDataSource routed =
        routing()
            .discovery(
                any -> told.get(),
                n -> {
                  HikariDataSource pool =
                      pool(n.id().equals(one.id()) ? servers.replica(0) : servers.replica(1));
                  made.put(n.id(), pool);
                  return pool;
                })
            .discoveryInterval(Duration.ofMillis(100))
            .build()) {
      awaitUsable(routed, one.id());
      Load load = new Load(routed, 4);
      told.set(List.of(writer, one, two));
      awaitUsable(routed, one.id(), two.id());
      load.awaitMore(50);
      told.set(List.of(two, writer));
      awaitUsable(routed, two.id());
      HikariDataSource gone = made.get(one.id());
      await().atMost(LONG).until(gone::isClosed);
      // Contradictions change nothing.
      for (List<TopologyNode> lie :
          List.of(
              List.<TopologyNode>of(),
              List.of(writer, node(servers.replica(0), true)),
              List.of(writer, two, two))) {
        told.set(lie);
        await()
            .during(Duration.ofMillis(600))
            .atMost(LONG)
            .until(() -> routed.nodes().stream().anyMatch(n -> n.name().equals(two.id())));
      }
      told.set(List.of(writer, two, one));
      awaitUsable(routed, one.id(), two.id());
      load.stop();
    }
    assertThat(made.values()).allMatch(HikariDataSource::isClosed);
  }

  @Test
  void theWriterIsNeverAReplicaAndItsPoolIsNotClosed() throws Exception {
    HikariDataSource writer = pool(servers.primary());
    TopologyNode one = node(servers.replica(0), false);
    AtomicReference<List<TopologyNode>> told =
        new AtomicReference<>(List.of(node(servers.primary(), false), one));
    try (RoutingDataSource routed =
        RoutingDataSource.builder()
            .name("shop")
            .primary(writer)
            .sampleInterval(Duration.ofMillis(10))
            .discovery(
                any -> told.get(), n -> n.id().equals(one.id()) ? pool(servers.replica(0)) : writer)
            .discoveryInterval(Duration.ofMillis(100))
            .build()) {
      awaitUsable(routed, one.id());
      await()
          .atMost(LONG)
          .until(() -> routed.nodes().stream().anyMatch(n -> n.reason().contains("takes writes")));
      told.set(List.of(node(servers.primary(), true), one));
      await().atMost(LONG).until(() -> routed.nodes().size() == 2);
      await()
          .during(Duration.ofMillis(300))
          .atMost(LONG)
          .until(
              () -> {
                try (Connection connection = routed.getConnection();
                    Statement statement = connection.createStatement()) {
                  return statement.executeUpdate("UPDATE item SET v = v + 1 WHERE id = 2") == 1;
                }
              });
    }
  }

  @Test
  void aProviderThatHangsStopsNothingElse() throws Exception {
    DatabaseNode one = servers.replica(0);
    AtomicReference<Thread> hanging = new AtomicReference<>();
    CountDownLatch never = new CountDownLatch(1);
    try (RoutingDataSource routed =
        routing()
            .replica(one.name(), pool(one))
            .discovery(
                any -> {
                  hanging.set(Thread.currentThread());
                  try {
                    never.await(5, TimeUnit.MINUTES);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  throw new SQLException("hung");
                },
                n -> pool(one))
            .build()) {
      await().atMost(LONG).until(() -> hanging.get() != null);
      awaitUsable(routed, one.name());
      assertThat(read(routed)).isNotNegative();
      routed.removeReplica(one.name()).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
    Thread thread = hanging.get();
    thread.join(LONG.toMillis());
    assertThat(thread.isAlive()).isFalse();
  }

  private void onPrimary(String... statements) throws SQLException {
    try (Connection connection = servers.primary().dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  private boolean postgres() {
    return engine == DatabaseEngine.POSTGRESQL;
  }

  @Test
  void auroraTellsItsInstances() throws Exception {
    onPrimary(
        "CREATE TABLE replica_host_status (server_id VARCHAR(100), session_id VARCHAR(100),"
            + " last_update_timestamp TIMESTAMP(6) NULL)",
        "INSERT INTO replica_host_status VALUES"
            + " ('writer', 'MASTER_SESSION_ID', '2026-01-01 10:00:00'),"
            + " ('reader-1', 'b1c6', '2026-01-01 12:00:00'),"
            + " ('reader-1', 'old', '2026-01-01 11:59:00'),"
            + " ('reader-2', 'd5a7', NULL),"
            + " ('gone', 'e0f1', '2026-01-01 11:54:00')");
    String query = "SELECT server_id, session_id, last_update_timestamp FROM replica_host_status";
    if (postgres()) {
      onPrimary(
          "CREATE FUNCTION aurora_replica_status() RETURNS SETOF replica_host_status LANGUAGE sql"
              + " STABLE AS 'SELECT * FROM replica_host_status'");
      query = AuroraTopology.POSTGRESQL;
    }
    servers.awaitReplicated(LONG);
    AuroraTopology aurora = new AuroraTopology(query, "?.abc123.eu-west-1.rds.example", 3306);
    for (DatabaseNode each : servers.replicas()) {
      assertThat(aurora.nodes(each.dataSource()))
          .containsExactlyInAnyOrder(
              new TopologyNode("writer", "writer.abc123.eu-west-1.rds.example", 3306, true),
              new TopologyNode("reader-1", "reader-1.abc123.eu-west-1.rds.example", 3306, false),
              new TopologyNode("reader-2", "reader-2.abc123.eu-west-1.rds.example", 3306, false));
    }
    onPrimary("INSERT INTO replica_host_status VALUES ('evil.example/', 'x', NULL)");
    assertThatThrownBy(() -> aurora.nodes(servers.primary().dataSource()))
        .isInstanceOf(SQLException.class)
        .hasMessageNotContaining("evil");
  }

  @Test
  void aClusterOfRdsTellsItsNodesAndWhoWrites() throws Exception {
    RdsTopology.Queries queries = RdsTopology.POSTGRESQL;
    if (postgres()) {
      onPrimary(
          "CREATE SCHEMA rds_tools",
          "CREATE TABLE rds_tools.node (id TEXT, endpoint TEXT, port INT)",
          "INSERT INTO rds_tools.node VALUES ('db-A', 'one.rds.example', 5432),"
              + " ('db-B', 'two.rds.example', 5432)",
          "CREATE FUNCTION rds_tools.show_topology(client TEXT) RETURNS SETOF rds_tools.node"
              + " LANGUAGE sql STABLE AS 'SELECT * FROM rds_tools.node'",
          "CREATE FUNCTION rds_tools.dbi_resource_id(OUT dbi_resource_id TEXT) LANGUAGE sql STABLE"
              + " AS $$SELECT CASE WHEN pg_is_in_recovery() THEN 'db-B' ELSE 'db-A' END$$",
          "CREATE FUNCTION rds_tools.multi_az_db_cluster_source_dbi_resource_id(OUT"
              + " multi_az_db_cluster_source_dbi_resource_id TEXT) LANGUAGE sql STABLE AS"
              + " $$SELECT CASE WHEN pg_is_in_recovery() THEN 'db-A' ELSE '' END$$");
    } else {
      // Where a table can be made, and in the words of each server; RDS has newer ones of MySQL.
      boolean newer = engine != DatabaseEngine.MARIADB && engine != DatabaseEngine.MYSQL_8_0;
      queries =
          new RdsTopology.Queries(
              "SELECT id, endpoint, port FROM rds_topology",
              newer ? RdsTopology.MYSQL.source() : "SHOW SLAVE STATUS",
              newer ? RdsTopology.MYSQL.sourceColumn() : "Master_Server_Id",
              RdsTopology.MYSQL.self());
      onPrimary(
          "CREATE TABLE rds_topology (id VARCHAR(100), endpoint VARCHAR(100), port INT)",
          "INSERT INTO rds_topology VALUES (@@server_id, 'one.rds.example', 5432),"
              + " ('db-B', 'two.rds.example', 5432)");
    }
    servers.awaitReplicated(LONG);
    RdsTopology rds = new RdsTopology(queries);
    List<TopologyNode> fromPrimary = rds.nodes(servers.primary().adminDataSource());
    assertThat(fromPrimary).hasSize(2);
    assertThat(fromPrimary.get(0).writer()).isTrue();
    assertThat(fromPrimary.get(1))
        .isEqualTo(new TopologyNode("db-B", "two.rds.example", 5432, false));
    assertThat(rds.nodes(servers.replica(0).adminDataSource())).isEqualTo(fromPrimary);
  }

  @Test
  void aProcessThatStartsWithoutThePrimaryReadsFromReplicas() throws Exception {
    DatabaseNode one = servers.replica(0);
    DatabaseNode two = servers.replica(1);
    servers.awaitReplicated(LONG);
    servers.primary().stop();
    try (RoutingDataSource routed =
        impatient().replica(one.name(), pool(one)).replica(two.name(), pool(two)).build()) {
      awaitUsable(routed, one.name(), two.name());
      assertThat(read(routed)).isNotNegative();
      try (CausalScope scope = CausalScope.open();
          Connection connection = routed.getConnection();
          Statement statement = connection.createStatement()) {
        assertThat(scope).isNotNull();
        // What has answered once may answer again.
        for (int i = 0; i < 5; i++) {
          statement.executeQuery("SELECT v FROM item WHERE id = 1").close();
        }
      }
      try (CausalScope scope = CausalScope.open()) {
        // Who has written something gets no guess.
        scope.memory(routed).wrote(List.of("item"), routed.epoch(), null);
        assertThatThrownBy(
                () -> {
                  try (Connection connection = routed.getConnection();
                      Statement statement = connection.createStatement()) {
                    statement.executeQuery("SELECT v FROM item WHERE id = 1").close();
                  }
                })
            .isInstanceOf(SQLException.class);
      }
      servers.primary().start();
      await()
          .atMost(LONG)
          .until(
              () ->
                  routed.nodes().stream().allMatch(n -> n.usable() && n.reason().equals("usable")));
    } finally {
      servers.primary().start();
    }
  }

  @Test
  void withoutThePrimaryAReplicaThatLacksSomethingIsNotUsed() throws Exception {
    DatabaseNode one = servers.replica(0);
    DatabaseNode two = servers.replica(1);
    one.stopReplication();
    onPrimary("UPDATE item SET v = v + 1 WHERE id = 2");
    await().atMost(LONG).until(() -> has(two));
    servers.primary().stop();
    try (RoutingDataSource routed =
        impatient().replica(one.name(), pool(one)).replica(two.name(), pool(two)).build()) {
      awaitUsable(routed, two.name());
      await()
          .during(Duration.ofMillis(1_500))
          .atMost(LONG)
          .until(
              () ->
                  routed.nodes().stream()
                      .noneMatch(n -> n.name().equals(one.name()) && n.usable()));
    } finally {
      servers.primary().start();
      one.startReplication();
    }
  }

  private boolean has(DatabaseNode node) throws SQLException {
    return value(node).equals(value(servers.primary()));
  }

  private static String value(DatabaseNode node) throws SQLException {
    try (Connection connection = node.dataSource().getConnection()) {
      return String.valueOf(RoutedDatabase.value(connection, "SELECT v FROM item WHERE id = 2"));
    }
  }

  @Test
  void wrongOptionsAreNamed() {
    TopologyProvider aurora = TopologyProvider.auroraMySql("?.x.rds.example", 3306);
    assertThatThrownBy(() -> routing().discovery(aurora, n -> pool(servers.primary())).build())
        .hasMessageStartingWith("heartbeat:");
    assertThatThrownBy(() -> routing().heartbeat("a b").build())
        .hasMessageStartingWith("heartbeat");
    assertThatThrownBy(() -> routing().maximumReplicas(0).build())
        .hasMessageStartingWith("maximumReplicas");
    assertThatThrownBy(() -> routing().drainTimeout(Duration.ZERO).build())
        .hasMessageStartingWith("drainTimeout");
    assertThatThrownBy(() -> routing().discoveryInterval(Duration.ZERO).build())
        .hasMessageStartingWith("discoveryInterval");
    assertThatThrownBy(() -> TopologyProvider.auroraPostgreSql("no-pattern", 5432))
        .hasMessageStartingWith("hostPattern");
    assertThatThrownBy(() -> new TopologyNode("a", "h", 0, false)).hasMessageStartingWith("port");
    DatabaseNode one = servers.replica(0);
    try (RoutingDataSource routed =
        routing().replica(one.name(), pool(one)).maximumReplicas(1).build()) {
      assertThatThrownBy(() -> routed.addReplica("more", pool(one), 100))
          .hasMessageStartingWith("maximumReplicas");
      assertThatThrownBy(() -> routed.addReplica(one.name(), pool(one), 100))
          .hasMessageContaining("a name of its own");
    }
  }
}
