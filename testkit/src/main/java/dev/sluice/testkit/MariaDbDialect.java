package dev.sluice.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
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
    // Not remembered over a restart.
    Sql.run(replica, "SET GLOBAL read_only=1", "START SLAVE");
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

  @Override
  public void readOnly(Connection node, boolean readOnly) throws SQLException {
    Sql.run(node, "SET GLOBAL read_only=" + (readOnly ? 1 : 0));
  }

  @Override
  public String position(Connection primary) throws SQLException {
    return Sql.text(primary, "SELECT @@gtid_current_pos");
  }

  @Override
  public boolean applied(Connection replica, String position) throws SQLException {
    return position.isEmpty()
        || Sql.number(replica, "SELECT MASTER_GTID_WAIT('" + position + "', 0.5)") == 0;
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
