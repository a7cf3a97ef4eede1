package dev.sluice.jdbc;

import dev.sluice.causality.CausalMemory;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among replicas: the better of two taken at random, so that no herd follows a number that
 * is a moment old; if neither will do, the best of all. One with room in its pool goes before one
 * without. Reads no clock, takes no lock and makes no objects.
 */
final class ReplicaSelector {
  private final Server[] servers;

  ReplicaSelector(List<Server> servers) {
    this.servers = servers.toArray(new Server[0]);
  }

  /**
   * A replica that may answer.
   *
   * @param memory what the caller has seen; null if it does not matter
   * @param tables the tables that are read; empty for any
   * @param bounded whether {@code oldestNanos} counts
   * @param oldestNanos the sample that the replica has reached must not have been started before
   * @param not a node that must not be chosen
   * @return null if there is none
   */
  @Nullable PooledNode choose(
      @Nullable CausalMemory memory,
      List<String> tables,
      boolean bounded,
      long oldestNanos,
      @Nullable Node not) {
    int count = servers.length;
    int first = count == 1 ? 0 : ThreadLocalRandom.current().nextInt(count);
    View one = admitted(first, memory, tables, bounded, oldestNanos, not);
    if (count == 1) {
      return one == null ? null : one.node();
    }
    int second = ThreadLocalRandom.current().nextInt(count - 1);
    second += second >= first ? 1 : 0;
    View other = admitted(second, memory, tables, bounded, oldestNanos, not);
    View best = better(one, other);
    if ((best != null && best.node().server().hasRoom()) || count == 2) {
      return best == null ? null : best.node();
    }
    for (int i = 0; i < count; i++) {
      if (i != first && i != second) {
        best = better(best, admitted(i, memory, tables, bounded, oldestNanos, not));
      }
    }
    return best == null ? null : best.node();
  }

  private @Nullable View admitted(
      int index,
      @Nullable CausalMemory memory,
      List<String> tables,
      boolean bounded,
      long oldestNanos,
      @Nullable Node not) {
    View view = servers[index].view();
    if (!view.usable() || (not instanceof PooledNode node && node.server() == servers[index])) {
      return null;
    }
    Progress progress = view.progress();
    if (bounded && (progress.reachedEpoch() == 0 || progress.reachedNanos() - oldestNanos < 0)) {
      return null;
    }
    return memory == null
            || memory.admits(view.node(), tables, progress.reachedEpoch(), progress.position())
        ? view
        : null;
  }

  private static @Nullable View better(@Nullable View a, @Nullable View b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    Server left = a.node().server();
    Server right = b.node().server();
    if (left.hasRoom() != right.hasRoom()) {
      return left.hasRoom() ? a : b;
    }
    return left.score(a) <= right.score(b) ? a : b;
  }

  /** Whether any could be chosen by a caller that asks for nothing. */
  boolean anyUsable(@Nullable Node not) {
    for (Server server : servers) {
      if (server.view().usable() && !(not instanceof PooledNode node && node.server() == server)) {
        return true;
      }
    }
    return false;
  }
}
