package dev.sluice.jdbc.hikari;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class PoolReviewTest {
  private static final String URL = "jdbc:postgresql://db/shop?tcpKeepAlive=true&socketTimeout=60";

  private final HikariDataSource primary = pool();
  private final HikariDataSource replica = pool();

  /** Opens nothing before a connection is asked for. */
  private static HikariDataSource pool() {
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(URL);
    pool.setConnectionTimeout(1_000);
    return pool;
  }

  private List<PoolAdvice> review() {
    Map<String, DataSource> pools = new LinkedHashMap<>();
    pools.put("primary", primary);
    pools.put("r1", replica);
    return HikariPools.review(pools);
  }

  private void refused(String message) {
    assertThatThrownBy(this::review)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  private void advised(HikariDataSource pool, String option, Consumer<HikariDataSource> change) {
    change.accept(pool);
    assertThat(review())
        .anySatisfy(
            each -> {
              assertThat(each.node()).isEqualTo(pool == primary ? "primary" : "r1");
              assertThat(each.option()).isEqualTo(option);
            });
  }

  @Test
  void saysNothingOfPoolsThatFit() {
    assertThat(review()).isEmpty();
  }

  @Test
  void saysNothingOfPoolsThatItMakes() {
    PoolConfig config = PoolConfig.builder("jdbc:mysql://db/shop").build();
    Map<String, DataSource> pools = new LinkedHashMap<>();
    HikariDataSource main = new HikariDataSource();
    HikariPools.settings(config, "p", false).copyStateTo(main);
    HikariDataSource other = new HikariDataSource();
    HikariPools.settings(config, "r", true).copyStateTo(other);
    pools.put("primary", main);
    pools.put("r1", other);
    assertThat(HikariPools.review(pools)).isEmpty();
  }

  @Test
  void advisesOnWhatCosts() {
    advised(primary, "autoCommit", pool -> pool.setAutoCommit(false));
    advised(replica, "autoCommit", pool -> pool.setAutoCommit(false));
    advised(replica, "readOnly", pool -> pool.setReadOnly(true));
    advised(primary, "maximumPoolSize", pool -> pool.setMaximumPoolSize(200));
    advised(primary, "keepaliveTime", pool -> pool.setKeepaliveTime(0));
    advised(replica, "maxLifetime", pool -> pool.setMaxLifetime(0));
    advised(replica, "connectionTimeout", pool -> pool.setConnectionTimeout(30_000));
    advised(primary, "connectionInitSql", pool -> pool.setConnectionInitSql("SET x = 'y'"));
    advised(primary, "jdbcUrl", pool -> pool.setJdbcUrl("jdbc:postgresql://a,b/shop"));
    advised(replica, "jdbcUrl", pool -> pool.setJdbcUrl("jdbc:postgresql://b/other"));
    advised(replica, "tcpKeepAlive", pool -> pool.setJdbcUrl("jdbc:postgresql://b/shop"));
    advised(replica, "socketTimeout", pool -> pool.setJdbcUrl("jdbc:postgresql://b/shop"));
    advised(
        primary, "trackSessionState", pool -> pool.setJdbcUrl("jdbc:mysql://a/shop?password=x"));
    assertThat(review().toString()).doesNotContain("password", "SET x");
  }

  @Test
  void aPropertyOfTheDriverCountsAsAParameter() {
    replica.setJdbcUrl("jdbc:postgresql://b/shop");
    replica.addDataSourceProperty("tcpKeepAlive", "true");
    replica.addDataSourceProperty("socketTimeout", 60);
    assertThat(review()).isEmpty();
  }

  @Test
  void refusesAPrimaryThatRefusesWrites() {
    primary.setReadOnly(true);
    refused("primary: readOnly ");
  }

  @Test
  void refusesSerializableThatOnlyThePoolKnows() {
    primary.setTransactionIsolation("TRANSACTION_SERIALIZABLE");
    replica.setTransactionIsolation("TRANSACTION_SERIALIZABLE");
    refused("primary: transactionIsolation ");
  }

  @Test
  void refusesPoolsThatBeginSessionsDifferently() {
    replica.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    refused("r1: transactionIsolation ");
    primary.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    assertThat(review()).isEmpty();
    replica.setCatalog("other");
    refused("r1: catalog ");
    replica.setCatalog(null);
    primary.setSchema("other");
    refused("r1: schema ");
  }

  @Test
  void refusesReplicasThatAreSeveralServers() {
    replica.setJdbcUrl("jdbc:postgresql://a,b/shop");
    refused("r1: jdbcUrl ");
    replica.setJdbcUrl("jdbc:mariadb:loadbalance://a/shop");
    refused("r1: jdbcUrl ");
    replica.setJdbcUrl("jdbc:postgresql://x.cluster-ro-c1.eu-west-1.rds.amazonaws.com/shop");
    refused("r1: jdbcUrl ");
  }
}
