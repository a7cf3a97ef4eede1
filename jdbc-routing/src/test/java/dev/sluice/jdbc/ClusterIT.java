package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.Freshness;
import dev.sluice.causality.Position;
import dev.sluice.sql.Dialect;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.ReplicatedDatabase;
import dev.sluice.testkit.logs.ExpectedWarnings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The cluster on real servers. */
@ParameterizedClass
@MethodSource("dev.sluice.testkit.ReplicatedDatabase#availableEngines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterIT {
  private static final Duration LONG = Duration.ofSeconds(30);

  @Parameter DatabaseEngine engine;
  private ReplicatedDatabase database;
  private final List<HikariDataSource> pools = new ArrayList<>();
  private PooledCluster cluster;
  private ClusterSource source;

  @BeforeParameterizedClassInvocation
  void startServers(DatabaseEngine given) throws SQLException {
    engine = given;
    database = ReplicatedDatabase.builder().engine(engine).replicas(2).start();
    try (Connection connection = database.primary().dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE item (id INT PRIMARY KEY, v BIGINT NOT NULL)");
      statement.execute("INSERT INTO item VALUES (1, 0), (2, 0)");
    }
    database.awaitReplicated(LONG);
  }

  @AfterParameterizedClassInvocation
  void stopServers() {
    if (database != null) {
      database.close();
    }
  }

  @BeforeEach
  void startCluster() {
    List<ClusterConfig.NodeConfig> replicas = new ArrayList<>();
    for (DatabaseNode node : database.replicas()) {
      replicas.add(new ClusterConfig.NodeConfig(node.name(), pool(node), 100));
    }
    ClusterConfig config =
        new ClusterConfig(
            "it",
            null,
            new ClusterConfig.NodeConfig("primary", pool(database.primary()), 100),
            replicas,
            new ClusterConfig.Limits(
                Duration.ofSeconds(2),
                Duration.ofMillis(20),
                Duration.ofSeconds(1),
                2,
                Duration.ZERO,
                new ClusterConfig.Ejection(3, Duration.ofMillis(200), Duration.ofSeconds(1))),
            ClusterConfig.Runtime.SYSTEM);
    cluster = PooledCluster.start(config);
    source = new ClusterSource(cluster);
    assertThat(cluster.awaitReplicas(LONG)).as(() -> cluster.states().toString()).isTrue();
  }

  private HikariDataSource pool(DatabaseNode node) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(
        engine.name().startsWith("MYSQL")
            ? node.jdbcUrl() + (node.jdbcUrl().contains("?") ? "&" : "?") + "trackSessionState=true"
            : node.jdbcUrl());
    config.setUsername(node.user());
    config.setPassword(node.password());
    config.setMaximumPoolSize(6);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(2_000);
    config.setInitializationFailTimeout(-1);
    HikariDataSource pool = new HikariDataSource(config);
    pools.add(pool);
    return pool;
  }

  @AfterEach
  void stopCluster() {
    cluster.close();
    pools.forEach(HikariDataSource::close);
    pools.clear();
  }

  private void write(CausalMemory memory, long value) throws SQLException {
    Node primary = cluster.primary();
    Connection physical = primary.acquire();
    Position position;
    try (Statement statement = physical.createStatement()) {
      statement.executeUpdate("UPDATE item SET v = " + value + " WHERE id = 1");
      position = primary.committed(physical);
    } finally {
      primary.release(physical, false);
    }
    memory.wrote(List.of("item"), cluster.epoch(), position);
  }

  private long read(CausalMemory memory, Node node) throws SQLException {
    Connection physical = node.acquire();
    try (Statement statement = physical.createStatement();
        ResultSet row = statement.executeQuery("SELECT v FROM item WHERE id = 1")) {
      row.next();
      long value = row.getLong(1);
      memory.saw(node, cluster.epoch(), node.reachedEpoch());
      return value;
    } finally {
      node.release(physical, false);
    }
  }

  @Test
  void theNodesTellHowTextsAreCutWhileTheyAreSampled() throws SQLException {
    Connection physical = cluster.primary().acquire();
    try {
      Dialect dialect = DialectProbe.dialect(physical);
      assertThat(cluster.lexerMode()).isEqualTo(DialectProbe.lexerMode(physical, dialect));
    } finally {
      cluster.primary().release(physical, false);
    }
  }

  @Test
  void aWriteIsReadFromTheReplicasOnceTheyHaveIt() throws Exception {
    try (CausalScope scope = CausalScope.open()) {
      CausalMemory memory = scope.memory(source);
      write(memory, 11);
      assertThat(cluster.forRead(memory, Freshness.CAUSAL, List.of("item"), null).primary())
          .isTrue();
      await()
          .atMost(LONG)
          .until(() -> !cluster.forRead(memory, Freshness.CAUSAL, List.of("item"), null).primary());
      Node node = cluster.forRead(memory, Freshness.CAUSAL, List.of("item"), null);
      assertThat(read(memory, node)).isEqualTo(11);
    }
  }

  @Test
  void aPositionForATokenIsReachedByTheReplicas() throws Exception {
    try (CausalScope scope = CausalScope.open()) {
      CausalMemory memory = scope.memory(source);
      write(memory, 12);
      String token = scope.token(Duration.ofSeconds(5)).toString();
      assertThat(token.length()).isLessThan(200);
      try (CausalScope other = CausalScope.open(dev.sluice.causality.CausalToken.parse(token))) {
        CausalMemory carried = other.memory(source);
        await()
            .atMost(LONG)
            .until(
                () -> !cluster.forRead(carried, Freshness.CAUSAL, List.of("item"), null).primary());
        Node node = cluster.forRead(carried, Freshness.CAUSAL, List.of("item"), null);
        assertThat(read(carried, node)).isEqualTo(12);
      }
    }
  }

  @Test
  void positionsOfThePastComeAtOnce() throws Exception {
    long epoch = cluster.epoch();
    Position first = cluster.positionCovering(epoch).toCompletableFuture().get(5, TimeUnit.SECONDS);
    Position again = cluster.positionCovering(epoch).toCompletableFuture().get(5, TimeUnit.SECONDS);
    assertThat(again.includes(first)).isTrue();
  }

  @ExpectedWarnings("replica \\S+ takes no reads")
  @Test
  void aReplicaThatIsLateIsEjectedAndComesBack() throws Exception {
    DatabaseNode late = database.replica(0);
    late.delay(Duration.ofSeconds(5));
    try (CausalScope scope = CausalScope.open()) {
      CausalMemory memory = scope.memory(source);
      await()
          .atMost(LONG)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                write(memory, System.nanoTime());
                return !state(late).usable();
              });
      assertThat(state(late).reason()).contains("lagging");
      assertThat(state(database.replica(1)).usable()).isTrue();
    } finally {
      late.delay(Duration.ZERO);
    }
    await().atMost(LONG).until(() -> state(late).usable());
  }

  @ExpectedWarnings("replica \\S+ takes no reads")
  @Test
  void aReplicaThatIsStoppedIsEjectedAndComesBack() {
    DatabaseNode stopped = database.replica(1);
    stopped.stop();
    try {
      await().atMost(LONG).until(() -> !state(stopped).usable());
      assertThat(state(database.replica(0)).usable()).isTrue();
    } finally {
      stopped.start();
    }
    await().atMost(LONG).until(() -> state(stopped).usable());
  }

  @ExpectedWarnings("replica \\S+ takes no reads")
  @Test
  void aReplicaThatHangsIsEjectedAndComesBack() {
    DatabaseNode hung = database.replica(1);
    hung.pause();
    try {
      await().atMost(LONG).until(() -> !state(hung).usable());
      assertThat(state(database.replica(0)).usable()).isTrue();
    } finally {
      hung.resume();
    }
    await().atMost(LONG).until(() -> state(hung).usable());
  }

  @ExpectedWarnings("replica \\S+ takes no reads")
  @Test
  void withoutUsableReplicasReadsFallBackToThePrimaryUpToTheCap() throws Exception {
    database.replica(0).stop();
    database.replica(1).stop();
    try (CausalScope scope = CausalScope.open()) {
      CausalMemory memory = scope.memory(source);
      await()
          .atMost(LONG)
          .until(() -> cluster.states().stream().noneMatch(s -> !s.primary() && s.usable()));
      Node first = cluster.forRead(memory, Freshness.CAUSAL, List.of(), null);
      assertThat(first.primary()).isTrue();
      Connection one = first.acquire();
      Connection two = cluster.forRead(memory, Freshness.EVENTUAL, List.of(), null).acquire();
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> cluster.forRead(memory, Freshness.CAUSAL, List.of(), null))
          .isInstanceOf(java.sql.SQLTransientConnectionException.class)
          .hasMessageContaining(database.replica(0).name())
          .hasMessageContaining(database.replica(1).name());
      first.release(one, false);
      first.release(two, false);
      assertThat(cluster.forRead(memory, Freshness.CAUSAL, List.of(), null).primary()).isTrue();
    } finally {
      database.replica(0).start();
      database.replica(1).start();
    }
    assertThat(cluster.awaitReplicas(LONG)).as(() -> cluster.states().toString()).isTrue();
  }

  @Test
  void theDriverKnowsThePositionOfACommitWithoutAsking() throws Exception {
    assumeThat(engine.name()).startsWith("MYSQL");
    Node primary = cluster.primary();
    for (int i = 0; i < 5; i++) {
      Connection physical = primary.acquire();
      try (Statement statement = physical.createStatement()) {
        assertThat(primary.committed(physical)).isNull();
        physical.setAutoCommit(i % 2 == 0);
        statement.executeUpdate("UPDATE item SET v = v + 1 WHERE id = 2");
        if (i % 2 != 0) {
          assertThat(primary.committed(physical)).isNull();
          physical.commit();
          physical.setAutoCommit(true);
        }
        Position position = primary.committed(physical);
        assertThat(position).isNotNull();
        assertThat(primary.committed(physical)).isNull();
        try (ResultSet row =
            statement.executeQuery("SELECT @@GLOBAL.server_uuid, @@GLOBAL.gtid_executed")) {
          row.next();
          assertThat(position.timeline()).isEqualTo(row.getString(1));
          GtidSet executed = GtidSet.parse(row.getString(2));
          assertThat(position.offset()).isEqualTo(executed.last(position.timeline()));
        }
      } finally {
        primary.release(physical, false);
      }
    }
  }

  /**
   * Many callers write values of their own and of others and read them back wherever the cluster
   * sends them, while replicas are delayed, stopped and killed.
   */
  @ExpectedWarnings("replica \\S+ takes no reads")
  @Test
  void noCallerIsEverShownLessThanItHasWrittenOrSeen() throws Exception {
    StalenessCheck check = new StalenessCheck(cluster, source, database.primary());
    int rounds = Boolean.getBoolean("sluice.soak") ? 20 : 1;
    Thread faults =
        new Thread(
            () -> {
              for (int round = 0; round < rounds; round++) {
                database.replica(0).stopReplication();
                check.awaitReads(1_000);
                database.replica(0).startReplication();
                check.awaitReads(2_000);
                database.replica(1).kill();
                check.awaitReads(1_000);
                database.replica(1).start();
                check.awaitReads(2_000);
                database.replica(0).delay(Duration.ofSeconds(round % 2 == 0 ? 5 : 1));
                check.awaitReads(2_000);
                database.replica(0).delay(Duration.ZERO);
                check.awaitReads(2_000);
              }
              check.stop();
            });
    faults.start();
    StalenessCheck.Result result = check.run(4, Duration.ofMinutes(3L * rounds));
    faults.join(60_000);
    System.out.println(engine + " staleness: " + result);
    assertThat(result.violations()).isEmpty();
    assertThat(result.reads()).isGreaterThan(5_000);
    assertThat(result.onReplicas()).isGreaterThan(result.reads() / 10);
  }

  private NodeState state(DatabaseNode node) {
    return cluster.states().stream()
        .filter(s -> s.name().equals(node.name()))
        .findFirst()
        .orElseThrow();
  }
}
