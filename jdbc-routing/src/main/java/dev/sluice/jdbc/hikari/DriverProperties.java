package dev.sluice.jdbc.hikari;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * The properties of the driver that a pool is given: what the user has not said, in the URL or by
 * an option, is set so that lost servers are noticed and positions of commits are exact. Only what
 * leaves the meaning of every statement as it is: {@code rewriteBatchedStatements} changes what a
 * batch returns, {@code useServerPrepStmts} what is prepared, so neither is here. Stateless.
 */
final class DriverProperties {
  private DriverProperties() {}

  /**
   * All properties but user and password.
   *
   * @param application what the server shows as the name of its client
   */
  static Properties of(PoolConfig config, String application) {
    Map<String, String> defaults =
        switch (config.url.driver) {
          case MYSQL -> connectorJ(config, application);
          case MARIADB -> mariaDb(config, application);
          case POSTGRESQL -> pgjdbc(config, application);
        };
    Properties properties = new Properties();
    defaults.forEach(
        (name, value) -> {
          boolean said =
              config.url.names(name)
                  || config.driverProperties.keySet().stream().anyMatch(name::equalsIgnoreCase);
          if (!said) {
            properties.setProperty(name, value);
          }
        });
    config.driverProperties.forEach(properties::setProperty);
    return properties;
  }

  private static Map<String, String> connectorJ(PoolConfig config, String application) {
    Map<String, String> set = new LinkedHashMap<>();
    // With it CommitGtids asks the server for the GTIDs of commits, where the server has them.
    set.put("trackSessionState", "true");
    set.put("cachePrepStmts", "true");
    set.put("prepStmtCacheSize", "250");
    set.put("prepStmtCacheSqlLimit", "2048");
    set.put("tcpKeepAlive", "true");
    set.put("connectionAttributes", "program_name:" + application);
    set.put("connectTimeout", millis(config.connectTimeout));
    set.put("socketTimeout", millis(config.socketTimeout));
    return set;
  }

  private static Map<String, String> mariaDb(PoolConfig config, String application) {
    Map<String, String> set = new LinkedHashMap<>();
    set.put("tcpKeepAlive", "true");
    set.put("connectionAttributes", "program_name:" + application);
    set.put("connectTimeout", millis(config.connectTimeout));
    set.put("socketTimeout", millis(config.socketTimeout));
    return set;
  }

  private static Map<String, String> pgjdbc(PoolConfig config, String application) {
    Map<String, String> set = new LinkedHashMap<>();
    set.put("tcpKeepAlive", "true");
    set.put("ApplicationName", application);
    set.put("connectTimeout", seconds(config.connectTimeout));
    // Else HikariCP's limit of whichever pool came last is taken, which is one for all drivers.
    set.put("loginTimeout", seconds(config.connectTimeout));
    set.put("socketTimeout", seconds(config.socketTimeout));
    return set;
  }

  private static String millis(Duration value) {
    return Long.toString(value.toMillis());
  }

  private static String seconds(Duration value) {
    return Long.toString(value.toSeconds());
  }
}
