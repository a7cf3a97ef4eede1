package dev.sluice.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.jdbc.RoutingDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.apache.shardingsphere.driver.api.ShardingSphereDataSourceFactory;
import org.apache.shardingsphere.infra.algorithm.core.config.AlgorithmConfiguration;
import org.apache.shardingsphere.readwritesplitting.config.ReadwriteSplittingRuleConfiguration;
import org.apache.shardingsphere.readwritesplitting.config.rule.ReadwriteSplittingDataSourceGroupRuleConfiguration;
import org.apache.shardingsphere.readwritesplitting.transaction.TransactionalReadQueryStrategy;
import org.apache.shardingsphere.single.config.SingleRuleConfiguration;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

/** The routing layers that are measured, each over HikariCP pools of {@link NoOpDriver}. */
final class Peers {
  private Peers() {}

  /** A DataSource and how to stop it. */
  record Peer(DataSource source, AutoCloseable closing) {}

  /**
   * A peer.
   *
   * @param prefix of the names of the databases; says which kind they are
   */
  static Peer named(String name, String prefix) throws SQLException {
    HikariDataSource primary = RoutingOverhead.pool(prefix + "primary");
    HikariDataSource replica = RoutingOverhead.pool(prefix + "replica");
    DataSource source =
        switch (name) {
          case "hikari" -> primary;
          case "springLazy" -> springLazy(primary, replica);
          case "shardingsphere" -> shardingsphere(primary, replica);
          case "sluice" -> sluice(primary, replica);
          case "awsSetReadOnly" -> aws("readWriteSplitting", prefix);
          case "awsAuto" -> aws("autoReadWriteSplitting", prefix);
          default -> throw new IllegalArgumentException("unknown peer " + name);
        };
    return new Peer(
        source,
        () -> {
          if (source instanceof AutoCloseable closeable && source != primary) {
            closeable.close();
          }
          primary.close();
          replica.close();
        });
  }

  /**
   * The thread is the caller, so its memory of what it has seen and written is asked at every read.
   */
  static RoutingDataSource sluice(DataSource primary, DataSource replica) throws SQLException {
    RoutingDataSource routing =
        RoutingDataSource.builder().name("shop").primary(primary).replica("r1", replica).build();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!node(routing).equals("replica")) {
      if (System.nanoTime() - end > 0) {
        routing.close();
        throw new IllegalStateException("the replica did not become usable");
      }
      LockSupport.parkNanos(1_000_000);
    }
    return routing;
  }

  /** Where a plain read goes. */
  static String node(DataSource source) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(RoutingOverhead.READ)) {
      statement.setLong(1, 7);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getString(2);
      }
    }
  }

  private static DataSource springLazy(DataSource primary, DataSource replica) {
    LazyConnectionDataSourceProxy proxy = new LazyConnectionDataSourceProxy();
    proxy.setTargetDataSource(primary);
    proxy.setReadOnlyDataSource(replica);
    proxy.setDefaultAutoCommit(true);
    proxy.setDefaultTransactionIsolation(java.sql.Connection.TRANSACTION_READ_COMMITTED);
    proxy.afterPropertiesSet();
    return proxy;
  }

  private static DataSource shardingsphere(DataSource primary, DataSource replica)
      throws SQLException {
    var group =
        new ReadwriteSplittingDataSourceGroupRuleConfiguration(
            "shop",
            "primary",
            List.of("replica"),
            TransactionalReadQueryStrategy.PRIMARY,
            "balancer");
    var rule =
        new ReadwriteSplittingRuleConfiguration(
            List.of(group),
            Map.of("balancer", new AlgorithmConfiguration("RANDOM", new Properties())));
    return ShardingSphereDataSourceFactory.createDataSource(
        "shop",
        Map.of("primary", primary, "replica", replica),
        List.of(rule, new SingleRuleConfiguration(List.of("*.*"), null)),
        new Properties());
  }

  /**
   * As its documentation advises: the wrapper's driver inside the pool, the hosts in the URL, no
   * failover plugins.
   */
  private static DataSource aws(String plugin, String prefix) throws SQLException {
    NoOpDriver.register();
    HikariConfig config = new HikariConfig();
    config.setDriverClassName("software.amazon.jdbc.Driver");
    config.setJdbcUrl("jdbc:aws-wrapper:mysql://primary:3306,replica:3306/" + prefix + "test");
    config.addDataSourceProperty("wrapperPlugins", plugin);
    config.addDataSourceProperty("wrapperDialect", "unknown");
    config.addDataSourceProperty("wrapperTargetDriverDialect", "generic");
    config.setMaximumPoolSize(4);
    config.setMinimumIdle(4);
    return new HikariDataSource(config);
  }
}
