package dev.sluice.jdbc;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.Freshness;
import dev.sluice.causality.Position;
import dev.sluice.core.Ticker;
import dev.sluice.jdbc.ClusterConfig.NodeConfig;
import dev.sluice.jdbc.hikari.HikariPools;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.Route;
import dev.sluice.sql.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A cluster over one pool a node. Positions are read in the background ({@link Sampler}); a read
 * chooses from what is known, without waiting, unless {@code causalWait} is set.
 *
 * <p>Reads that ask for more than any replica has reached go to the primary without limit: their
 * number is bounded by the writes of their callers, and refusing them would break what a caller
 * that has just written relies on. Reads that go there because no replica is usable at all are
 * capped.
 */
final class PooledCluster implements Cluster, ServerEvents {
  private static final long POLL_NANOS = 500_000;

  private final String name;
  private final Ticker ticker;
  private final @Nullable RoutingEvents events;
  private final StateLog states;
  private final long causalWaitNanos;
  private final Object lock = new Object();
  private final ClusterConfig config;
  private final TopologyChanges changes;
  private final @Nullable Discovery discovery;
  private final FallbackCap fallbackCap;
  private volatile Topology topology;
  private final WriterMonitor monitor;
  private final Watermarks marks;
  private final Sampler sampler;
  private final CatalogCache catalog;
  private final CommitPositions commits;

  /** A heartbeat's positions are of another kind than those of commits. */
  private final boolean gtids;

  private final ScheduledExecutorService executor;
  private final ClusterThreads threads;

  private PooledCluster(ClusterConfig config) {
    this.config = config;
    this.name = config.name();
    this.ticker = config.runtime().ticker();
    this.events = config.runtime().events();
    this.states = new StateLog(config);
    this.causalWaitNanos = config.limits().causalWait().toNanos();
    Server primary = server(config, config.primary(), true);
    this.marks = new Watermarks();
    this.threads = new ClusterThreads(name, config.replicas().size(), config.runtime().executor());
    this.executor = threads.executor();
    this.sampler = new Sampler(config, primary, marks, executor, this::primaryUnwell);
    Declared declared = config.runtime().declared();
    this.catalog =
        new CatalogCache(
            new CatalogSource(name, sampler::primaryProbe, declared), declared, executor, ticker);
    this.commits = new CommitPositions();
    this.gtids = config.topology().heartbeat() == null;
    this.fallbackCap = new FallbackCap(config.limits().maximumFallbackReads(), this::refusal);
    this.topology =
        Topology.of(
            primary.view().node(),
            new PooledNode(primary, this, fallbackCap),
            config.replicas().stream().map(this::watch).toList());
    this.changes = new TopologyChanges(config, this, sampler, executor);
    this.discovery = Discovery.of(config, this, changes, executor);
    this.monitor = new WriterMonitor(config, this, executor);
  }

  private void primaryUnwell() {
    monitor.wake();
  }

  /** All nodes, the primary first. */
  List<Server> servers() {
    Topology nodes = topology;
    List<Server> servers = new ArrayList<>();
    servers.add(nodes.primary().server());
    nodes.replicas().forEach(r -> servers.add(r.server));
    return servers;
  }

  /**
   * Makes a replica the primary and the primary a replica. From here on nothing begins on the old
   * primary, and what it says of a commit that was under way does not hold. Both become other nodes
   * to those who have seen them.
   *
   * @return whether there is such a replica
   */
  boolean lead(String node) {
    ReplicaWatch promoted;
    Server old;
    ReplicaWatch demoted;
    synchronized (lock) {
      Topology before = topology;
      promoted = before.replica(node);
      if (promoted == null) {
        return before.primary().name().equals(node);
      }
      old = before.primary().server();
      Server next = server(config, promoted.server.config(), true);
      demoted = watch(old.config());
      old.retire();
      sampler.lead(next, config);
      PooledNode primary = next.view().node();
      List<ReplicaWatch> replicas = new ArrayList<>(before.minus(promoted).replicas());
      replicas.add(0, demoted);
      topology = Topology.of(primary, new PooledNode(next, this, fallbackCap), replicas);
    }
    changes.succeed(promoted.server, topology.primary().server());
    changes.succeed(old, demoted.server);
    sampler.remove(promoted);
    sampler.add(demoted);
    if (events != null) {
      events.failover(node);
    }
    // What the catalog of the old primary says may not hold on the new one.
    catalog.schemaChanging();
    catalog.schemaChanged();
    if (PooledNode.present("com.zaxxer.hikari.HikariDataSource")) {
      HikariPools.evictAll(old.pool);
    }
    return true;
  }

  /** Who wants a connection of the primary from now on asks first, or does not. */
  void shutPrimary(boolean shut) {
    topology.primary().server().shut(shut);
  }

  /** A replica has what the primary never had; null: it has not. */
  void astray(String replica, @Nullable String why) {
    ReplicaWatch watch = topology.replica(replica);
    if (watch != null && !Objects.equals(watch.server.astray(), why)) {
      watch.server.astray(why);
      watch.soon();
    }
  }

  @Override
  public @Nullable Node successor(Node failed, SQLException error) throws SQLException {
    return failed instanceof PooledNode node && node.primary()
        ? monitor.successor(node, error)
        : null;
  }

  @Override
  public void awaitOpen(Server server) throws SQLException {
    if (server.primary) {
      monitor.awaitOpen(server);
    }
  }

  /** Watches a node, which is not part of the topology yet. */
  ReplicaWatch watch(NodeConfig node) {
    return new ReplicaWatch(config, server(config, node, false), marks, executor, sampler);
  }

  Topology topology() {
    return topology;
  }

  /** Replaces the topology by one that is made of it. */
  void change(UnaryOperator<Topology> change) {
    Topology before;
    Topology after;
    synchronized (lock) {
      before = topology;
      after = change.apply(before);
      topology = after;
    }
    for (ReplicaWatch each : before.replicas()) {
      if (after.replica(each.name()) == null) {
        states.removed(each.name());
      }
    }
    resized();
  }

  /** Another number of replicas needs another number of threads. */
  void resized() {
    threads.replicas(topology.replicas().size());
  }

  /** Where connections for background questions come from, the primary's first. */
  List<DataSource> sources() {
    List<DataSource> sources = new ArrayList<>();
    sources.add(sampler.primaryProbe().source());
    topology.replicas().forEach(r -> sources.add(r.probe.source()));
    return sources;
  }

  private Server server(ClusterConfig config, NodeConfig node, boolean isPrimary) {
    return new Server(node, isPrimary, poolSize(node.dataSource()), config.limits(), this);
  }

  private static int poolSize(DataSource pool) {
    return PooledNode.present("com.zaxxer.hikari.HikariDataSource")
        ? HikariPools.size(pool).orElse(Integer.MAX_VALUE)
        : Integer.MAX_VALUE;
  }

  /**
   * Starts watching the nodes. Servers that do not answer do not keep it from starting: everything
   * goes to the primary until they do.
   */
  static PooledCluster start(ClusterConfig config) {
    PooledCluster cluster = new PooledCluster(config);
    cluster.sampler.start();
    cluster.topology.replicas().forEach(cluster.sampler::add);
    if (cluster.discovery != null) {
      cluster.discovery.start();
    }
    cluster.catalog.start();
    cluster.monitor.wake();
    return cluster;
  }

  /**
   * Waits until all replicas that answer are usable, so that the first reads need not go to the
   * primary.
   *
   * @return whether all are, within the limit
   */
  boolean awaitReplicas(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!topology.replicas().stream().allMatch(r -> r.server.view().usable())) {
      if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(1_000_000);
    }
    return true;
  }

  @Override
  public Node primary() {
    return topology.primary();
  }

  @Override
  public Node forRead(
      CausalMemory memory, Freshness freshness, List<String> tables, @Nullable Node notThis)
      throws SQLException {
    Topology nodes = topology;
    if (nodes.replicas().isEmpty() || freshness instanceof Freshness.Latest) {
      return nodes.primary();
    }
    boolean bounded = false;
    long oldest = 0;
    if (freshness instanceof Freshness.Bounded limit) {
      bounded = true;
      oldest = ticker.nanos() - limit.limit().toNanos();
    }
    CausalMemory asked =
        freshness instanceof Freshness.Eventual || memory.isEmpty() ? null : memory;
    PooledNode chosen = nodes.selector().choose(asked, tables, bounded, oldest, notThis);
    return chosen == null ? noReplica(asked, tables, bounded, oldest, notThis) : chosen;
  }

  private Node noReplica(
      @Nullable CausalMemory memory,
      List<String> tables,
      boolean bounded,
      long oldest,
      @Nullable Node notThis)
      throws SQLException {
    Topology nodes = topology;
    if (!nodes.selector().anyUsable(notThis)) {
      if (fallbackCap.full()) {
        throw refusal();
      }
      return nodes.fallback();
    }
    if (memory == null) {
      return nodes.primary();
    }
    Watermarks.Sample newest = marks.newest();
    if (newest != null) {
      memory.rebase(newest.reading()::provesPast);
    }
    if (causalWaitNanos > 0) {
      long start = System.nanoTime();
      PooledNode chosen = null;
      while (chosen == null && System.nanoTime() - start < causalWaitNanos) {
        LockSupport.parkNanos(POLL_NANOS);
        if (Thread.currentThread().isInterrupted()) {
          throw interrupted(System.nanoTime() - start);
        }
        chosen = topology.selector().choose(memory, tables, bounded, oldest, notThis);
      }
      if (events != null) {
        events.waited(System.nanoTime() - start, chosen != null);
      }
      if (chosen != null) {
        return chosen;
      }
    }
    return topology.primary();
  }

  /** The thread stays interrupted; on the primary the flag would only break a connection. */
  private SQLException interrupted(long elapsedNanos) {
    return new SQLException(
        name
            + ": interrupted while waiting for a replica to reach what its caller has written after "
            + elapsedNanos / 1_000_000
            + " ms/"
            + causalWaitNanos / 1_000_000
            + " ms ("
            + topology.replicas().stream()
                .map(r -> r.name() + ": " + r.server.view().reason())
                .collect(Collectors.joining("; "))
            + ")",
        "57014");
  }

  @Override
  public RouteReason whyPrimary(Freshness freshness) {
    Topology nodes = topology;
    if (nodes.replicas().isEmpty()) {
      return RouteReason.NO_REPLICAS;
    }
    if (freshness instanceof Freshness.Latest) {
      return RouteReason.ASKED;
    }
    return nodes.selector().anyUsable(null) ? RouteReason.NOT_FRESH : RouteReason.FALLBACK;
  }

  @Override
  public void state(Server server) {
    ReplicaWatch known = topology.replica(server.name);
    if (known != null && known.server == server) {
      View view = server.view();
      states.replica(server.name, view.usable(), view.reason());
    }
  }

  @Override
  public RoutingEvents.@Nullable NodeEvents told(String node) {
    return events == null ? null : events.node(node);
  }

  private SQLTransientConnectionException refusal() {
    if (events != null) {
      events.refused();
    }
    return new SQLTransientConnectionException(
        name
            + ": no replica is usable and the primary already takes as many reads in their place as"
            + " maximumFallbackReads allows ("
            + topology.replicas().stream()
                .map(r -> r.name() + ": " + r.server.view().reason())
                .collect(Collectors.joining("; "))
            + ")",
        "08001");
  }

  @Override
  public void addReplica(NodeConfig node) {
    changes.add(node, false);
  }

  @Override
  public CompletionStage<Void> removeReplica(String replica) {
    return changes.remove(replica);
  }

  @Override
  public long epoch() {
    return sampler.epoch();
  }

  @Override
  public CompletionStage<Position> positionCovering(long epoch) {
    return sampler.positionCovering(epoch);
  }

  @Override
  public List<String> causalTables(SqlStatement statement) {
    return catalog.tables(statement);
  }

  @Override
  public Route route(SqlStatement statement) {
    return catalog.route(statement);
  }

  @Override
  public boolean mayChangeSchema(SqlStatement statement) {
    return catalog.mayChangeSchema(statement);
  }

  @Override
  public void schemaChanging(SqlStatement statement) {
    catalog.schemaChanging(statement);
  }

  @Override
  public boolean reachesItself(String table) {
    return catalog.reachesItself(table);
  }

  @Override
  public boolean undoes(List<String> tables) {
    return catalog.undoes(tables);
  }

  @Override
  public void schemaChanging() {
    catalog.schemaChanging();
  }

  @Override
  public void schemaChanged() {
    catalog.schemaChanged();
  }

  @Override
  public boolean onlyUniqueIndexIsPrimaryKey(String table) {
    return catalog.onlyUniqueIndexIsPrimaryKey(table);
  }

  @Override
  public @Nullable LexerMode lexerMode() {
    return sampler.lexerMode();
  }

  @Override
  public void borrowedFromPrimary(Connection physical) throws SQLException {
    sampler.primaryUsed();
    if (gtids && sampler.primaryProbe().dialect() == Dialect.MYSQL) {
      commits.borrowed(physical);
    }
  }

  @Override
  public void suspect(Server server) {
    monitor.suspect(server);
  }

  @Override
  public void failed(Server server) {
    if (server.primary) {
      monitor.wake();
      return;
    }
    server.failed(ticker.nanos());
    for (ReplicaWatch each : topology.replicas()) {
      if (each.server == server) {
        each.soon();
      }
    }
  }

  @Override
  public @Nullable Position committed(Connection physical) {
    return gtids ? commits.committed(physical) : null;
  }

  @Override
  public List<RoutingDecision.Candidate> candidates(
      @Nullable CausalMemory memory, Freshness freshness, List<String> tables) {
    return NodeStates.candidates(topology.replicas(), memory, freshness, tables, ticker.nanos());
  }

  @Override
  public List<NodeState> states() {
    Watermarks.Sample newest = marks.newest();
    return NodeStates.all(
        topology.primary().server(),
        newest == null ? null : marks.position(newest),
        topology.replicas(),
        ticker.nanos());
  }

  @Override
  public void close() {
    if (discovery != null) {
      discovery.close();
    }
    changes.stop();
    catalog.close();
    monitor.close();
    sampler.close();
    changes.close();
    threads.close();
  }
}
