package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.causality.Position;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplicaSelectorTest {
  private static final Progress REACHED = new Progress(5, new Position("t", 9), 100, false, 0);

  private final List<Server> servers = new ArrayList<>();

  /** Never asked. */
  private static final class NoPool implements DataSource {
    @Override
    public Connection getConnection() throws SQLException {
      throw new SQLException("not asked");
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
      throw new SQLException("not asked");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
      return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
      return 0;
    }

    @Override
    public Logger getParentLogger() {
      return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
      throw new SQLException("no");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
      return false;
    }
  }

  private static final class NoEvents implements ServerEvents {
    @Override
    public void borrowedFromPrimary(Connection physical) {}

    @Override
    public void failed(Server server) {}

    @Override
    public @Nullable Position committed(Connection physical) {
      return null;
    }
  }

  private Server server(int weight, int capacity, boolean usable) {
    Server server =
        new Server(
            new ClusterConfig.NodeConfig("r" + servers.size(), new NoPool(), weight),
            false,
            capacity,
            ClusterConfig.Limits.DEFAULTS,
            new NoEvents());
    if (usable) {
      server.probeSucceeded(0, null);
      server.publish(REACHED, false, 0);
    }
    server.answered(1_000_000);
    servers.add(server);
    return server;
  }

  private Map<Node, Integer> choices(int count) {
    ReplicaSelector selector = new ReplicaSelector(servers);
    Map<Node, Integer> counts = new HashMap<>();
    for (int i = 0; i < count; i++) {
      Node node = selector.choose(null, List.of(), false, 0, null);
      if (node != null) {
        counts.merge(node, 1, Integer::sum);
      }
    }
    return counts;
  }

  @Test
  void spreadsReadsAmongEqualReplicas() {
    server(100, 10, true);
    server(100, 10, true);
    server(100, 10, true);
    // 30,000 throws of a fair die: a deviation of 500 is six times its spread.
    assertThat(choices(30_000).values()).hasSize(3).allMatch(n -> n > 9_500 && n < 10_500);
  }

  @Test
  void neverChoosesOneThatIsNotUsable() {
    Server well = server(100, 10, true);
    server(100, 10, false);
    assertThat(choices(1_000)).containsOnlyKeys(well.view().node());
    servers.remove(0);
    assertThat(choices(10)).isEmpty();
    assertThat(new ReplicaSelector(servers).anyUsable(null)).isFalse();
  }

  @Test
  void prefersTheFasterTheLessBusyAndTheHeavier() {
    Server slow = server(100, 10, true);
    Server fast = server(100, 10, true);
    for (int i = 0; i < 100; i++) {
      slow.answered(5_000_000);
    }
    assertThat(choices(1_000)).containsOnlyKeys(fast.view().node());
    fast.inFlight.set(9);
    assertThat(choices(1_000)).containsOnlyKeys(slow.view().node());
    Server heavy = server(1_000, 10, true);
    assertThat(choices(30_000).get(heavy.view().node())).isBetween(19_000, 21_000);
  }

  @Test
  void doesNotWaitForAPoolThatIsUsedUpWhileAnotherHasRoom() {
    Server full = server(1_000, 2, true);
    full.inFlight.set(2);
    Server room = server(1, 2, true);
    for (int i = 0; i < 100; i++) {
      room.answered(900_000_000);
    }
    assertThat(choices(1_000)).containsOnlyKeys(room.view().node());
    server(1, 2, true).inFlight.set(2);
    server(1, 2, true).inFlight.set(2);
    assertThat(choices(1_000)).containsOnlyKeys(room.view().node());
    room.inFlight.set(2);
    assertThat(choices(1_000)).isNotEmpty();
  }

  @Test
  void leavesOutTheOneThatHasJustFailed() {
    Server failed = server(100, 10, true);
    Server other = server(100, 10, true);
    ReplicaSelector selector = new ReplicaSelector(servers);
    for (int i = 0; i < 100; i++) {
      assertThat(selector.choose(null, List.of(), false, 0, failed.view().node()))
          .isSameAs(other.view().node());
    }
    servers.remove(other);
    assertThat(new ReplicaSelector(servers).choose(null, List.of(), false, 0, failed.view().node()))
        .isNull();
  }

  @Test
  void takesOnlyOnesThatAreYoungEnoughForABound() {
    server(100, 10, true);
    ReplicaSelector selector = new ReplicaSelector(servers);
    assertThat(selector.choose(null, List.of(), true, 100, null)).isNotNull();
    assertThat(selector.choose(null, List.of(), true, 101, null)).isNull();
  }

  @Test
  void aReplicaThatComesBackStartsSlowly() {
    Server back = server(100, 10, true);
    Server other = server(100, 10, true);
    back.publish(new Progress(5, null, 100, true, 1), false, 20_000_000_000L);
    assertThat(back.view().usable()).isFalse();
    back.publish(REACHED, false, 20_000_000_001L);
    assertThat(back.view().usable()).isTrue();
    assertThat(back.view().handicap()).isEqualTo(10);
    assertThat(choices(1_000)).containsOnlyKeys(other.view().node());
    back.publish(REACHED, false, 25_000_000_001L);
    assertThat(back.view().handicap()).isBetween(5.0, 6.0);
    back.publish(REACHED, false, 40_000_000_000L);
    assertThat(back.view().handicap()).isEqualTo(1);
  }

  @Test
  void aReplicaThatIsAddedStartsSlowly() {
    Server other = server(100, 10, true);
    Server added = server(100, 10, false);
    added.startSlowly();
    added.probeSucceeded(0, null);
    added.publish(REACHED, false, 0);
    assertThat(added.view().handicap()).isEqualTo(10);
    assertThat(choices(1_000)).containsOnlyKeys(other.view().node());
    added.publish(REACHED, false, 10_000_000_000L);
    assertThat(choices(1_000)).hasSize(2);
  }

  @Test
  void oneThatHasReachedNothingYetAnswersOnlyThoseWhoAskForNothing() {
    Server alone = server(100, 10, false);
    alone.probeSucceeded(0, null);
    alone.publish(Progress.NONE, false, 0, false);
    assertThat(choices(1)).isEmpty();
    alone.publish(Progress.NONE, false, 0, true);
    assertThat(alone.view().reason()).contains("without the primary");
    assertThat(choices(1)).hasSize(1);
    ReplicaSelector selector = new ReplicaSelector(servers);
    assertThat(selector.choose(null, List.of(), true, Long.MIN_VALUE, null)).isNull();
    assertThat(selector.choose(null, List.of(), true, 1, null)).isNull();
    assertThat(selector.choose(null, List.of(), true, -1, null)).isNull();
  }

  @Test
  void aReplicaThatIsRetiredLendsNothing() throws SQLException {
    Server retired = server(100, 10, true);
    retired.retire();
    assertThatThrownBy(() -> retired.view().node().acquire())
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasMessageContaining("removed");
    assertThat(retired.inFlight.get()).isZero();
  }

  @Test
  void timesAllExecutionsOfAQuietReplicaAndSomeOfABusyOne() {
    Server server = server(100, 10, true);
    for (int round = 0; round < 3; round++) {
      int first = 0;
      for (int i = 0; i < 64; i++) {
        first += server.timesNext() ? 1 : 0;
      }
      int later = 0;
      for (int i = 0; i < 6_400; i++) {
        later += server.timesNext() ? 1 : 0;
      }
      assertThat(first).isEqualTo(64);
      assertThat(later).isEqualTo(100);
      server.fade();
    }
  }

  @Test
  void anAnswerThatIsNotTimedEndsARowOfFailures() {
    Server server = server(100, 10, true);
    int limit = ClusterConfig.Ejection.DEFAULTS.failures();
    for (int i = 0; i < 10 * limit; i++) {
      assertThat(server.failed(0)).isFalse();
      server.answered();
    }
    for (int i = 1; i < limit; i++) {
      assertThat(server.failed(0)).isFalse();
    }
    assertThat(server.failed(0)).isTrue();
  }
}
