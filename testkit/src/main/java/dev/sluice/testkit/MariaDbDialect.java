package dev.sluice.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;

/** MariaDB's words, with GTIDs. */
final class MariaDbDialect implements Dialect {
  @Override
  public String url(String host, int port, String database) {
    return "jdbc:mariadb://" + host + ":" + port + "/" + database + "?sslMode=disable";
  }

  @Override
  public String bounded(String url) {
    return url + "&connectTimeout=5000&socketTimeout=60000";
  }

  @Override
  public String administrator() {
    return "root";
  }

  @Override
  public String systemDatabase() {
    return "mysql";
  }

  @Override
  public DataSource dataSource(String url, String user, String password) {
    try {
      MariaDbDataSource source = new MariaDbDataSource(url);
      source.setUser(user);
      source.setPassword(password);
      return source;
    } catch (SQLException e) {
      throw new TestServerException("the MariaDB driver refuses its URL", e);
    }
  }

  @Override
  public void createDatabase(Connection primary, String name) throws SQLException {
    Sql.run(
        primary,
        "CREATE DATABASE `" + name + "` CHARACTER SET utf8mb4",
        "GRANT ALL ON `" + name + "`.* TO " + Account.APPLICATION.user + "@'%'");
  }

  @Override
  public void follow(Connection replica, Upstream primary, boolean wasPrimary) throws SQLException {
    Sql.run(
        replica,
        "CHANGE MASTER TO MASTER_HOST='%s', MASTER_PORT=%d, MASTER_USER='%s', MASTER_PASSWORD='%s', MASTER_CONNECT_RETRY=1, MASTER_SSL=0, MASTER_SSL_VERIFY_SERVER_CERT=0, MASTER_USE_GTID=slave_pos%s"
            .formatted(
                primary.host(),
                primary.port(),
                Account.REPLICATION.user,
                Account.REPLICATION.password,
                wasPrimary ? ", MASTER_DEMOTE_TO_SLAVE=1" : ""));
  }

  @Override
  public void startReplication(Connection replica, Upstream primary) throws SQLException {
    Sql.run(replica, "START SLAVE");
  }

  @Override
  public void stopReplication(Connection replica) throws SQLException {
    Sql.run(replica, "STOP SLAVE");
  }

  @Override
  public void delay(Connection replica, Duration delay) throws SQLException {
    Sql.run(replica, "CHANGE MASTER TO MASTER_DELAY=" + wholeSeconds(delay));
  }

  /** Rounded up: the delay is a promise of "at least". */
  static long wholeSeconds(Duration delay) {
    return delay.plusNanos(999_999_999).toSeconds();
  }

  @Override
  public void promote(Connection replica) throws SQLException {
    Sql.run(replica, "STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only=0");
  }

  /** Not remembered over a restart. */
  @Override
  public void readOnly(Connection node, boolean readOnly) throws SQLException {
    Sql.run(node, "SET GLOBAL read_only=" + (readOnly ? 1 : 0));
  }

  @Override
  public String position(Connection node) throws SQLException {
    return Sql.text(node, "SELECT @@gtid_binlog_state");
  }

  /** Of each server, the log has its transactions up to the one named. */
  @Override
  public boolean within(Connection node, String part, String whole) {
    return within(part, whole);
  }

  static boolean within(String part, String whole) {
    Map<String, Long> all = last(whole, "-\\d+$");
    return last(part, "-\\d+$").entrySet().stream()
        .allMatch(e -> e.getValue() <= all.getOrDefault(e.getKey(), 0L));
  }

  /** The highest sequence number by what is left of a GTID without that ending. */
  private static Map<String, Long> last(String gtids, String ending) {
    Map<String, Long> numbers = new TreeMap<>();
    for (String gtid : gtids.split(",", -1)) {
      if (!gtid.isBlank()) {
        String trimmed = gtid.trim();
        long number = Long.parseLong(trimmed.substring(trimmed.lastIndexOf('-') + 1));
        numbers.merge(trimmed.replaceFirst(ending, ""), number, Math::max);
      }
    }
    return numbers;
  }

  @Override
  public boolean applied(Connection replica, String position) throws SQLException {
    String last =
        last(position, "-\\d+-\\d+$").entrySet().stream()
            .map(e -> e.getKey() + "-0-" + e.getValue())
            .collect(Collectors.joining(","));
    if (!last.isEmpty()
        && Sql.number(replica, "SELECT MASTER_GTID_WAIT('" + last + "', 0.5)") != 0) {
      return false;
    }
    // That looks at sequence numbers only, which two primaries can both have given.
    boolean applied = within(position, position(replica));
    if (!applied) {
      Sql.number(replica, "SELECT SLEEP(0.05)");
    }
    return applied;
  }

  @Override
  public String replicationState(Connection replica) throws SQLException {
    Map<String, ?> row = Sql.row(replica, "SHOW SLAVE STATUS");
    return "IO thread %s, SQL thread %s, position %s, %s %s"
        .formatted(
            row.get("slave_io_running"),
            row.get("slave_sql_running"),
            Sql.text(replica, "SELECT @@gtid_slave_pos"),
            row.get("last_io_error"),
            row.get("last_sql_error"));
  }

  @Override
  public NodeCounters counters(Connection node, String database) throws SQLException {
    long own =
        Sql.numbers(node, "SHOW SESSION STATUS LIKE 'Questions'").getOrDefault("questions", 0L);
    Map<String, Long> status =
        Sql.numbers(
            node,
            "SHOW GLOBAL STATUS WHERE Variable_name IN ('Questions', 'Binlog_commits', 'Handler_write', 'Handler_update', 'Handler_delete')");
    // In microseconds, unlike the manual, which says seconds.
    long busy =
        Sql.number(
            node,
            "SELECT SUM(BUSY_TIME) FROM information_schema.USER_STATISTICS WHERE USER <> '"
                + Account.MONITOR.user
                + "'");
    return new NodeCounters(
        status.getOrDefault("questions", 0L) - own - 1,
        status.getOrDefault("binlog_commits", 0L),
        status.getOrDefault("handler_write", 0L)
            + status.getOrDefault("handler_update", 0L)
            + status.getOrDefault("handler_delete", 0L),
        busy);
  }
}
