package dev.sluice.jdbc;

import dev.sluice.jdbc.ClusterConfig.NodeConfig;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a {@link TopologyProvider} again and again and does what {@link TopologyPolicy} decides. One
 * task of its own: a provider that hangs delays nobody else.
 */
final class Discovery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

  private final String name;
  private final TopologyProvider provider;
  private final Function<TopologyNode, DataSource> pools;
  private final long intervalNanos;
  private final PooledCluster cluster;
  private final TopologyChanges changes;
  private final Set<String> configured = new HashSet<>();
  private final TopologyPolicy policy;
  private final Repeating task;
  private volatile boolean closed;
  private @Nullable String complaint;

  private Discovery(
      ClusterConfig config,
      PooledCluster cluster,
      TopologyChanges changes,
      TopologyProvider provider,
      ScheduledExecutorService executor) {
    this.name = config.name();
    this.provider = provider;
    this.pools = Objects.requireNonNull(config.topology().pools());
    this.intervalNanos = config.topology().discoveryInterval().toNanos();
    this.cluster = cluster;
    this.changes = changes;
    this.policy = new TopologyPolicy(config.topology().maximumReplicas());
    this.task = new Repeating(executor, this::ask);
    configured.add(config.primary().name());
    config.replicas().forEach(r -> configured.add(r.name()));
  }

  /** Null where there is no provider. */
  static @Nullable Discovery of(
      ClusterConfig config,
      PooledCluster cluster,
      TopologyChanges changes,
      ScheduledExecutorService executor) {
    TopologyProvider provider = config.topology().provider();
    return provider == null ? null : new Discovery(config, cluster, changes, provider, executor);
  }

  void start() {
    task.soon();
  }

  private long ask() {
    String wrong;
    try {
      wrong = follow(answer());
    } catch (SQLException | RuntimeException e) {
      String state = e instanceof SQLException sql ? sql.getSQLState() : null;
      wrong =
          "no node could tell: "
              + e.getClass().getSimpleName()
              + (state == null ? "" : " (SQLState " + state + ")");
    }
    if (!closed && !Objects.equals(wrong, complaint)) {
      if (wrong == null) {
        LOG.info("{}: discovery is well", name);
      } else {
        LOG.warn("{}: discovery: {}; what is not told stays as it is", name, wrong);
      }
    }
    complaint = wrong;
    return intervalNanos;
  }

  private List<TopologyNode> answer() throws SQLException {
    SQLException failed = null;
    for (DataSource each : cluster.sources()) {
      if (closed) {
        break;
      }
      try {
        return provider.nodes(each);
      } catch (SQLException e) {
        failed = e;
      }
    }
    throw failed == null ? new SQLException("closed") : failed;
  }

  private @Nullable String follow(List<TopologyNode> answer) {
    if (closed) {
      return complaint;
    }
    Set<String> followed = policy.ids();
    Set<String> taken = new HashSet<>(configured);
    int others = changes.draining();
    for (ReplicaWatch each : cluster.topology().replicas()) {
      if (!followed.contains(each.name())) {
        others++;
        taken.add(each.name());
      }
    }
    TopologyPolicy.Decision decision = policy.judge(answer, others, taken);
    String wrong = decision.complaint();
    for (String each : decision.remove()) {
      if (cluster.topology().replica(each) != null) {
        changes.remove(each);
      }
    }
    for (TopologyNode each : decision.add()) {
      String failure = add(each);
      wrong = wrong == null ? failure : wrong;
    }
    return wrong;
  }

  private @Nullable String add(TopologyNode node) {
    DataSource pool = null;
    try {
      pool = pools.apply(node);
      changes.add(new NodeConfig(node.id(), pool, ClusterConfig.DEFAULT_WEIGHT), true);
      return null;
    } catch (RuntimeException e) {
      policy.failed(node);
      if (pool instanceof AutoCloseable made) {
        try {
          made.close();
        } catch (Exception x) {
          LOG.debug("{}: the pool of {} did not close", name, node.id(), x);
        }
      }
      return "node " + node.id() + " could not be added: " + e.getClass().getSimpleName();
    }
  }

  @Override
  public void close() {
    closed = true;
    task.close();
  }
}
