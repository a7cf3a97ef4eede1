package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.sluice.testkit.ReplicatedDatabase#availableEngines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PromotionIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Parameter DatabaseEngine engine = DatabaseEngine.MARIADB;

  @SuppressWarnings("NullAway.Init") // before the first test
  private ReplicatedDatabase database;

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
    run(database.primary(), "CREATE TABLE item (id INT PRIMARY KEY)");
    database.awaitReplicated(LIMIT);
  }

  @Test
  void replicaWhoseReplicationWasStoppedCatchesUpFirst() throws SQLException {
    DatabaseNode next = database.replica(0);
    next.stopReplication();
    insert(database.primary(), 1);
    database.promote(next);
    assertThat(items(next)).containsExactly(1);
    insert(next, 2);
    assertAllNodesHave(1, 2);
  }

  @Test
  void delayedReplicaCatchesUpFirst() throws SQLException {
    DatabaseNode next = database.replica(0);
    next.delay(Duration.ofHours(1));
    insert(database.primary(), 1);
    database.promote(next);
    assertThat(items(next)).containsExactly(1);
    insert(next, 2);
    assertAllNodesHave(1, 2);
  }

  @Test
  void killedPrimaryLosesWhatItsSuccessorNeverSaw() throws SQLException {
    DatabaseNode old = database.primary();
    DatabaseNode next = database.replica(0);
    commitUnseenBy(next);
    old.kill();
    next.start();
    database.promote(next);
    insert(next, 2);
    old.start();
    assertAllNodesHave(2);
    insert(next, 3);
    assertAllNodesHave(2, 3);
    assertThatThrownBy(() -> insert(old, 4)).isInstanceOf(SQLException.class);
  }

  @Test
  void pausedPrimaryLosesWhatItsSuccessorNeverSaw() throws SQLException {
    DatabaseNode old = database.primary();
    DatabaseNode next = database.replica(0);
    commitUnseenBy(next);
    old.pause();
    next.start();
    database.promote(next);
    insert(next, 2);
    old.resume();
    assertAllNodesHave(2);
    assertThatThrownBy(() -> insert(old, 4)).isInstanceOf(SQLException.class);
  }

  /** The other replica sees it, and so is ahead of its next primary. */
  private void commitUnseenBy(DatabaseNode next) throws SQLException {
    next.stop();
    insert(database.primary(), 1);
    database.awaitReplicated(LIMIT);
    assertThat(items(database.replica(1))).containsExactly(1);
  }

  @Test
  void replicaWithTransactionsOfItsOwnIsNotCalledEqual() throws SQLException {
    assumeTrue(engine == DatabaseEngine.MARIADB, "the others refuse writes on a replica");
    try (Connection connection = database.replica(0).adminDataSource().getConnection()) {
      Sql.run(connection, "INSERT INTO item VALUES (9)");
    }
    assertThatThrownBy(() -> database.awaitReplicated(LIMIT))
        .isInstanceOf(TestServerException.class)
        .hasMessageContaining("has transactions that its primary mariadb-");
    database.promote(database.replica(1));
    insert(database.primary(), 1);
    assertAllNodesHave(1);
  }

  @Test
  void failedPromotionLeavesTheOldPrimaryWritable() throws Exception {
    DatabaseNode old = database.primary();
    DatabaseNode next = database.replica(0);
    AtomicInteger id = new AtomicInteger();
    CompletableFuture<Void> promotion;
    try (Connection reader = next.dataSource().getConnection()) {
      Sql.run(reader, "BEGIN"); // unknown to its driver, which would end it on closing
      Sql.number(reader, "SELECT COUNT(*) FROM item");
      run(old, "ALTER TABLE item ADD COLUMN name INT"); // which the reader keeps from the replica
      promotion = CompletableFuture.runAsync(() -> database.promote(next));
      await()
          .atMost(LIMIT)
          .until(() -> catchThrowable(() -> insert(old, id.incrementAndGet())) != null);
      next.kill();
      assertThatThrownBy(() -> promotion.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(TestServerException.class);
    }
    assertThat(database.primary()).isSameAs(old);
    insert(old, 1_000);
    next.start();
    database.awaitReplicated(LIMIT);
    assertThat(items(next)).isEqualTo(items(old)).contains(1_000);
  }

  private void assertAllNodesHave(Integer... ids) throws SQLException {
    database.awaitReplicated(LIMIT);
    assertThat(items(database.primary())).containsExactly(ids);
    for (DatabaseNode replica : database.replicas()) {
      assertThat(items(replica)).as(replica.name()).containsExactly(ids);
    }
  }

  private static void insert(DatabaseNode node, int id) throws SQLException {
    run(node, "INSERT INTO item (id) VALUES (" + id + ")");
  }

  private static void run(DatabaseNode node, String sql) throws SQLException {
    try (Connection connection = node.dataSource().getConnection()) {
      Sql.run(connection, sql);
    }
  }

  private static List<Integer> items(DatabaseNode node) throws SQLException {
    try (Connection connection = node.dataSource().getConnection();
        PreparedStatement select = connection.prepareStatement("SELECT id FROM item ORDER BY id");
        ResultSet rows = select.executeQuery()) {
      List<Integer> ids = new ArrayList<>();
      while (rows.next()) {
        ids.add(rows.getInt(1));
      }
      return ids;
    }
  }
}
