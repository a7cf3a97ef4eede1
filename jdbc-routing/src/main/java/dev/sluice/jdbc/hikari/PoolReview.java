package dev.sluice.jdbc.hikari;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.sql.Dialect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the settings of the pools of one data source. What would make answers wrong is refused;
 * what only costs is advised against. Asks no server. Confined to one thread.
 */
final class PoolReview {
  /** The default of MySQL and MariaDB for {@code wait_timeout}. */
  private static final long SERVER_CLOSES_MILLIS = TimeUnit.HOURS.toMillis(8);

  private static final long LONG_WAIT_MILLIS = 5_000;
  private static final int LARGE = 50;

  private final Map<String, HikariDataSource> pools = new LinkedHashMap<>();
  private final List<PoolAdvice> advice = new ArrayList<>();
  private final String primary;

  /**
   * Starts a review.
   *
   * @param primary name of the node that takes writes
   */
  PoolReview(String primary) {
    this.primary = primary;
  }

  void add(String node, HikariDataSource pool) {
    pools.put(node, pool);
  }

  /**
   * Reviews all.
   *
   * @throws IllegalArgumentException names node and setting of what cannot be right
   */
  List<PoolAdvice> review() {
    pools.forEach(this::refuse);
    refuseDifferent("transactionIsolation", HikariDataSource::getTransactionIsolation);
    refuseDifferent("catalog", HikariDataSource::getCatalog);
    refuseDifferent("schema", HikariDataSource::getSchema);
    pools.forEach(this::advise);
    return List.copyOf(advice);
  }

  private void refuse(String node, HikariDataSource pool) {
    if (node.equals(primary) && pool.isReadOnly()) {
      throw refused(node, "readOnly", "every write would be refused");
    }
    if (pools.size() > 1 && serializable(pool)) {
      throw refused(
          node,
          "transactionIsolation",
          "SERIALIZABLE that only the pool knows of would not keep reads on the primary; set it by"
              + " setTransactionIsolation on connections");
    }
    JdbcUrl url = url(pool);
    if (url != null && !node.equals(primary)) {
      String several = url.several();
      if (several != null) {
        throw refused(node, "jdbcUrl", several);
      }
      if (url.sharedName()) {
        throw refused(
            node,
            "jdbcUrl",
            "its host is an endpoint of several servers, name each of them as a node of its own");
      }
    }
  }

  private static IllegalArgumentException refused(String node, String option, String why) {
    return new IllegalArgumentException(node + ": " + option + " of its pool: " + why);
  }

  private static boolean serializable(HikariDataSource pool) {
    String isolation = pool.getTransactionIsolation();
    return isolation != null
        && (isolation.toUpperCase(Locale.ROOT).endsWith("SERIALIZABLE") || isolation.equals("8"));
  }

  /** A session cannot be the same everywhere where pools begin it differently. */
  private void refuseDifferent(
      String option, Function<HikariDataSource, @Nullable String> setting) {
    HikariDataSource first = pools.get(primary);
    if (first == null) {
      return;
    }
    pools.forEach(
        (node, pool) -> {
          if (!Objects.equals(setting.apply(pool), setting.apply(first))) {
            throw refused(node, option, "must be the same as that of " + primary);
          }
        });
  }

  private void advise(String node, HikariDataSource pool) {
    boolean replica = !node.equals(primary);
    if (!pool.isAutoCommit()) {
      advise(node, "autoCommit", "false", "true", "each autocommit statement sets it and back");
    }
    if (replica && pool.isReadOnly()) {
      advise(node, "readOnly", "true", "false", "a replica refuses writes by itself");
    }
    if (pool.getMaximumPoolSize() > LARGE) {
      advise(
          node,
          "maximumPoolSize",
          Integer.toString(pool.getMaximumPoolSize()),
          "twice the cores of its server, shared by all processes",
          "more statements at once than a server can run wait inside it and slow each other down");
    }
    adviseOnTimes(node, pool, replica);
    if (pool.getConnectionInitSql() != null) {
      advise(
          node,
          "connectionInitSql",
          "set",
          "parameters of the driver, the same for all nodes",
          "what it sets is not seen by routing, and must be alike everywhere");
    }
    JdbcUrl url = url(pool);
    if (url != null) {
      adviseOnUrl(node, pool, url);
    }
  }

  private void adviseOnTimes(String node, HikariDataSource pool, boolean replica) {
    if (pool.getKeepaliveTime() == 0) {
      advise(
          node,
          "keepaliveTime",
          "0",
          "2 minutes",
          "a connection that a firewall has dropped is found by a statement");
    }
    if (pool.getMaxLifetime() == 0 || pool.getMaxLifetime() >= SERVER_CLOSES_MILLIS) {
      advise(
          node,
          "maxLifetime",
          Long.toString(pool.getMaxLifetime()),
          "30 minutes",
          "servers close connections after wait_timeout, and names change their address");
    }
    if (replica && pool.getConnectionTimeout() > LONG_WAIT_MILLIS) {
      advise(
          node,
          "connectionTimeout",
          Long.toString(pool.getConnectionTimeout()),
          "1 second",
          "a read waits so long for this replica before another one is asked");
    }
  }

  private void adviseOnUrl(String node, HikariDataSource pool, JdbcUrl url) {
    if (url.several() != null || url.sharedName()) {
      advise(
          node,
          "jdbcUrl",
          "several servers",
          "the primary alone",
          "positions may be asked of another server than the one that was written to");
    }
    HikariDataSource first = pools.get(primary);
    JdbcUrl other = first == null ? null : url(first);
    if (other != null && !other.database().equals(url.database())) {
      advise(
          node,
          "jdbcUrl",
          "another database than that of " + primary,
          "the same",
          "a table without a schema is another one there");
    }
    if (url.driver == Dialect.MYSQL
        && node.equals(primary)
        && !"true".equalsIgnoreCase(setting(pool, url, "trackSessionState"))) {
      advise(
          node,
          "trackSessionState",
          "false",
          "true",
          "with it the position of each commit is exact, and replicas answer its writer earlier");
    }
    if (setting(pool, url, "socketTimeout") == null) {
      advise(
          node,
          "socketTimeout",
          "none",
          "longer than the longest statement",
          "a server that vanishes holds its callers for as long as the operating system waits");
    }
    if (url.driver == Dialect.POSTGRESQL && setting(pool, url, "tcpKeepAlive") == null) {
      advise(
          node,
          "tcpKeepAlive",
          "false",
          "true",
          "else nothing notices a server that is gone while nothing is sent");
    }
  }

  private static @Nullable JdbcUrl url(HikariDataSource pool) {
    String url = pool.getJdbcUrl();
    return url == null || pool.getDataSource() != null || pool.getDataSourceClassName() != null
        ? null
        : JdbcUrl.known(url);
  }

  private static @Nullable String setting(HikariDataSource pool, JdbcUrl url, String name) {
    String said = url.parameter(name);
    Object given = said == null ? pool.getDataSourceProperties().get(name) : said;
    return given == null ? null : given.toString();
  }

  private void advise(String node, String option, String found, String better, String why) {
    advice.add(new PoolAdvice(node, option, found, better, why));
  }
}
