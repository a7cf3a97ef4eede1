package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.CausalToken;
import dev.sluice.causality.Freshness;
import dev.sluice.causality.Position;
import dev.sluice.sql.Dialect;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The heartbeat's row in place of positions, on real servers. */
@ParameterizedClass
@MethodSource("dev.sluice.testkit.ReplicatedDatabase#availableEngines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeartbeatIT {
  private static final Duration LONG = Duration.ofSeconds(30);

  @Parameter DatabaseEngine engine;
  private ReplicatedDatabase servers;

  @BeforeParameterizedClassInvocation
  void startServers(DatabaseEngine given) throws SQLException {
    engine = given;
    servers = ReplicatedDatabase.builder().engine(engine).replicas(2).start();
    try (Connection connection = servers.primary().dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE sluice_heartbeat (id INT PRIMARY KEY, beat BIGINT NOT NULL,"
              + " history VARCHAR(64) NOT NULL, previous VARCHAR(64) NOT NULL,"
              + " server VARCHAR(255) NOT NULL)");
      statement.execute("INSERT INTO sluice_heartbeat VALUES (1, 0, '', '', '')");
    }
    servers.awaitReplicated(LONG);
  }

  @AfterParameterizedClassInvocation
  void stopServers() {
    if (servers != null) {
      servers.close();
    }
  }

  private PooledCluster cluster(String table) {
    List<ClusterConfig.NodeConfig> replicas = new ArrayList<>();
    for (DatabaseNode node : servers.replicas()) {
      replicas.add(new ClusterConfig.NodeConfig(node.name(), node.dataSource(), 100));
    }
    return PooledCluster.start(
        new ClusterConfig(
            "it",
            null,
            new ClusterConfig.NodeConfig("primary", servers.primary().dataSource(), 100),
            replicas,
            new ClusterConfig.Limits(
                Duration.ofSeconds(2),
                Duration.ofMillis(20),
                Duration.ofSeconds(1),
                64,
                Duration.ZERO,
                new ClusterConfig.Ejection(3, Duration.ofMillis(200), Duration.ofSeconds(1))),
            ClusterConfig.Runtime.SYSTEM,
            new TopologyConfig(
                null, null, Duration.ofSeconds(5), 16, Duration.ofMinutes(5), table)));
  }

  @Test
  void noCallerIsShownLessThanItHasWrittenOrSeen() throws Exception {
    try (PooledCluster cluster = cluster("sluice_heartbeat")) {
      assertThat(cluster.awaitReplicas(LONG)).as(() -> cluster.states().toString()).isTrue();
      StalenessCheck check =
          new StalenessCheck(cluster, new ClusterSource(cluster), servers.primary());
      Thread faults =
          new Thread(
              () -> {
                servers.replica(0).stopReplication();
                check.awaitReads(500);
                servers.replica(0).startReplication();
                check.awaitReads(500);
                servers.replica(1).kill();
                check.awaitReads(500);
                servers.replica(1).start();
                check.awaitReads(500);
                check.stop();
              });
      faults.start();
      StalenessCheck.Result result = check.run(4, Duration.ofMinutes(2));
      faults.join(60_000);
      System.out.println(engine + " heartbeat staleness: " + result);
      assertThat(result.violations()).isEmpty();
      assertThat(result.onReplicas()).isGreaterThan(result.reads() / 10);
    }
  }

  @Test
  void aReplicaThatDoesNotReplicateIsNeverProven() throws Exception {
    try (PooledCluster cluster = cluster("sluice_heartbeat");
        CausalScope scope = CausalScope.open()) {
      assertThat(cluster.awaitReplicas(LONG)).isTrue();
      CausalMemory memory = scope.memory(new ClusterSource(cluster));
      servers.replica(0).stopReplication();
      try {
        for (int i = 0; i < 3; i++) {
          long epoch = cluster.epoch();
          memory.wrote(List.of("item"), epoch, null);
          await()
              .atMost(LONG)
              .until(
                  () ->
                      !cluster.forRead(memory, Freshness.CAUSAL, List.of("item"), null).primary());
          assertThat(cluster.forRead(memory, Freshness.CAUSAL, List.of("item"), null).name())
              .isEqualTo(servers.replica(1).name());
        }
        await()
            .atMost(LONG)
            .until(
                () -> {
                  cluster.epoch();
                  return state(cluster, servers.replica(0)).reason().contains("lagging");
                });
      } finally {
        servers.replica(0).startReplication();
      }
      await().atMost(LONG).until(() -> state(cluster, servers.replica(0)).usable());
    }
  }

  @Test
  void aTokenIsReachedInAnotherProcess() throws Exception {
    try (PooledCluster here = cluster("sluice_heartbeat");
        PooledCluster there = cluster("sluice_heartbeat")) {
      assertThat(here.awaitReplicas(LONG)).isTrue();
      assertThat(there.awaitReplicas(LONG)).isTrue();
      String token;
      try (CausalScope scope = CausalScope.open()) {
        scope.memory(new ClusterSource(here)).wrote(List.of("item"), here.epoch(), null);
        token = scope.token(Duration.ofSeconds(5)).toString();
      }
      try (CausalScope scope = CausalScope.open(CausalToken.parse(token))) {
        CausalMemory memory = scope.memory(new ClusterSource(there));
        await()
            .atMost(LONG)
            .until(() -> !there.forRead(memory, Freshness.CAUSAL, List.of("item"), null).primary());
      }
    }
  }

  @Test
  void theUpdateDoesWhatTheRuleSays() throws Exception {
    try (Connection connection = servers.primary().dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      Dialect dialect = DialectProbe.dialect(connection);
      statement.execute(
          "CREATE TABLE beats (id INT PRIMARY KEY, beat BIGINT, history VARCHAR(64),"
              + " previous VARCHAR(64), server VARCHAR(255))");
      Heartbeat heartbeat = new Heartbeat("beats", () -> "new");
      heartbeat.opened(connection, dialect);
      assertThat(heartbeat.beat(connection, dialect, false).unfit()).contains("no row");
      statement.execute("INSERT INTO beats VALUES (1, 0, '', '', '')");
      HeartbeatReading first = heartbeat.beat(connection, dialect, false);
      assertThat(first).isEqualTo(new HeartbeatReading(false, null, "new", "", 1));
      Heartbeat other = new Heartbeat("beats", () -> "newer");
      other.opened(connection, dialect);
      assertThat(other.beat(connection, dialect, false))
          .isEqualTo(new HeartbeatReading(false, null, "new", "", 2));
      HeartbeatReading broken = other.beat(connection, dialect, true);
      assertThat(broken).isEqualTo(new HeartbeatReading(false, null, "newer", "new", 3));
      assertThat(broken.covers(first)).isFalse();
      assertThat(broken.provesPast(new Position("new", 2))).isTrue();
      statement.execute("UPDATE beats SET server = 'another'");
      assertThat(heartbeat.beat(connection, dialect, false))
          .isEqualTo(new HeartbeatReading(false, null, "new", "newer", 4));
    }
    servers.awaitReplicated(LONG);
    try (Connection connection = servers.replica(0).dataSource().getConnection()) {
      Dialect dialect = DialectProbe.dialect(connection);
      Heartbeat heartbeat = new Heartbeat("beats", () -> "newest");
      heartbeat.opened(connection, dialect);
      HeartbeatReading read = new HeartbeatReading(true, null, "new", "newer", 4);
      assertThat(heartbeat.read(connection, dialect)).isEqualTo(read);
      // A replica that is asked as a primary moves nothing.
      assertThat(heartbeat.beat(connection, dialect, false)).isEqualTo(read);
    }
  }

  @Test
  void withoutItsTableNoReplicaIsUsed() throws Exception {
    try (PooledCluster cluster = cluster("no_such_table");
        CausalScope scope = CausalScope.open()) {
      await()
          .atMost(5, TimeUnit.SECONDS)
          .until(() -> state(cluster, servers.replica(0)).reason().contains("SQLState"));
      CausalMemory memory = scope.memory(new ClusterSource(cluster));
      assertThat(cluster.forRead(memory, Freshness.CAUSAL, List.of(), null).primary()).isTrue();
    }
  }

  private static NodeState state(PooledCluster cluster, DatabaseNode node) {
    return cluster.states().stream()
        .filter(s -> s.name().equals(node.name()))
        .findFirst()
        .orElseThrow();
  }
}
