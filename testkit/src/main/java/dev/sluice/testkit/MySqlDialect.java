package dev.sluice.testkit;

import com.mysql.cj.jdbc.MysqlDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;

/** MySQL's words, with GTIDs. */
final class MySqlDialect implements Dialect {
  /** The words until 8.0.22, which the whole 8.0 line knows and 8.4 no longer does. */
  private final boolean old;

  MySqlDialect(DatabaseEngine engine) {
    old = engine == DatabaseEngine.MYSQL_8_0;
  }

  private String replica() {
    return old ? "SLAVE" : "REPLICA";
  }

  @Override
  public String url(String host, int port, String database) {
    return "jdbc:mysql://"
        + host
        + ":"
        + port
        + "/"
        + database
        + "?allowPublicKeyRetrieval=true&useSSL=false";
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
    MysqlDataSource source = new MysqlDataSource();
    source.setUrl(url);
    source.setUser(user);
    source.setPassword(password);
    return source;
  }

  @Override
  public void prepare(Connection node) throws SQLException {
    // The accounts were made on each node by itself, which no replica should see.
    Sql.run(node, old ? "RESET MASTER" : "RESET BINARY LOGS AND GTIDS");
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
    String source = old ? "MASTER" : "SOURCE";
    String sql =
        "CHANGE %s TO @_HOST='%s', @_PORT=%d, @_USER='%s', @_PASSWORD='%s', @_CONNECT_RETRY=1,"
            + " @_RETRY_COUNT=100000, @_AUTO_POSITION=1, GET_@_PUBLIC_KEY=1";
    Sql.run(
        replica,
        sql.formatted(
                old ? "MASTER" : "REPLICATION SOURCE",
                primary.host(),
                primary.port(),
                Account.REPLICATION.user,
                Account.REPLICATION.password)
            .replace("@", source));
  }

  @Override
  public void startReplication(Connection replica, Upstream primary) throws SQLException {
    Sql.run(replica, "START " + replica());
  }

  @Override
  public void stopReplication(Connection replica) throws SQLException {
    Sql.run(replica, "STOP " + replica());
  }

  @Override
  public void delay(Connection replica, Duration delay) throws SQLException {
    Sql.run(
        replica,
        (old ? "CHANGE MASTER TO MASTER_DELAY=" : "CHANGE REPLICATION SOURCE TO SOURCE_DELAY=")
            + MariaDbDialect.wholeSeconds(delay));
  }

  @Override
  public void promote(Connection replica) throws SQLException {
    Sql.run(replica, "STOP " + replica(), "RESET " + replica() + " ALL");
    readOnly(replica, false);
  }

  /** Persisted, so that a replica that restarts is read only from its first moment. */
  @Override
  public void readOnly(Connection node, boolean readOnly) throws SQLException {
    if (readOnly) {
      Sql.run(node, "SET PERSIST super_read_only = ON");
    } else {
      Sql.run(node, "SET PERSIST super_read_only = OFF", "SET PERSIST read_only = OFF");
    }
  }

  @Override
  public String position(Connection node) throws SQLException {
    return Sql.text(node, "SELECT @@GLOBAL.gtid_executed").replaceAll("\\s", "");
  }

  @Override
  public boolean within(Connection node, String part, String whole) throws SQLException {
    return Sql.number(node, "SELECT GTID_SUBSET('" + part + "', '" + whole + "')") == 1;
  }

  @Override
  public boolean applied(Connection replica, String position) throws SQLException {
    return position.isEmpty()
        || Sql.number(replica, "SELECT WAIT_FOR_EXECUTED_GTID_SET('" + position + "', 0.5)") == 0;
  }

  @Override
  public String replicationState(Connection replica) throws SQLException {
    Map<String, ?> row = Sql.row(replica, "SHOW " + replica() + " STATUS");
    String word = replica().toLowerCase(java.util.Locale.ROOT);
    return "IO thread %s, SQL thread %s, executed %s, %s %s"
        .formatted(
            row.get(word + "_io_running"),
            row.get(word + "_sql_running"),
            position(replica),
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
            "SHOW GLOBAL STATUS WHERE Variable_name IN ('Questions', 'Innodb_rows_inserted',"
                + " 'Innodb_rows_updated', 'Innodb_rows_deleted')");
    long picoseconds =
        Sql.number(
            node,
            "SELECT CAST(SUM(SUM_TIMER_WAIT) AS UNSIGNED) FROM"
                + " performance_schema.events_statements_summary_by_user_by_event_name WHERE USER"
                + " IS NOT NULL AND USER NOT LIKE 'sluice\\_%'");
    return new NodeCounters(
        status.getOrDefault("questions", 0L) - own - 1,
        transactions(position(node)),
        status.getOrDefault("innodb_rows_inserted", 0L)
            + status.getOrDefault("innodb_rows_updated", 0L)
            + status.getOrDefault("innodb_rows_deleted", 0L),
        picoseconds / 1_000_000);
  }

  /** How many transactions a GTID set names. */
  static long transactions(String gtidSet) {
    long sum = 0;
    for (String server : gtidSet.split(",", -1)) {
      String[] parts = server.split(":", -1);
      for (int i = 1; i < parts.length; i++) {
        String[] interval = parts[i].split("-", -1);
        if (interval[0].matches("\\d+")) { // not a tag of 8.3 and later
          long first = Long.parseLong(interval[0]);
          sum += (interval.length == 1 ? first : Long.parseLong(interval[1])) - first + 1;
        }
      }
    }
    return sum;
  }
}
