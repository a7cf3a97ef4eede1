package dev.sluice.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** A primary and its replicas, and who is which. */
final class Cluster implements ReplicatedDatabase {
  private static final Duration CATCHING_UP = Duration.ofMinutes(1);
  private static final Duration EQUAL_WITHIN = Duration.ofSeconds(5);
  private static final long POLL_NANOS = 50_000_000;

  private final ClusterSpec spec;
  private final Fleet fleet;
  private final List<Node> nodes;
  private volatile Node primary;

  private Cluster(ClusterSpec spec, Fleet fleet) {
    this.spec = spec;
    this.fleet = fleet;
    this.nodes = fleet.nodes();
    this.primary = nodes.get(0);
  }

  static ReplicatedDatabase start(ClusterSpec spec) {
    Fleet fleet = fleet(spec);
    List<Node> nodes = fleet.nodes();
    try {
      Parallel.run(nodes.stream().<Runnable>map(node -> () -> node.control().start()).toList());
      Cluster cluster = new Cluster(spec, fleet);
      cluster.connect();
      return cluster;
    } catch (RuntimeException e) {
      Cleanup.after(e, () -> close(fleet));
      throw e;
    }
  }

  /**
   * The servers, not yet started.
   *
   * @param release gives back what they share, once they are closed
   */
  record Fleet(List<Node> nodes, Runnable release) {}

  private static Fleet fleet(ClusterSpec spec) {
    return switch (spec.engine()) {
      case MARIADB -> new Fleet(EmbeddedMariaDb.prepare().nodes(spec), () -> {});
      case POSTGRESQL -> new Fleet(EmbeddedPostgres.prepare().nodes(spec), () -> {});
      case MYSQL_9_7, MYSQL_8_0 -> DockerMySql.fleet(spec);
    };
  }

  static String nodeName(ClusterSpec spec, int index) {
    String engine = spec.engine().name().toLowerCase(Locale.ROOT).replace('_', '-');
    return index == 0 ? engine + "-1" : engine + "-" + (index + 1);
  }

  /**
   * A number of its own for a node and each set of its files: a server skips what is logged under
   * its own number, also what it has forgotten.
   */
  static int serverId(int index, int renewals) {
    return index + 1 + 10 * renewals;
  }

  private void connect() {
    Parallel.run(
        nodes.stream()
            .<Runnable>map(
                node -> () -> node.monitor().order("be prepared", node.dialect()::prepare))
            .toList());
    primary.lead();
    Parallel.run(
        nodes.stream()
            .filter(node -> node != primary)
            .<Runnable>map(node -> () -> node.follow(primary))
            .toList());
    primary
        .monitor()
        .order(
            "create the database", c -> primary.dialect().createDatabase(c, spec.databaseName()));
    awaitReplicated(spec.startTimeout());
  }

  @Override
  public DatabaseEngine engine() {
    return spec.engine();
  }

  @Override
  public DatabaseNode primary() {
    return primary;
  }

  @Override
  public List<DatabaseNode> replicas() {
    Node current = primary;
    return nodes.stream().filter(node -> node != current).<DatabaseNode>map(n -> n).toList();
  }

  @Override
  public void awaitReplicated(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    Node current = primary;
    String position = current.position();
    for (Node node : nodes) {
      if (node != current && node.replicating()) {
        if (!node.follows()) {
          throw new TestServerException(
              "%s: does not replicate from %s; an earlier step towards that failed, which start() repeats"
                  .formatted(node.name(), current.name()));
        }
        if (awaitApplied(node, position, end, limit)) {
          requireEqual(node, current);
        }
      }
    }
  }

  /** Having all of the primary does not say that a replica has no more. */
  private static void requireEqual(Node node, Node primary) {
    String reached = node.position();
    // MySQL sends a transaction before it counts it as executed itself.
    long end = System.nanoTime() + EQUAL_WITHIN.toNanos();
    while (true) {
      String current = primary.position();
      if (primary.monitor().ask("compare", c -> primary.dialect().within(c, reached, current))) {
        return;
      }
      if (System.nanoTime() - end >= 0) {
        throw new TestServerException(
            "%s: has transactions that its primary %s never saw: it is at %s, the primary at %s"
                .formatted(node.name(), primary.name(), reached, current));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** False when the node stopped replicating meanwhile. */
  private static boolean awaitApplied(Node node, String position, long end, Duration limit) {
    while (node.replicating()) {
      if (node.monitor().ask("wait for the primary", c -> node.dialect().applied(c, position))) {
        return true;
      }
      if (System.nanoTime() - end >= 0) {
        throw new TestServerException(
            "%s: has not applied what its primary has committed within %d ms (%s); its last log lines:%n%s"
                .formatted(
                    node.name(),
                    limit.toMillis(),
                    node.monitor().ask("tell its state", node.dialect()::replicationState),
                    node.control().lastLogLines()));
      }
    }
    return false;
  }

  @Override
  public synchronized void promote(DatabaseNode replica) {
    Node next =
        nodes.stream()
            .filter(node -> node == replica && node != primary)
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException(replica.name() + ": is no replica of this"));
    if (!next.answers()) {
      throw new IllegalStateException(next.name() + ": cannot be promoted, it is not running");
    }
    Node old = primary;
    if (old.answers()) {
      handOver(old, next);
    } else {
      next.lead();
    }
    primary = next;
    Parallel.run(
        nodes.stream()
            .filter(node -> node != next)
            .<Runnable>map(node -> () -> node.follow(next))
            .toList());
  }

  /** Either the next is primary afterwards, or the old one takes writes as before. */
  private static void handOver(Node old, Node next) {
    Node.Faults before = next.faults();
    try {
      if (!before.equals(Node.Faults.NONE)) {
        next.faults(Node.Faults.NONE);
      }
      old.monitor().order("stop writes", c -> old.dialect().readOnly(c, true));
      long end = System.nanoTime() + CATCHING_UP.toNanos();
      if (!awaitApplied(next, old.position(), end, CATCHING_UP)) {
        throw new TestServerException(
            next.name() + ": stopped replicating while it caught up with " + old.name());
      }
      next.lead();
    } catch (RuntimeException e) {
      Cleanup.after(
          e, () -> old.monitor().order("take writes again", c -> old.dialect().readOnly(c, false)));
      Cleanup.after(e, () -> next.faults(before));
      throw e;
    }
  }

  @Override
  public void close() {
    close(fleet);
  }

  private static void close(Fleet fleet) {
    try {
      Parallel.run(fleet.nodes().stream().<Runnable>map(node -> node::close).toList());
    } finally {
      fleet.release().run();
    }
  }
}
