package dev.sluice.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** PostgreSQL's words, with streaming replication; one object for each node. */
final class PostgresDialect implements Dialect {
  /** All transaction ids below are decided and counted. */
  private long decidedBelow = 3;

  private long decidedCommits;

  @Override
  public String url(String host, int port, String database) {
    return "jdbc:postgresql://" + host + ":" + port + "/" + database;
  }

  @Override
  public String bounded(String url) {
    return url + "?connectTimeout=5&socketTimeout=60";
  }

  @Override
  public String administrator() {
    return "postgres";
  }

  @Override
  public String systemDatabase() {
    return "postgres";
  }

  @Override
  public DataSource dataSource(String url, String user, String password) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    source.setUser(user);
    source.setPassword(password);
    return source;
  }

  @Override
  public void createDatabase(Connection primary, String name) throws SQLException {
    Sql.run(primary, "CREATE DATABASE " + name + " OWNER " + Account.APPLICATION.user);
  }

  @Override
  public void follow(Connection replica, Upstream primary, boolean wasPrimary) {
    // A standby needs no more than the address, which startReplication gives.
  }

  @Override
  public void startReplication(Connection replica, Upstream primary) throws SQLException {
    configure(replica, "primary_conninfo", connection(primary));
    Sql.run(replica, "SELECT pg_wal_replay_resume()");
  }

  /**
   * From the request on no record is applied; the server calls itself paused only when the next one
   * arrives, so that is not waited for.
   */
  @Override
  public void stopReplication(Connection replica) throws SQLException {
    Sql.run(replica, "SELECT pg_wal_replay_pause()");
  }

  @Override
  public void delay(Connection replica, Duration delay) throws SQLException {
    configure(replica, "recovery_min_apply_delay", delay.toMillis() + "ms");
  }

  /** How a standby reaches its primary. */
  static String connection(Upstream primary) {
    return "host=%s port=%d user=%s password=%s sslmode=disable"
        .formatted(
            primary.host(), primary.port(), Account.REPLICATION.user, Account.REPLICATION.password);
  }

  /** Sets an option and returns when the server has told its processes. */
  private static void configure(Connection node, String option, String value) throws SQLException {
    Sql.run(node, "ALTER SYSTEM SET " + option + " = '" + value + "'", "SELECT pg_reload_conf()");
    for (int i = 0; i < 1_000; i++) {
      String shown =
          Sql.text(
              node,
              "SELECT CASE WHEN name = 'recovery_min_apply_delay' THEN setting || 'ms' ELSE setting"
                  + " END, pg_sleep(0.005) FROM pg_settings WHERE name = '"
                  + option
                  + "'");
      if (shown.equals(value)) {
        return;
      }
    }
    throw new SQLException(option + " is not in force after 5 s");
  }

  @Override
  public void promote(Connection replica) throws SQLException {
    if (!Sql.text(replica, "SELECT pg_promote(true, 60)").equals("t")) {
      throw new SQLException("not promoted within 60 s");
    }
  }

  @Override
  public void readOnly(Connection node, boolean readOnly) throws SQLException {
    if (Sql.text(node, "SELECT pg_is_in_recovery()").equals("t")) {
      return;
    }
    configure(node, "default_transaction_read_only", readOnly ? "on" : "off");
    if (readOnly) {
      // A session may have said SET SESSION CHARACTERISTICS, or be in the middle of a transaction.
      Sql.run(
          node,
          "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE backend_type ="
              + " 'client backend' AND pid <> pg_backend_pid()");
    }
  }

  @Override
  public String position(Connection node) throws SQLException {
    return Sql.text(
        node,
        "SELECT CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_wal_replay_lsn(), '0/0') ELSE"
            + " pg_current_wal_flush_lsn() END");
  }

  @Override
  public boolean within(Connection node, String part, String whole) throws SQLException {
    return Sql.text(node, "SELECT '" + part + "'::pg_lsn <= '" + whole + "'::pg_lsn").equals("t");
  }

  /** Two primaries can write different things to the same place of the log. */
  @Override
  public boolean changesPrimary() {
    return false;
  }

  @Override
  public boolean applied(Connection replica, String position) throws SQLException {
    return Sql.text(
            replica,
            "SELECT CASE WHEN pg_last_wal_replay_lsn() >= '"
                + position
                + "'::pg_lsn THEN 't' ELSE 'f' || pg_sleep(0.005) END")
        .equals("t");
  }

  @Override
  public String replicationState(Connection replica) throws SQLException {
    Map<String, ?> row =
        Sql.row(
            replica,
            "SELECT pg_last_wal_receive_lsn() AS received, pg_last_wal_replay_lsn() AS replayed,"
                + " pg_get_wal_replay_pause_state() AS pause, (SELECT status FROM"
                + " pg_stat_wal_receiver) AS receiver");
    return row.toString();
  }

  @Override
  public synchronized NodeCounters counters(Connection node, String database) throws SQLException {
    long statements =
        Sql.number(
            node,
            "SELECT COALESCE(SUM(calls), 0) FROM pg_stat_statements s JOIN pg_roles r ON r.oid ="
                + " s.userid WHERE r.rolname NOT LIKE 'sluice\\_%'");
    Map<String, ?> row =
        Sql.row(
            node,
            "SELECT tup_inserted + tup_updated + tup_deleted AS rows, (active_time * 1000)::bigint"
                + " AS busy FROM pg_stat_database WHERE datname = '"
                + database
                + "'");
    return new NodeCounters(
        statements, commits(node), number(row.get("rows")), number(row.get("busy")));
  }

  private static long number(@Nullable Object text) {
    return text == null ? 0 : Long.parseLong(text.toString());
  }

  private long commits(Connection node) throws SQLException {
    Map<String, ?> snapshot =
        Sql.row(
            node,
            "SELECT pg_snapshot_xmin(s) AS low, pg_snapshot_xmax(s) AS high FROM"
                + " pg_current_snapshot() s");
    long low = number(snapshot.get("low"));
    long high = number(snapshot.get("high"));
    decidedCommits += committed(node, decidedBelow, low);
    decidedBelow = Math.max(decidedBelow, low);
    return decidedCommits + committed(node, decidedBelow, high);
  }

  private static long committed(Connection node, long from, long below) throws SQLException {
    return from >= below
        ? 0
        : Sql.number(
            node,
            "SELECT count(*) FROM generate_series("
                + from
                + "::bigint, "
                + (below - 1)
                + ") AS id WHERE pg_xact_status(id::text::xid8) = 'committed'");
  }
}
