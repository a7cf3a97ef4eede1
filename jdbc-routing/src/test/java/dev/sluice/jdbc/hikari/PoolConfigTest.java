package dev.sluice.jdbc.hikari;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolConfigTest {
  private static final String MYSQL = "jdbc:mysql://db.example/shop";
  private static final String POSTGRES = "jdbc:postgresql://db.example:5432/shop";

  private static Properties driver(String url) {
    return DriverProperties.of(PoolConfig.builder(url).build(), "shop-primary");
  }

  private static void refused(UnaryOperator<PoolConfig.Builder> options, String message) {
    assertThatThrownBy(() -> options.apply(PoolConfig.builder(MYSQL)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void connectorJTracksTheSessionAndNoticesLostServers() {
    assertThat(driver(MYSQL))
        .containsEntry("trackSessionState", "true")
        .containsEntry("cachePrepStmts", "true")
        .containsEntry("tcpKeepAlive", "true")
        .containsEntry("connectTimeout", "5000")
        .containsEntry("socketTimeout", "300000")
        .containsEntry("connectionAttributes", "program_name:shop-primary")
        .doesNotContainKeys("rewriteBatchedStatements", "useServerPrepStmts");
  }

  @Test
  void theOtherDriversGetTheSameInTheirOwnUnits() {
    assertThat(driver("jdbc:mariadb://db.example/shop"))
        .containsEntry("tcpKeepAlive", "true")
        .containsEntry("connectTimeout", "5000")
        .containsEntry("socketTimeout", "300000");
    assertThat(driver(POSTGRES))
        .containsEntry("tcpKeepAlive", "true")
        .containsEntry("ApplicationName", "shop-primary")
        .containsEntry("connectTimeout", "5")
        .containsEntry("loginTimeout", "5")
        .containsEntry("socketTimeout", "300");
  }

  @Test
  void aParameterOfTheUrlWins() {
    assertThat(driver(MYSQL + "?sockettimeout=7&trackSessionState=false&useSSL=true"))
        .doesNotContainKeys("socketTimeout", "trackSessionState")
        .containsKey("connectTimeout");
  }

  @Test
  void aPropertyOfTheDriverReplacesTheDefault() {
    PoolConfig config =
        PoolConfig.builder(POSTGRES)
            .driverProperty("SocketTimeout", "9")
            .driverProperty("reWriteBatchedInserts", "true")
            .build();
    assertThat(DriverProperties.of(config, "x"))
        .containsEntry("SocketTimeout", "9")
        .containsEntry("reWriteBatchedInserts", "true")
        .doesNotContainKey("socketTimeout");
  }

  @Test
  void poolsAreSmallOfOneSizeAndStartWithoutTheirServer() {
    PoolConfig config = PoolConfig.builder(MYSQL).user("app").password("secret").build();
    HikariConfig primary = HikariPools.settings(config, "shop-primary", false);
    assertThat(primary.getMaximumPoolSize()).isEqualTo(10);
    assertThat(primary.getMinimumIdle()).isEqualTo(10);
    assertThat(primary.getKeepaliveTime()).isEqualTo(120_000);
    assertThat(primary.getMaxLifetime()).isEqualTo(1_800_000);
    assertThat(primary.getInitializationFailTimeout()).isNegative();
    assertThat(primary.getConnectionTimeout()).isEqualTo(5_000);
    assertThat(primary.getPoolName()).isEqualTo("shop-primary");
    assertThat(primary.isReadOnly()).isFalse();
    assertThat(HikariPools.settings(config, "shop-r1", true).getConnectionTimeout())
        .isEqualTo(1_000);
  }

  @Test
  void asksForThePasswordOfEachPhysicalConnection() {
    Iterator<String> passwords = List.of("first", "second").iterator();
    HikariConfig pool =
        HikariPools.settings(
            PoolConfig.builder(MYSQL).user("app").password(passwords::next).build(), "p", false);
    assertThat(pool.getCredentialsProvider().getCredentials().getPassword()).isEqualTo("first");
    assertThat(pool.getCredentialsProvider().getCredentials().getPassword()).isEqualTo("second");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://a,b/shop",
        "jdbc:mysql://(host=a,port=1),(host=b,port=1)/shop",
        "jdbc:mysql://[a:1,b:1]/shop",
        "jdbc:mysql:replication://a/shop",
        "jdbc:mysql:loadbalance://a/shop",
        "jdbc:mysql+srv://a/shop",
        "jdbc:mariadb:sequential://a/shop",
        "jdbc:mariadb://address=(host=a)(port=1),address=(host=b)/shop",
        "jdbc:postgresql://a:1,b:1/shop",
        "jdbc:postgresql:shop",
        "jdbc:h2:mem:x",
        ""
      })
  void aUrlOfSeveralServersOrOfNoneIsRefused(String url) {
    assertThatThrownBy(() -> PoolConfig.builder(url).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("url: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://u:p@[::1]:3306/shop?a=b,c",
        "jdbc:mysql://(host=a,port=3306,user=u)/shop",
        "jdbc:mariadb://address=(host=a)(port=1)/shop",
        "jdbc:postgresql://a/shop?options=-c%20search_path=a,b",
        "jdbc:postgresql://a"
      })
  void aUrlOfOneServerIsTaken(String url) {
    assertThat(PoolConfig.builder(url).build()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop.cluster-ro-c1.eu-west-1.rds.amazonaws.com",
        "x.cluster-custom-c1.eu-west-1.rds.amazonaws.com",
        "x.proxy-c1.eu-west-1.rds.amazonaws.com:3306"
      })
  void anEndpointOfSeveralServersIsNoReplica(String host) {
    PoolConfig config = PoolConfig.builder("jdbc:mysql://" + host + "/shop").build();
    assertThatThrownBy(() -> HikariPools.settings(config, "r1", true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("several servers");
    assertThat(HikariPools.settings(config, "primary", false)).isNotNull();
  }

  @Test
  void everyOptionIsChecked() {
    refused(b -> b.maximumSize(0), "maximumSize: ");
    refused(b -> b.connectionTimeout(Duration.ofMillis(1)), "connectionTimeout: ");
    refused(b -> b.connectTimeout(Duration.ZERO), "connectTimeout: ");
    refused(b -> b.socketTimeout(Duration.ofMillis(1_500)), "socketTimeout: must be whole seconds");
    refused(b -> b.socketTimeout(Duration.ofSeconds(-1)), "socketTimeout: ");
    refused(b -> b.keepaliveTime(Duration.ofSeconds(1)), "keepaliveTime: ");
    refused(b -> b.keepaliveTime(Duration.ofMinutes(40)), "keepaliveTime: must be shorter");
    refused(b -> b.maximumLifetime(Duration.ofDays(2)), "maximumLifetime: ");
    refused(b -> b.leakDetection(Duration.ofSeconds(1)), "leakDetection: ");
    refused(b -> b.password("x"), "password: needs user");
    refused(b -> b.driverProperty("user", "x"), "driverProperty: ");
  }

  @Test
  void whatIsSaidTwiceIsRefused() {
    String url = "jdbc:mysql://app:x@db/shop?socketTimeout=1";
    assertThatThrownBy(() -> PoolConfig.builder(url).user("a").build())
        .hasMessageStartingWith("user: ");
    assertThatThrownBy(() -> PoolConfig.builder(url).driverProperty("socketTimeout", "2").build())
        .hasMessageStartingWith("driverProperty: ");
  }

  @Test
  void nothingShowsCredentials() {
    String url = "jdbc:mysql://app:hunter2@db/shop?password=hunter2";
    assertThat(PoolConfig.builder(url).build().toString()).doesNotContain("hunter2", "app", "/db");
    assertThatThrownBy(() -> PoolConfig.builder("jdbc:oracle:thin:app/hunter2@x").build())
        .hasMessageNotContaining("hunter2");
    // The driver cannot read the port, and HikariCP would say so with the whole URL.
    PoolConfig odd = PoolConfig.builder("jdbc:postgresql://db:x/shop?sslpassword=hunter2").build();
    assertThatThrownBy(() -> HikariPools.settings(odd, "p", false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hunter2")
        .hasNoCause();
  }
}
