package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.causality.CommitListener;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.causality.PendingCommit;
import dev.sluice.jdbc.FailoverLoad.Told;
import dev.sluice.jdbc.FailoverLoad.Write;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.logs.ExpectedWarnings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The primary is killed, handed over, or claimed by two, under load. */
@ExpectedWarnings("writes are refused")
class FailoverIT {
  private static final String ENGINES = "dev.sluice.testkit.ReplicatedDatabase#availableEngines";

  @ParameterizedTest
  @MethodSource(ENGINES)
  void aKilledPrimaryIsFollowedAndEverybodyIsToldTheTruth(DatabaseEngine engine) throws Exception {
    try (RoutedDatabase database = new RoutedDatabase(engine, FailoverLoad.TABLE)) {
      DatabaseNode old = database.servers.primary();
      DatabaseNode next = database.servers.replica(0);
      FailoverLoad load = new FailoverLoad(database.routed);
      load.start(4, 3);
      await().atMost(RoutedDatabase.LONG).until(() -> load.writes.size() > 100);

      long killed = System.nanoTime();
      old.kill();
      long gone = System.nanoTime();
      database.servers.promote(next);
      long promoted = System.nanoTime();
      await().atMost(RoutedDatabase.LONG).until(() -> load.acknowledgedSince(gone));
      // A process that starts now knows only the old primary's name for the primary.
      try (RoutingDataSource late = lateStarter(database);
          Connection connection = late.getConnection()) {
        RoutedDatabase.run(connection, "INSERT INTO ledger VALUES (1000000, 1)");
      }
      int so = load.writes.size();
      await().atMost(RoutedDatabase.LONG).until(() -> load.writes.size() > so + 200);
      load.stop();
      database.assertNothingHeld();
      old.start();
      await().atMost(RoutedDatabase.LONG).untilAsserted(() -> assertRoles(database, next));
      database.servers.awaitReplicated(RoutedDatabase.LONG);

      Set<Integer> there = ledger(database.servers.primary());
      for (DatabaseNode replica : database.servers.replicas()) {
        assertThat(ledger(replica)).isEqualTo(there);
      }
      assertTruth(load, there, gone);
      report(engine, "kill", load, killed, promoted, there);
    }
  }

  @ParameterizedTest
  @MethodSource(ENGINES)
  void aPrimaryThatIsHandedOverCostsNoAutocommitWriteAndNoRow(DatabaseEngine engine)
      throws Exception {
    try (RoutedDatabase database = new RoutedDatabase(engine, FailoverLoad.TABLE)) {
      DatabaseNode next = database.servers.replica(1);
      awaitCatalog(database);
      FailoverLoad load = new FailoverLoad(database.routed);
      load.start(4, 3);
      await().atMost(RoutedDatabase.LONG).until(() -> load.writes.size() > 100);

      long begun = System.nanoTime();
      database.servers.promote(next);
      long promoted = System.nanoTime();
      await().atMost(RoutedDatabase.LONG).until(() -> load.acknowledgedSince(promoted));
      int so = load.writes.size();
      await().atMost(RoutedDatabase.LONG).until(() -> load.writes.size() > so + 200);
      load.stop();
      await().atMost(RoutedDatabase.LONG).untilAsserted(() -> assertRoles(database, next));
      database.assertNothingHeld();
      database.servers.awaitReplicated(RoutedDatabase.LONG);

      Set<Integer> there = ledger(database.servers.primary());
      assertTruth(load, there, 0);
      assertThat(lost(load, there)).as("acknowledged and lost").isEmpty();
      if (database.mysql()) {
        // PostgreSQL cuts connections to become read-only, so some answers are lost there.
        assertThat(load.writes.stream().filter(w -> !w.transaction()))
            .allMatch(w -> w.told() == Told.ACKNOWLEDGED);
      }
      report(engine, "handover", load, begun, promoted, there);
    }
  }

  @ParameterizedTest
  @MethodSource(ENGINES)
  void whereTwoTakeWritesNoneIsUsedUntilOneGivesIn(DatabaseEngine engine) throws Exception {
    try (RoutedDatabase database = new RoutedDatabase(engine, FailoverLoad.TABLE)) {
      DatabaseNode old = database.servers.primary();
      DatabaseNode rival = database.servers.replica(0);
      promoteByHand(database, rival);
      try (Connection there = rival.dataSource().getConnection();
          Connection here = old.dataSource().getConnection()) {
        RoutedDatabase.run(there, "INSERT INTO ledger VALUES (1, 1)");
        RoutedDatabase.run(here, "INSERT INTO ledger VALUES (2, 1)");
      }
      await()
          .atMost(RoutedDatabase.LONG)
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> insert(database, 3))
                      .isInstanceOf(SQLException.class)
                      .hasMessageContaining("take writes, and none")
                      .hasMessageContaining("primary")
                      .hasMessageContaining(rival.name()));
      try (Connection connection = database.routed.getConnection()) {
        assertThat(RoutedDatabase.value(connection, "SELECT 1")).isEqualTo("1");
      }
      old.kill();
      await()
          .atMost(RoutedDatabase.LONG)
          .ignoreExceptionsInstanceOf(SQLException.class)
          .untilAsserted(() -> insert(database, 4));
      assertThat(ledger(rival)).contains(1, 4).doesNotContain(2, 3);
      database.assertNothingHeld();
    }
  }

  /** Whether a refused write did nothing is proven with the catalog, which comes a moment later. */
  private static void awaitCatalog(RoutedDatabase database) throws SQLException {
    Queue<CommitOutcome> outcomes = new ConcurrentLinkedQueue<>();
    CommitListener listener =
        new CommitListener() {
          @Override
          public void beforeCommit(PendingCommit commit) {}

          @Override
          public void afterCommit(PendingCommit commit, CommitOutcome outcome) {
            outcomes.add(outcome);
          }
        };
    insert(database, -1);
    database.routed.addCommitListener(listener);
    await()
        .atMost(RoutedDatabase.LONG)
        .until(
            () -> {
              assertThatThrownBy(() -> insert(database, -1)).isInstanceOf(SQLException.class);
              return outcomes.contains(CommitOutcome.ROLLED_BACK);
            });
    database.routed.removeCommitListener(listener);
  }

  private static void insert(RoutedDatabase database, int id) throws SQLException {
    try (Connection connection = database.routed.getConnection()) {
      RoutedDatabase.run(connection, "INSERT INTO ledger VALUES (" + id + ", 1)");
    }
  }

  private static void promoteByHand(RoutedDatabase database, DatabaseNode node)
      throws SQLException {
    List<String> texts =
        switch (database.engine) {
          case POSTGRESQL -> List.of("SELECT pg_promote(true, 60)");
          case MARIADB -> List.of("STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only = 0");
          case MYSQL_9_7 ->
              List.of(
                  "STOP REPLICA",
                  "RESET REPLICA ALL",
                  "SET GLOBAL super_read_only = 0",
                  "SET GLOBAL read_only = 0");
          case MYSQL_8_0 ->
              List.of(
                  "STOP SLAVE",
                  "RESET SLAVE ALL",
                  "SET GLOBAL super_read_only = 0",
                  "SET GLOBAL read_only = 0");
        };
    try (Connection connection = node.adminDataSource().getConnection()) {
      for (String each : texts) {
        RoutedDatabase.run(connection, each);
      }
    }
  }

  private static RoutingDataSource lateStarter(RoutedDatabase database) {
    RoutingDataSourceBuilder builder =
        RoutingDataSource.builder().name("late").primary(database.primary);
    for (int i = 0; i < database.replicas.size(); i++) {
      builder.replica("r" + i, database.replicas.get(i));
    }
    return builder.build();
  }

  private static void assertRoles(RoutedDatabase database, DatabaseNode primary) {
    List<NodeState> nodes = database.routed.nodes();
    assertThat(nodes.get(0).name()).isEqualTo(primary.name());
    assertThat(nodes).filteredOn(NodeState::primary).hasSize(1);
    assertThat(nodes).as(nodes.toString()).allMatch(NodeState::usable);
    assertThat(nodes).extracting(NodeState::name).contains("primary");
  }

  private static Set<Integer> ledger(DatabaseNode node) throws SQLException {
    try (Connection connection = node.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM ledger")) {
      Set<Integer> ids = new HashSet<>();
      while (rows.next()) {
        ids.add(rows.getInt(1));
      }
      return ids;
    }
  }

  /**
   * What was told against what is there.
   *
   * @param oldGone when the old primary was certainly gone: what began later and was acknowledged,
   *     the new one acknowledged
   */
  private static void assertTruth(FailoverLoad load, Set<Integer> there, long oldGone) {
    assertThat(load.writes)
        .filteredOn(w -> w.told() == Told.NOTHING)
        .as("told that nothing was done")
        .noneMatch(w -> there.contains(w.id()));
    if (oldGone != 0) {
      assertThat(load.writes)
          .filteredOn(w -> w.told() == Told.ACKNOWLEDGED && w.begun() - oldGone > 0)
          .as("acknowledged by the new primary")
          .allMatch(w -> there.contains(w.id()));
    }
    assertThat(load.acknowledgedButNotSeen).as("own write not read").noneMatch(there::contains);
    assertThat(load.seenThenNot).as("shown and then not").noneMatch(there::contains);
  }

  private static Set<Integer> lost(FailoverLoad load, Set<Integer> there) {
    return load.writes.stream()
        .filter(w -> w.told() == Told.ACKNOWLEDGED && !there.contains(w.id()))
        .map(Write::id)
        .collect(Collectors.toSet());
  }

  private static void report(
      DatabaseEngine engine,
      String what,
      FailoverLoad load,
      long begun,
      long promoted,
      Set<Integer> there) {
    long first =
        load.writes.stream()
            .filter(w -> w.told() == Told.ACKNOWLEDGED && w.ended() - promoted > 0)
            .mapToLong(Write::ended)
            .min()
            .orElse(0);
    System.out.printf(
        "%s %s: promotion took %d ms, first write %d ms after it; longest time without a read %d"
            + " ms; writes %s, states %s, lost by the database %d; reads %d, errors %s%n",
        engine,
        what,
        (promoted - begun) / 1_000_000,
        (first - promoted) / 1_000_000,
        load.longestReadGapMillis(),
        load.writes.stream().collect(Collectors.groupingBy(Write::told, Collectors.counting())),
        load.writes.stream()
            .filter(w -> w.told() != Told.ACKNOWLEDGED)
            .collect(
                Collectors.groupingBy(
                    w -> w.state() + (w.transaction() ? " tx" : ""), Collectors.counting())),
        lost(load, there).size(),
        load.reads(),
        load.readErrors);
  }
}
