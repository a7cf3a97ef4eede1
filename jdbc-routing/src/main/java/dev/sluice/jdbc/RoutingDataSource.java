package dev.sluice.jdbc;

import dev.sluice.causality.CausalSource;
import dev.sluice.causality.CommitListener;
import dev.sluice.causality.Position;
import dev.sluice.jdbc.hikari.PoolAdvice;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A DataSource over one primary and its replicas. Its connections hold no physical connection: each
 * statement is sent where its text and its caller allow.
 *
 * <pre>
 * try (RoutingDataSource shop =
 *         RoutingDataSource.builder()
 *             .name("shop")
 *             .primary(primaryPool)
 *             .replica("r1", replicaPool1)
 *             .replica("r2", replicaPool2)
 *             .build()) {
 *   ...                                            // used like any DataSource
 * }
 * </pre>
 *
 * <p>Guarantees: what is not proven to be a plain read runs on the primary. A read never shows a
 * caller ({@link dev.sluice.causality.CausalScope}, else the thread) anything older than what it
 * wrote or saw before through this DataSource. A plain autocommit read whose replica fails before
 * it delivered anything is run once more elsewhere. A commit, or a write of autocommit mode, whose
 * answer was lost is reported with SQLState 08007. Does not guarantee: reads of two statements of
 * autocommit mode are not of one snapshot; writes made by other means than this DataSource are not
 * waited for.
 *
 * <p>Thread-safety: safe for use by several threads; its connections are confined to one thread at
 * a time, as with any driver, except {@code cancel} and {@code abort}. What was aborted is still to
 * be closed by the thread that uses it.
 *
 * <p>{@link #close()} stops the sampling and lets connections that are in use finish; the
 * DataSources it was built with are closed by whoever made them, those that {@code discovery} made
 * with it. Pools that it made from URLs are closed too, and what runs on them is cut off. When a
 * replica is slow or gone others answer, then the primary, within {@code maximumFallbackReads};
 * when the primary is gone writes wait for its successor, for {@code failoverTimeout}, then fail as
 * its own pool fails; reads go on until a caller needs something that no replica is known to have.
 * A transaction that a failover cuts ends with SQLState 08S02 (nothing is committed) or 08007 (not
 * known).
 */
public final class RoutingDataSource implements DataSource, CausalSource, AutoCloseable {
  private final String name;
  private final Duration maximumLag;
  private final Cluster cluster;
  private final Router router;
  private final DataSource primary;
  private final OpenPools ownPools;
  private final List<PoolAdvice> advice;
  private final @Nullable Shadow shadow;
  private final @Nullable RoutingBean bean;
  private volatile boolean closed;

  RoutingDataSource(
      RoutingDataSourceBuilder builder,
      Cluster cluster,
      ClusterConfig config,
      OpenPools ownPools,
      List<PoolAdvice> advice) {
    this.ownPools = ownPools;
    this.advice = advice;
    this.name = config.name();
    this.maximumLag = config.limits().maximumLag();
    this.cluster = cluster;
    this.primary = config.primary().dataSource();
    this.router =
        new Router(
            this,
            cluster,
            builder.scan(),
            config.dialect(),
            builder.observer(),
            config.runtime().events(),
            config.runtime().ticker());
    this.shadow = builder.shadow() ? new Shadow(router, primary) : null;
    this.router.listeners.addAll(builder.listeners());
    if (router.events != null) {
      router.events.built(this);
    }
    this.bean = builder.jmx() ? RoutingBean.register(this) : null;
  }

  /**
   * Starts the description of a DataSource.
   *
   * @return a builder
   */
  public static RoutingDataSourceBuilder builder() {
    return new RoutingDataSourceBuilder();
  }

  /**
   * A DataSource that is described by properties alone.
   *
   * @param values those whose names begin with {@code sluice.routing.} are taken
   * @return the DataSource, to be closed by the caller
   * @throws IllegalArgumentException names the property or option that is wrong
   */
  public static RoutingDataSource fromProperties(Map<?, ?> values) {
    return builder().properties(values).build();
  }

  @Override
  public Connection getConnection() throws SQLException {
    checkOpen();
    return shadow == null ? new RoutedConnection(router) : shadow.connect();
  }

  private void checkOpen() throws SQLException {
    if (closed) {
      throw new SQLNonTransientConnectionException(name + ": the data source is closed", "08003");
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    if (shadow != null) {
      checkOpen();
      return shadow.connect(user, password);
    }
    throw new SQLFeatureNotSupportedException(
        name + ": users are those of the pools that it was built with", "0A000");
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * What is known of every node at this moment, for a health page or metrics. Asks no server.
   *
   * @return the primary first, then the replicas in the order in which they were added
   */
  public List<NodeState> nodes() {
    return cluster.states();
  }

  /**
   * Where a statement would run now, on a new connection in autocommit mode and in the caller's
   * scope, and why. Runs nothing; asks a server only if none has answered yet.
   *
   * @param sql the text
   * @return the decision
   * @throws SQLException if it is not known yet how the servers cut texts, and the primary cannot
   *     be asked
   */
  public RoutingDecision explain(String sql) throws SQLException {
    return new Explainer(router).explain(sql);
  }

  /**
   * What shadow mode has counted until now.
   *
   * @return the report; empty unless built with {@link RoutingDataSourceBuilder#shadow}
   */
  public Optional<ShadowReport> shadowReport() {
    return shadow == null ? Optional.empty() : Optional.of(shadow.report());
  }

  /**
   * Adds a replica while the application runs. It takes reads when it is known to have what their
   * callers have seen, and few of them in its first ten seconds.
   *
   * @param replicaName its name in logs, metrics and messages, different from the others
   * @param dataSource its pool, closed by the caller
   * @param weight its share of the reads in relation to the others, 1 to 1,000; 100 is usual
   * @throws IllegalArgumentException if the name is taken, the weight is out of bounds, or there
   *     are as many replicas as {@code maximumReplicas} allows
   */
  public void addReplica(String replicaName, DataSource dataSource, int weight) {
    cluster.addReplica(new ClusterConfig.NodeConfig(replicaName, dataSource, weight));
  }

  /**
   * Removes a replica while the application runs, without an error to anybody: no statement begins
   * on it any more, those that run finish, and so do results and read-only transactions that are
   * open. To put it back, add it again: it counts for another node then.
   *
   * @param replicaName its name
   * @return completed when nothing of this DataSource uses its pool any more, so that it may be
   *     closed; completed with an {@link IllegalStateException} after {@code drainTimeout}, or when
   *     this DataSource is closed before. Not to be waited for on a thread that holds a result of
   *     the replica
   * @throws IllegalArgumentException if there is no replica of this name
   */
  public CompletionStage<Void> removeReplica(String replicaName) {
    return cluster.removeReplica(replicaName);
  }

  /**
   * Settings of the pools that work and would be better otherwise, as they were when this was
   * built. Only of HikariCP's pools. Asks no server.
   *
   * @return what would be better, empty if nothing is known
   */
  public List<PoolAdvice> advice() {
    return advice;
  }

  @Override
  public long epoch() {
    return cluster.epoch();
  }

  @Override
  public CompletionStage<Position> positionCovering(long epoch) {
    return cluster.positionCovering(epoch);
  }

  @Override
  public Optional<Duration> maximumLag() {
    return Optional.of(maximumLag);
  }

  @Override
  public void addCommitListener(CommitListener listener) {
    if (shadow != null) {
      throw new IllegalStateException(
          name + ": shadow mode cannot tell of commits, so no cache can rely on it");
    }
    router.listeners.add(listener);
  }

  @Override
  public void removeCommitListener(CommitListener listener) {
    router.listeners.remove(listener);
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return primary.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    if (shadow != null) {
      primary.setLogWriter(out);
      return;
    }
    throw new SQLFeatureNotSupportedException(
        name + ": set the log writer of the pools that it was built with", "0A000");
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    if (shadow != null) {
      primary.setLoginTimeout(seconds);
      return;
    }
    throw new SQLFeatureNotSupportedException(
        name + ": set the login timeout of the pools that it was built with", "0A000");
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return primary.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException(name + ": logs through slf4j", "0A000");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw new SQLException(name + ": wraps several data sources, not one", "0A000");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }

  @Override
  public void close() {
    boolean first = !closed;
    closed = true;
    cluster.close();
    ownPools.close();
    if (first && router.events != null) {
      router.events.closed();
    }
    if (first && bean != null) {
      bean.close();
    }
  }

  @Override
  public String toString() {
    return "routing data source " + name;
  }
}
