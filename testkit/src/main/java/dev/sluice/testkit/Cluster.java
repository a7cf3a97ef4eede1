package dev.sluice.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A primary and its replicas, and who is which. */
final class Cluster implements ReplicatedDatabase {
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
      close(fleet);
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
            .<Runnable>map(node -> () -> node.follow(primary.address()))
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
    String position = current.monitor().ask("tell its position", current.dialect()::position);
    for (Node node : nodes) {
      if (node != current) {
        awaitApplied(node, position, end, limit);
      }
    }
  }

  private void awaitApplied(Node node, String position, long end, Duration limit) {
    while (node.replicating()) {
      if (node.monitor().ask("wait for the primary", c -> node.dialect().applied(c, position))) {
        return;
      }
      if (System.nanoTime() - end >= 0) {
        throw new TestServerException(
            "%s: has not applied what %s has committed within %d ms (%s); its last log lines:%n%s"
                .formatted(
                    node.name(),
                    primary.name(),
                    limit.toMillis(),
                    node.monitor().ask("tell its state", node.dialect()::replicationState),
                    node.control().lastLogLines()));
      }
    }
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
      old.monitor().order("stop writes", c -> old.dialect().readOnly(c, true));
      String position = old.monitor().ask("tell its position", old.dialect()::position);
      if (next.replicating()) {
        awaitApplied(
            next,
            position,
            System.nanoTime() + Duration.ofMinutes(1).toNanos(),
            Duration.ofMinutes(1));
      }
    }
    next.lead();
    primary = next;
    Parallel.run(
        nodes.stream()
            .filter(node -> node != next)
            .<Runnable>map(node -> () -> node.follow(next.address()))
            .toList());
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
