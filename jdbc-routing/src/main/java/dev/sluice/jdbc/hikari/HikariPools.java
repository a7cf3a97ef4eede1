package dev.sluice.jdbc.hikari;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.pool.ProxyConnection;
import com.zaxxer.hikari.util.Credentials;
import dev.sluice.jdbc.PoolState;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Makes HikariCP's pools, and tells what is known about a pool when it is one. Stateless. */
public final class HikariPools {
  private static final long PRIMARY_WAIT_MILLIS = 5_000;
  private static final long REPLICA_WAIT_MILLIS = 1_000;
  private static final long VALIDATION_MILLIS = 2_000;

  private HikariPools() {}

  /**
   * Opens a pool. Does not need its server to be up.
   *
   * @param config what it is to be
   * @param name name in HikariCP's log and metrics, and what the server shows as its client
   * @param replica whether another node can answer in its place
   * @return the pool, to be closed by the caller, an {@link AutoCloseable}
   * @throws IllegalArgumentException if there is no driver for its URL, or the URL leads a replica
   *     to several servers
   */
  public static DataSource open(PoolConfig config, String name, boolean replica) {
    return new HikariDataSource(settings(config, name, replica));
  }

  static HikariConfig settings(PoolConfig config, String name, boolean replica) {
    if (replica && config.url.sharedName()) {
      throw new IllegalArgumentException(
          "url: its host is an endpoint of several servers, name each as a node of its own");
    }
    requireDriver(config.url);
    HikariConfig hikari = new HikariConfig();
    hikari.setPoolName(name);
    hikari.setJdbcUrl(config.url.text);
    Supplier<String> password = config.password;
    if (config.user != null) {
      String user = config.user;
      hikari.setCredentialsProvider(
          () -> Credentials.of(user, password == null ? null : password.get()));
    }
    hikari.setDataSourceProperties(DriverProperties.of(config, name));
    hikari.setMaximumPoolSize(config.maximumSize);
    hikari.setMinimumIdle(config.maximumSize);
    Duration wait = config.connectionTimeout;
    hikari.setConnectionTimeout(
        wait == null ? (replica ? REPLICA_WAIT_MILLIS : PRIMARY_WAIT_MILLIS) : wait.toMillis());
    hikari.setValidationTimeout(Math.min(VALIDATION_MILLIS, hikari.getConnectionTimeout()));
    hikari.setKeepaliveTime(config.keepaliveTime.toMillis());
    hikari.setMaxLifetime(config.maximumLifetime.toMillis());
    hikari.setLeakDetectionThreshold(config.leakDetection.toMillis());
    hikari.setInitializationFailTimeout(-1);
    return hikari;
  }

  /** Before HikariCP says it with the URL in its message. */
  private static void requireDriver(JdbcUrl url) {
    try {
      DriverManager.getDriver(url.text);
    } catch (SQLException | RuntimeException e) {
      throw new IllegalArgumentException(
          "url: no driver on the class path takes this URL of " + url.scheme());
    }
  }

  /**
   * Looks at the settings of all pools of a data source that are HikariCP's.
   *
   * @param nodes the pools by the name of their node, the primary first
   * @return what would be better, empty if nothing
   * @throws IllegalArgumentException names the node and what is set so that answers would be wrong
   */
  public static List<PoolAdvice> review(Map<String, DataSource> nodes) {
    PoolReview review = new PoolReview(nodes.keySet().iterator().next());
    nodes.forEach(
        (name, pool) -> {
          HikariDataSource known = hikari(pool);
          if (known != null) {
            review.add(name, known);
          }
        });
    return review.review();
  }

  private static @Nullable HikariDataSource hikari(DataSource pool) {
    try {
      return pool instanceof HikariDataSource known
          ? known
          : pool.isWrapperFor(HikariDataSource.class) ? pool.unwrap(HikariDataSource.class) : null;
    } catch (SQLException | RuntimeException e) {
      // A wrapper that does not answer is not looked through.
      return null;
    }
  }

  /**
   * How many connections it holds at most.
   *
   * @param pool any pool
   * @return the size; empty if it is not HikariCP's
   */
  public static OptionalInt size(DataSource pool) {
    HikariDataSource hikari = hikari(pool);
    return hikari == null ? OptionalInt.empty() : OptionalInt.of(hikari.getMaximumPoolSize());
  }

  /**
   * How busy it is.
   *
   * @param pool any pool
   * @return its state; null if it is not HikariCP's, or has not been used yet
   */
  public static @Nullable PoolState state(DataSource pool) {
    HikariDataSource hikari = hikari(pool);
    HikariPoolMXBean bean = hikari == null ? null : hikari.getHikariPoolMXBean();
    return hikari == null || bean == null
        ? null
        : new PoolState(
            bean.getActiveConnections(),
            bean.getIdleConnections(),
            bean.getThreadsAwaitingConnection(),
            hikari.getMaximumPoolSize());
  }

  /**
   * How many connections a pool has lent at this moment. Goes through all of them.
   *
   * @param pool HikariCP's
   * @return the number; 0 if it has not been started or is not HikariCP's
   */
  public static int lent(DataSource pool) {
    return pool instanceof HikariDataSource hikari && hikari.getHikariPoolMXBean() != null
        ? hikari.getHikariPoolMXBean().getActiveConnections()
        : 0;
  }

  /**
   * Whether {@link #bare} may be used: HikariCP itself, without rules of the application's own for
   * which exceptions cost a connection.
   *
   * @param pool any pool
   * @return whether its connections may be taken out of their wrappers
   */
  public static boolean givesBareConnections(DataSource pool) {
    if (pool.getClass() != HikariDataSource.class
        || ((HikariDataSource) pool).getExceptionOverrideClassName() != null) {
      return false;
    }
    try {
      return ((HikariDataSource) pool).getExceptionOverride() == null;
    } catch (NoSuchMethodError e) {
      // Before HikariCP 6 such rules had a class name, always.
      return true;
    }
  }

  /**
   * The driver's connection in one that HikariCP has lent, without its bookkeeping of statements,
   * which takes four locks a statement. Whoever uses it closes what he opens, takes back what he
   * changes, and evicts it when it is broken.
   *
   * @param borrowed as the pool gave it
   * @return what it wraps; itself if it is not HikariCP's
   */
  public static Connection bare(Connection borrowed) throws SQLException {
    return borrowed instanceof ProxyConnection ? borrowed.unwrap(Connection.class) : borrowed;
  }

  /**
   * Makes a pool close a borrowed connection instead of keeping it.
   *
   * @param pool any pool
   * @param connection borrowed from it
   * @return whether the pool is HikariCP's
   */
  public static boolean evict(DataSource pool, Connection connection) {
    if (pool instanceof HikariDataSource hikari) {
      hikari.evictConnection(connection);
      return true;
    }
    return false;
  }

  /**
   * Makes a pool close all its connections: idle ones now, borrowed ones when they come back.
   *
   * @param pool any pool; nothing is done if it is not HikariCP's
   */
  public static void evictAll(DataSource pool) {
    HikariDataSource hikari = hikari(pool);
    if (hikari != null && hikari.getHikariPoolMXBean() != null) {
      hikari.getHikariPoolMXBean().softEvictConnections();
    }
  }

  /**
   * A pool of two connections to the same server, opened when it is first asked for, so that a pool
   * that is used up does not keep its server from being watched.
   *
   * @param pool any pool
   * @param timeout how long to wait for the connection; raised to HikariCP's least, 250 ms
   * @return the pool, to be closed by the caller, an {@link AutoCloseable}; null if {@code pool} is
   *     not HikariCP's
   */
  public static @Nullable DataSource companion(DataSource pool, Duration timeout) {
    HikariDataSource hikari = hikari(pool);
    if (hikari == null) {
      return null;
    }
    HikariConfig config = new HikariConfig();
    hikari.copyStateTo(config);
    config.setPoolName((hikari.getPoolName() == null ? "pool" : hikari.getPoolName()) + "-watch");
    config.setMetricsTrackerFactory(null);
    config.setMetricRegistry(null);
    config.setHealthCheckRegistry(null);
    config.setRegisterMbeans(false);
    config.setMaximumPoolSize(2);
    config.setMinimumIdle(0);
    config.setIdleTimeout(10_000);
    config.setLeakDetectionThreshold(0);
    config.setInitializationFailTimeout(-1);
    config.setConnectionTimeout(Math.max(250, timeout.toMillis()));
    config.setValidationTimeout(Math.max(250, timeout.toMillis()));
    config.setAutoCommit(true);
    config.setReadOnly(false);
    config.setTransactionIsolation(null);
    return new HikariDataSource(config);
  }
}
