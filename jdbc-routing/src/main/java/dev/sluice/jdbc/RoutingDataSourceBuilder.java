package dev.sluice.jdbc;

import dev.sluice.causality.CommitListener;
import dev.sluice.core.Ticker;
import dev.sluice.jdbc.ClusterConfig.Ejection;
import dev.sluice.jdbc.ClusterConfig.Limits;
import dev.sluice.jdbc.ClusterConfig.NodeConfig;
import dev.sluice.jdbc.hikari.PoolAdvice;
import dev.sluice.jdbc.hikari.PoolConfig;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.StatementCache;
import dev.sluice.sql.StatementObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link RoutingDataSource}. Required: {@link #name} and {@link #primary}. Everything
 * is checked in {@link #build()}, which names the option that is wrong. Not safe for use by several
 * threads.
 */
public final class RoutingDataSourceBuilder {
  private String name = "";
  private @Nullable Dialect dialect;
  private @Nullable DataSource primary;
  private final List<NodeConfig> replicas = new ArrayList<>();
  private Duration maximumLag = Limits.DEFAULTS.maximumLag();
  private Duration sampleInterval = Limits.DEFAULTS.sampleInterval();
  private Duration sampleTimeout = Limits.DEFAULTS.sampleTimeout();
  private int maximumFallbackReads = Limits.DEFAULTS.maximumFallbackReads();
  private Duration causalWait = Limits.DEFAULTS.causalWait();
  private int ejectionFailures = Ejection.DEFAULTS.failures();
  private Duration minimumEjection = Ejection.DEFAULTS.minimum();
  private Duration maximumEjection = Ejection.DEFAULTS.maximum();
  private @Nullable TopologyProvider provider;
  private @Nullable Function<TopologyNode, DataSource> newPool;
  private Duration discoveryInterval = TopologyConfig.DEFAULTS.discoveryInterval();
  private int maximumReplicas = TopologyConfig.DEFAULTS.maximumReplicas();
  private boolean followWriter = FailoverConfig.DEFAULTS.follow();
  private Duration failoverTimeout = FailoverConfig.DEFAULTS.timeout();
  private Duration drainTimeout = TopologyConfig.DEFAULTS.drainTimeout();
  private @Nullable String heartbeat;
  private Ticker ticker = Ticker.system();
  private @Nullable ScheduledExecutorService executor;
  private @Nullable StatementObserver observer;
  private final List<CommitListener> listeners = new ArrayList<>();
  private final Set<String> readOnlyFunctions = new LinkedHashSet<>();
  private final Set<String> writingFunctions = new LinkedHashSet<>();
  private final Set<String> readOnlyViews = new LinkedHashSet<>();
  private final Set<String> writingViews = new LinkedHashSet<>();
  private final UrlPools urlPools = new UrlPools();
  private final List<RoutingListener> routingListeners = new ArrayList<>();
  private boolean shadow;
  private boolean jmx;
  private Router.Scan scan = new StatementCache(8192)::get;

  RoutingDataSourceBuilder() {}

  /**
   * The name of the database: in tokens, so the same in every process that uses it; in logs and in
   * messages. Required.
   *
   * @param value 1 to 64 letters, digits, {@code -} and {@code _}
   * @return this
   */
  public RoutingDataSourceBuilder name(String value) {
    this.name = value;
    return this;
  }

  /**
   * The dialect of all nodes. Default: asked of the primary with the first statement.
   *
   * @param value the dialect
   * @return this
   */
  public RoutingDataSourceBuilder dialect(Dialect value) {
    this.dialect = value;
    return this;
  }

  /**
   * The server that takes writes, a pool for speed. Required. Its connections should be in
   * autocommit mode and not read-only when they are borrowed.
   *
   * @param dataSource its pool, closed by the caller
   * @return this
   */
  public RoutingDataSourceBuilder primary(DataSource dataSource) {
    this.primary = dataSource;
    return this;
  }

  /**
   * The server that takes writes, by its URL: a HikariCP pool with settings that fit is made, and
   * closed with the DataSource. What is still running then is cut off.
   *
   * @param url {@code jdbc:mysql://}, {@code jdbc:mariadb://} or {@code jdbc:postgresql://}, one
   *     host
   * @param user the account
   * @param password its password, never printed
   * @return this
   */
  public RoutingDataSourceBuilder primary(String url, String user, String password) {
    return primary(UrlPools.config("primary", url, user, password));
  }

  /**
   * The server that takes writes, by the description of a pool that is made, and closed with the
   * DataSource.
   *
   * @param pool the description
   * @return this
   */
  public RoutingDataSourceBuilder primary(PoolConfig pool) {
    urlPools.primary(pool);
    return this;
  }

  /**
   * A replica of the usual weight 100 by its URL: a HikariCP pool with settings that fit is made,
   * and closed with the DataSource.
   *
   * @param replicaName as for a replica with a DataSource
   * @param url of one host; an endpoint of several servers is refused
   * @param user the account
   * @param password its password, never printed
   * @return this
   */
  public RoutingDataSourceBuilder replica(
      String replicaName, String url, String user, String password) {
    return replica(
        replicaName,
        UrlPools.config(replicaName, url, user, password),
        ClusterConfig.DEFAULT_WEIGHT);
  }

  /**
   * A replica by the description of a pool that is made, and closed with the DataSource.
   *
   * @param replicaName as for a replica with a DataSource
   * @param pool the description
   * @param weight its share of the reads in relation to the others, 1 to 1,000
   * @return this
   */
  public RoutingDataSourceBuilder replica(String replicaName, PoolConfig pool, int weight) {
    urlPools.replica(replicas.size(), replicaName, pool, weight);
    return this;
  }

  /**
   * Takes options from properties whose names begin with {@code sluice.routing.}; all others are
   * ignored. docs/configuration.md lists the names. What is set later counts.
   *
   * @param values a {@link java.util.Properties} or another map of texts
   * @return this
   * @throws IllegalArgumentException names the property that is not known or wrong
   */
  public RoutingDataSourceBuilder properties(Map<?, ?> values) {
    return properties(values, PropertyReader.PREFIX);
  }

  /**
   * Takes options from properties, for an application with several data sources.
   *
   * @param values a {@link java.util.Properties} or another map of texts
   * @param prefix what the names begin with in place of {@code sluice.routing.}
   * @return this
   * @throws IllegalArgumentException names the property that is not known or wrong
   */
  public RoutingDataSourceBuilder properties(Map<?, ?> values, String prefix) {
    new PropertyReader(values, prefix, System::getenv).applyTo(this);
    return this;
  }

  /**
   * A replica of the usual weight 100. Without replicas everything runs on the primary.
   *
   * @param replicaName its name in logs, metrics and messages, different from the others; {@code
   *     primary} is taken
   * @param dataSource its pool, closed by the caller
   * @return this
   */
  public RoutingDataSourceBuilder replica(String replicaName, DataSource dataSource) {
    return replica(replicaName, dataSource, ClusterConfig.DEFAULT_WEIGHT);
  }

  /**
   * A replica.
   *
   * @param replicaName its name in logs, metrics and messages, different from the others; {@code
   *     primary} is taken
   * @param dataSource its pool, closed by the caller
   * @param weight its share of the reads in relation to the others, 1 to 1,000
   * @return this
   */
  public RoutingDataSourceBuilder replica(String replicaName, DataSource dataSource, int weight) {
    replicas.add(new NodeConfig(replicaName, dataSource, weight));
    return this;
  }

  /**
   * A replica that is known to be further behind takes no reads. Default 10 s.
   *
   * @param value 10 ms to 1 day, longer than {@link #sampleInterval}
   * @return this
   */
  public RoutingDataSourceBuilder maximumLag(Duration value) {
    this.maximumLag = value;
    return this;
  }

  /**
   * How often the positions of all nodes are read, in the background. A caller that has just
   * written reads from the primary for about this time plus the replicas' delay. Default 50 ms.
   *
   * @param value 1 ms to 1 minute
   * @return this
   */
  public RoutingDataSourceBuilder sampleInterval(Duration value) {
    this.sampleInterval = value;
    return this;
  }

  /**
   * A sample that takes longer has failed. Default 2 s.
   *
   * @param value 10 ms to 1 minute
   * @return this
   */
  public RoutingDataSourceBuilder sampleTimeout(Duration value) {
    this.sampleTimeout = value;
    return this;
  }

  /**
   * How many reads at once the primary takes because no replica may answer; more fail with a {@link
   * java.sql.SQLTransientConnectionException} that tells the state of every replica. Protects the
   * primary when all replicas are lost. Default 64.
   *
   * @param value 0 to 100,000
   * @return this
   */
  public RoutingDataSourceBuilder maximumFallbackReads(int value) {
    this.maximumFallbackReads = value;
    return this;
  }

  /**
   * How long a read waits for a replica to reach what its caller has written, before the primary
   * takes it. Default 0: does not wait.
   *
   * @param value 0 to 10 s
   * @return this
   */
  public RoutingDataSourceBuilder causalWait(Duration value) {
    this.causalWait = value;
    return this;
  }

  /**
   * Whether a replica that was promoted is used as the primary, and the old primary as a replica.
   * False where something else does that: a proxy, or a name that moves. Default true.
   *
   * @param value false to write to the configured primary only
   * @return this
   */
  public RoutingDataSourceBuilder followWriter(boolean value) {
    this.followWriter = value;
    return this;
  }

  /**
   * How long who needs the primary waits for one that takes writes, after the one there was is
   * found to be gone or read-only: to borrow a connection, and to repeat an autocommit write that
   * was refused. Default 5 s.
   *
   * @param value 0 to 5 minutes
   * @return this
   */
  public RoutingDataSourceBuilder failoverTimeout(Duration value) {
    this.failoverTimeout = value;
    return this;
  }

  /**
   * When a replica that fails takes no reads for a while. Default: 3 failures, 1 s, 30 s.
   *
   * @param failures in a row, of the node and not of the statement; 1 to 1,000
   * @param minimum how long it is left out the first time, 1 ms to 1 hour; doubled while it goes on
   * @param maximum the longest time, from {@code minimum} to 1 hour
   * @return this
   */
  public RoutingDataSourceBuilder ejection(int failures, Duration minimum, Duration maximum) {
    this.ejectionFailures = failures;
    this.minimumEjection = minimum;
    this.maximumEjection = maximum;
    return this;
  }

  /**
   * Follows the replicas that the database tells of, besides those that are configured. Its writer
   * is not followed: {@link #primary} is. Default: the replicas are those that are configured.
   *
   * @param source tells the nodes
   * @param poolOf makes the pool of a node, in the background; it is closed, if it is {@link
   *     AutoCloseable}, when the node is gone and nothing runs on it, or with the DataSource
   * @return this
   */
  public RoutingDataSourceBuilder discovery(
      TopologyProvider source, Function<TopologyNode, DataSource> poolOf) {
    this.provider = source;
    this.newPool = poolOf;
    return this;
  }

  /**
   * How often {@link #discovery} asks. Default 5 s.
   *
   * @param value 100 ms to 1 hour
   * @return this
   */
  public RoutingDataSourceBuilder discoveryInterval(Duration value) {
    this.discoveryInterval = value;
    return this;
  }

  /**
   * So many replicas at most, those included that are removed and still in use. What a provider
   * tells of beyond is left out. Default 16.
   *
   * @param value 1 to 64
   * @return this
   */
  public RoutingDataSourceBuilder maximumReplicas(int value) {
    this.maximumReplicas = value;
    return this;
  }

  /**
   * How long what runs on a removed replica may take before the pool is closed nevertheless, if
   * {@link #discovery} made it. Default 5 minutes.
   *
   * @param value 1 ms to 1 day
   * @return this
   */
  public RoutingDataSourceBuilder drainTimeout(Duration value) {
    this.drainTimeout = value;
    return this;
  }

  /**
   * Replaces the positions of the log by one row of a table, which each sample of the primary
   * changes: for replicas without GTIDs, and for Aurora's. Default: positions of the log.
   *
   * @param table its name, letters, digits and {@code _}, perhaps after a schema's name and a dot;
   *     its columns are in {@code docs/operations.md}
   * @return this
   */
  public RoutingDataSourceBuilder heartbeat(String table) {
    this.heartbeat = table;
    return this;
  }

  /**
   * The clock, for tests. Default: the system's.
   *
   * @param value elapsed time
   * @return this
   */
  public RoutingDataSourceBuilder ticker(Ticker value) {
    this.ticker = value;
    return this;
  }

  /**
   * Runs the sampling and look-ups in the catalog, which block; at least as many threads as nodes
   * keep a slow node from delaying the others. Default: daemon threads of its own.
   *
   * @param value an executor, shut down by the caller
   * @return this
   */
  public RoutingDataSourceBuilder executor(ScheduledExecutorService value) {
    this.executor = value;
    return this;
  }

  /**
   * Is told of every execution. Default: nobody, at no cost.
   *
   * @param value the observer; setting a second one is refused by {@link #build()}
   * @return this
   */
  public RoutingDataSourceBuilder observer(StatementObserver value) {
    if (observer != null) {
      throw new IllegalArgumentException("observer: is set already");
    }
    this.observer = value;
    return this;
  }

  /**
   * Is told of every commit that wrote, before and after it; more than one may be set. Default:
   * nobody, at no cost.
   *
   * @param value the listener
   * @return this
   */
  public RoutingDataSourceBuilder commitListener(CommitListener value) {
    listeners.add(value);
    return this;
  }

  /**
   * Functions that only read and take nothing, whatever the catalog shows of them: statements that
   * call them may run on replicas. Default: what the catalog proves. Several calls add up.
   *
   * @param names as in SQL, in any case, with a schema or without one, which means in any schema;
   *     10,000 at the most
   * @return this
   */
  public RoutingDataSourceBuilder readOnlyFunctions(Collection<String> names) {
    readOnlyFunctions.addAll(names);
    return this;
  }

  /**
   * Functions that write or take something, whatever the catalog shows of them. Several calls add
   * up.
   *
   * @param names as for {@link #readOnlyFunctions}, and none that it names
   * @return this
   */
  public RoutingDataSourceBuilder writingFunctions(Collection<String> names) {
    writingFunctions.addAll(names);
    return this;
  }

  /**
   * Views whose reading is a plain read, whatever the catalog shows of them; for accounts that may
   * not see the definition. Several calls add up.
   *
   * @param names as in SQL, in any case, without a schema; 10,000 at the most
   * @return this
   */
  public RoutingDataSourceBuilder readOnlyViews(Collection<String> names) {
    readOnlyViews.addAll(names);
    return this;
  }

  /**
   * Views whose reading writes or takes something, whatever the catalog shows of them. Several
   * calls add up.
   *
   * @param names as for {@link #readOnlyViews}, and none that it names
   * @return this
   */
  public RoutingDataSourceBuilder writingViews(Collection<String> names) {
    writingViews.addAll(names);
    return this;
  }

  private Declared declared() {
    return Declared.of(readOnlyFunctions, writingFunctions, readOnlyViews, writingViews);
  }

  /**
   * Is told of decisions, ejections, retries and the like; more than one may be set. Default:
   * nobody, at no cost. With one every execution is timed.
   *
   * @param value the listener, for example {@code new RoutingMeters(registry)}
   * @return this
   */
  public RoutingDataSourceBuilder listener(RoutingListener value) {
    routingListeners.add(value);
    return this;
  }

  /**
   * Shadow mode: everything runs on the primary, exactly as through its own pool, and {@link
   * RoutingDataSource#shadowReport()} tells what would have gone to replicas and what would have
   * been refused. Without replicas as if there were one that is never behind. Commits are not seen,
   * so {@link #commitListener} is refused, as are caches. Default: off.
   *
   * @param on whether nothing is routed
   * @return this
   */
  public RoutingDataSourceBuilder shadow(boolean on) {
    this.shadow = on;
    return this;
  }

  /**
   * Whether JMX shows the data source, as {@code dev.sluice:type=RoutingDataSource,name=<name>},
   * until it is closed; a second one of the same name is refused. Default: off.
   *
   * @param on whether it does, see {@link RoutingDataSourceMXBean}
   * @return this
   */
  public RoutingDataSourceBuilder jmx(boolean on) {
    this.jmx = on;
    return this;
  }

  /**
   * Makes the DataSource and starts the sampling. Does not need any server to be up.
   *
   * @return the DataSource, to be closed by the caller
   * @throws IllegalArgumentException names the option that is wrong
   */
  public RoutingDataSource build() {
    return build(PooledCluster::start);
  }

  /** For tests: how texts are understood. */
  RoutingDataSourceBuilder scan(Router.Scan value) {
    this.scan = value;
    return this;
  }

  Router.Scan scan() {
    return scan;
  }

  RoutingDataSource build(Function<ClusterConfig, Cluster> clusters) {
    if (shadow && !(listeners.isEmpty() && observer == null)) {
      throw new IllegalArgumentException(
          "shadow: commitListener and observer are not told in shadow mode");
    }
    OpenPools opened = urlPools.open(name, primary, replicas);
    boolean done = false;
    try {
      ClusterConfig config =
          new ClusterConfig(
              name,
              dialect,
              opened.primary(),
              opened.replicas(),
              new Limits(
                  maximumLag,
                  sampleInterval,
                  sampleTimeout,
                  maximumFallbackReads,
                  causalWait,
                  new Ejection(ejectionFailures, minimumEjection, maximumEjection)),
              new ClusterConfig.Runtime(
                  ticker, executor, declared(), RoutingEvents.of(name, ticker, routingListeners)),
              new TopologyConfig(
                  provider, newPool, discoveryInterval, maximumReplicas, drainTimeout, heartbeat),
              new FailoverConfig(followWriter, failoverTimeout));
      List<PoolAdvice> advice = opened.review(name);
      RoutingDataSource built = build(config, opened, advice, clusters);
      done = true;
      return built;
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }

  private RoutingDataSource build(
      ClusterConfig config,
      OpenPools pools,
      List<PoolAdvice> advice,
      Function<ClusterConfig, Cluster> clusters) {
    Cluster cluster = clusters.apply(config);
    boolean built = false;
    try {
      RoutingDataSource source = new RoutingDataSource(this, cluster, config, pools, advice);
      built = true;
      return source;
    } finally {
      if (!built) {
        cluster.close();
        if (config.runtime().events() != null) {
          config.runtime().events().closed();
        }
      }
    }
  }

  boolean jmx() {
    return jmx;
  }

  boolean shadow() {
    return shadow;
  }

  @Nullable StatementObserver observer() {
    return observer;
  }

  List<CommitListener> listeners() {
    return Objects.requireNonNull(listeners);
  }
}
