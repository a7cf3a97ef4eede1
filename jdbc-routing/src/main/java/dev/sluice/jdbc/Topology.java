package dev.sluice.jdbc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a cluster at a moment. Immutable: a change makes another one, and whoever has read
 * the old one may go on with it. Nodes are told apart by their names.
 *
 * @param primary the node that takes writes
 * @param fallback the same for reads that no replica can take
 * @param replicas the others, in the order in which they were added
 * @param selector chooses among them
 */
record Topology(
    PooledNode primary,
    PooledNode fallback,
    List<ReplicaWatch> replicas,
    ReplicaSelector selector) {

  static Topology of(PooledNode primary, PooledNode fallback, List<ReplicaWatch> replicas) {
    return new Topology(
        primary,
        fallback,
        List.copyOf(replicas),
        new ReplicaSelector(replicas.stream().map(r -> r.server).toList()));
  }

  /** The same with one more replica. */
  Topology plus(ReplicaWatch replica) {
    List<ReplicaWatch> more = new ArrayList<>(replicas);
    more.add(replica);
    return of(primary, fallback, more);
  }

  /** The same without a replica. */
  Topology minus(ReplicaWatch replica) {
    return of(primary, fallback, replicas.stream().filter(r -> r != replica).toList());
  }

  /** The replica of this name; null if there is none. */
  @Nullable ReplicaWatch replica(String name) {
    for (ReplicaWatch each : replicas) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    return null;
  }
}
