package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("engines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicatedDatabaseIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Parameter DatabaseEngine engine = DatabaseEngine.MARIADB;

  @SuppressWarnings("NullAway.Init") // before the first test
  private ReplicatedDatabase database;

  static List<DatabaseEngine> engines() {
    return ReplicatedDatabase.availableEngines();
  }

  @BeforeParameterizedClassInvocation
  void start() {
    database = ReplicatedDatabase.builder().engine(engine).replicas(2).start();
  }

  @AfterParameterizedClassInvocation
  void stop() {
    database.close();
  }

  @BeforeEach
  void table() throws SQLException {
    run(database.primary(), "DROP TABLE IF EXISTS item");
    run(database.primary(), "CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(40))");
    database.awaitReplicated(LIMIT);
  }

  @Test
  void replicatesToAllReplicas() throws SQLException {
    run(database.primary(), "INSERT INTO item VALUES (1, 'a')");
    database.awaitReplicated(LIMIT);
    assertThat(count(database.replica(0))).isEqualTo(1);
    assertThat(count(database.replica(1))).isEqualTo(1);
  }

  @Test
  void replicaRefusesWritesOfTheApplication() {
    assertThatThrownBy(() -> run(database.replica(0), "INSERT INTO item VALUES (1, 'a')"))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void delayedReplicaAppliesLater() throws SQLException {
    database.replica(0).delay(Duration.ofSeconds(2));
    long begin = System.nanoTime();
    run(database.primary(), "INSERT INTO item VALUES (1, 'a')");
    assertThat(count(database.replica(0))).isZero();
    database.awaitReplicated(LIMIT);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(1));
    assertThat(count(database.replica(0))).isEqualTo(1);
    database.replica(0).delay(Duration.ZERO);
  }

  @Test
  void stoppedReplicationKeepsTheReplicaWhereItIs() throws SQLException {
    database.replica(1).stopReplication();
    run(database.primary(), "INSERT INTO item VALUES (1, 'a')");
    database.awaitReplicated(LIMIT);
    assertThat(count(database.replica(0))).isEqualTo(1);
    assertThat(count(database.replica(1))).isZero();
    database.replica(1).startReplication();
    database.awaitReplicated(LIMIT);
    assertThat(count(database.replica(1))).isEqualTo(1);
  }

  @Test
  void delayAskedOfAStoppedReplicaHoldsOnceItRuns() throws SQLException {
    DatabaseNode replica = database.replica(0);
    replica.stop();
    replica.delay(Duration.ofHours(1));
    replica.start();
    assertHeldBack(replica);
    replica.delay(Duration.ZERO);
    assertCatchesUp(replica);
  }

  @Test
  void delayAskedOfAPausedReplicaHoldsOnceItGoesOn() throws SQLException {
    DatabaseNode replica = database.replica(0);
    replica.pause();
    replica.delay(Duration.ofHours(1));
    replica.resume();
    assertHeldBack(replica);
    replica.delay(Duration.ZERO);
    assertCatchesUp(replica);
  }

  @Test
  void replicationStoppedOnAPausedReplicaIsStoppedOnceItGoesOn() throws SQLException {
    DatabaseNode replica = database.replica(0);
    replica.pause();
    replica.stopReplication();
    replica.resume();
    assertHeldBack(replica);
    replica.startReplication();
    assertCatchesUp(replica);
  }

  @Test
  void restartedReplicaRefusesWritesWhileItsReplicationIsStopped() throws SQLException {
    DatabaseNode replica = database.replica(0);
    replica.stopReplication();
    replica.stop();
    replica.start();
    assertThatThrownBy(() -> run(replica, "INSERT INTO item VALUES (1, 'a')"))
        .isInstanceOf(SQLException.class);
    assertHeldBack(replica);
    replica.startReplication();
    assertCatchesUp(replica);
  }

  private void assertHeldBack(DatabaseNode replica) throws SQLException {
    run(database.primary(), "INSERT INTO item VALUES (1, 'a')");
    await().atMost(LIMIT).until(() -> count(database.replica(1)) == 1);
    await()
        .during(Duration.ofMillis(500))
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(count(replica)).isZero());
  }

  private void assertCatchesUp(DatabaseNode replica) throws SQLException {
    database.awaitReplicated(LIMIT);
    assertThat(count(replica)).isEqualTo(1);
  }

  @Test
  void killedReplicaComesBackAtItsPortAndCatchesUp() throws SQLException {
    int port = database.replica(0).port();
    database.replica(0).kill();
    assertThat(database.replica(0).running()).isFalse();
    assertThatThrownBy(() -> count(database.replica(0))).isInstanceOf(SQLException.class);
    run(database.primary(), "INSERT INTO item VALUES (1, 'a')");
    database.replica(0).start();
    assertThat(database.replica(0).port()).isEqualTo(port);
    database.awaitReplicated(LIMIT);
    assertThat(count(database.replica(0))).isEqualTo(1);
  }

  @Test
  void killedPrimaryKeepsWhatItCommitted() throws SQLException {
    run(database.primary(), "INSERT INTO item VALUES (1, 'a')");
    database.primary().kill();
    database.primary().start();
    assertThat(count(database.primary())).isEqualTo(1);
    run(database.primary(), "INSERT INTO item VALUES (2, 'b')");
    database.awaitReplicated(LIMIT);
    assertThat(count(database.replica(1))).isEqualTo(2);
  }

  @Test
  void stoppedServerStartsAgain() throws SQLException {
    run(database.primary(), "INSERT INTO item VALUES (1, 'a')");
    database.primary().stop();
    assertThat(database.primary().running()).isFalse();
    database.primary().start();
    assertThat(count(database.primary())).isEqualTo(1);
    database.awaitReplicated(LIMIT);
  }

  @Test
  void pausedServerHangsAndGoesOn() throws SQLException, InterruptedException {
    Thread reader;
    try (Connection connection = database.replica(0).dataSource().getConnection()) {
      database.replica(0).pause();
      assertThat(database.replica(0).running()).isTrue();
      reader =
          new Thread(
              () -> {
                try (PreparedStatement s = connection.prepareStatement("SELECT 1")) {
                  s.executeQuery().close();
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      reader.start();
      reader.join(300);
      boolean hangs = reader.isAlive();
      database.replica(0).resume();
      assertThat(hangs).isTrue();
      reader.join(10_000);
      assertThat(reader.isAlive()).isFalse();
    }
  }

  @Test
  void countsStatementsCommitsAndRows() throws SQLException {
    NodeCounters before = database.primary().counters();
    try (Connection connection = database.primary().dataSource().getConnection()) {
      for (int i = 0; i < 50; i++) {
        run(connection, "INSERT INTO item VALUES (" + i + ", 'a')");
      }
      connection.setAutoCommit(false);
      run(connection, "UPDATE item SET name = 'b' WHERE id < 10");
      run(connection, "DELETE FROM item WHERE id = 49");
      connection.commit();
      connection.setAutoCommit(true);
      for (int i = 0; i < 100; i++) {
        try (PreparedStatement s = connection.prepareStatement("SELECT * FROM item WHERE id = ?")) {
          s.setInt(1, i);
          s.executeQuery().close();
        }
      }
    }
    // PostgreSQL tells of a session's work up to a second later.
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> database.primary().counters().minus(before).rowsWritten() >= 61);
    NodeCounters work = database.primary().counters().minus(before);
    // Connector/J asks the server before each write whether the session is read only.
    assertThat(work.statements()).isBetween(152L, mySql() ? 230L : 170L);
    // Autovacuum of PostgreSQL commits, too.
    assertThat(work.commits()).isBetween(51L, engine == DatabaseEngine.POSTGRESQL ? 60L : 51L);
    assertThat(work.rowsWritten()).isEqualTo(61);
    assertThat(work.busyMicros()).isPositive();
    NodeCounters idle = database.primary().counters().minus(database.primary().counters());
    assertThat(idle.statements()).isZero();
  }

  @Test
  void promotedReplicaTakesWritesAndTheOthersFollowIt() throws SQLException {
    run(database.primary(), "INSERT INTO item VALUES (1, 'a')");
    DatabaseNode old = database.primary();
    DatabaseNode next = database.replica(0);
    database.promote(next);
    assertThat(database.primary()).isSameAs(next);
    assertThat(database.replicas()).contains(old).doesNotContain(next);
    assertThatThrownBy(() -> run(old, "INSERT INTO item VALUES (3, 'a')"))
        .isInstanceOf(SQLException.class);
    run(next, "INSERT INTO item VALUES (2, 'b')");
    database.awaitReplicated(LIMIT);
    assertThat(count(old)).isEqualTo(2);
    assertThat(count(database.replica(1))).isEqualTo(2);
  }

  @Test
  void deadPrimaryIsReplacedAndComesBackAsReplica() throws SQLException {
    run(database.primary(), "INSERT INTO item VALUES (1, 'a')");
    database.awaitReplicated(LIMIT);
    DatabaseNode old = database.primary();
    old.kill();
    database.promote(database.replica(1));
    run(database.primary(), "INSERT INTO item VALUES (2, 'b')");
    old.start();
    database.awaitReplicated(LIMIT);
    assertThat(count(old)).isEqualTo(2);
    assertThatThrownBy(() -> run(old, "INSERT INTO item VALUES (3, 'a')"))
        .isInstanceOf(SQLException.class);
  }

  private boolean mySql() {
    return engine == DatabaseEngine.MYSQL_9_7 || engine == DatabaseEngine.MYSQL_8_0;
  }

  private static void run(DatabaseNode node, String sql) throws SQLException {
    try (Connection connection = node.dataSource().getConnection()) {
      run(connection, sql);
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }

  private static long count(DatabaseNode node) throws SQLException {
    try (Connection connection = node.dataSource().getConnection()) {
      return Sql.number(connection, "SELECT COUNT(*) FROM item");
    }
  }
}
