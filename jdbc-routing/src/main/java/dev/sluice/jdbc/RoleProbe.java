package dev.sluice.jdbc;

import dev.sluice.jdbc.Standing.Following;
import dev.sluice.jdbc.hikari.HikariPools;
import dev.sluice.sql.Dialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one server for its role, over a connection of its own that it keeps. Used by one thread at a
 * time; {@link #close()} by any.
 */
final class RoleProbe implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RoleProbe.class);

  private static final String MYSQL =
      "SELECT @@GLOBAL.read_only, @@GLOBAL.innodb_read_only, @@GLOBAL.server_uuid,"
          + " @@GLOBAL.gtid_executed";
  private static final String MARIADB =
      "SELECT @@GLOBAL.read_only, @@GLOBAL.innodb_read_only, @@GLOBAL.server_id,"
          + " @@GLOBAL.gtid_binlog_state, @@GLOBAL.gtid_slave_pos";
  private static final String POSTGRESQL =
      "SELECT r.standby OR current_setting('default_transaction_read_only')::boolean,"
          + " (SELECT system_identifier FROM pg_control_system()), pg_postmaster_start_time()::text,"
          + " CASE WHEN r.standby THEN (SELECT received_tli FROM pg_stat_wal_receiver)"
          + " ELSE ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int"
          + " END FROM (SELECT pg_is_in_recovery() AS standby) r";

  final String node;
  private final DataSource source;
  private final boolean owned;
  private final Duration timeout;
  private volatile @Nullable Connection connection;
  private volatile boolean closed;
  private @Nullable Dialect dialect;
  private boolean unbroken;

  /** Whether there was a connection for the last question. */
  private boolean reached;

  /** Why the server did not answer the question, though it is there; null if it did or is gone. */
  private volatile @Nullable String refusal;

  RoleProbe(String node, DataSource pool, Duration timeout) {
    DataSource companion =
        PooledNode.present("com.zaxxer.hikari.HikariDataSource")
            ? HikariPools.companion(pool, timeout)
            : null;
    this.node = node;
    this.source = companion == null ? pool : companion;
    this.owned = companion != null;
    this.timeout = timeout;
  }

  /**
   * Asks; a connection that breaks is replaced once.
   *
   * @return what it is; silent if it does not answer
   */
  WriterElection.Claim ask() {
    try {
      boolean kept = connection != null;
      Standing standing;
      try {
        standing = standing();
      } catch (SQLException e) {
        drop();
        if (!kept || closed) {
          throw e;
        }
        standing = standing();
      }
      refusal = null;
      return claim(standing);
    } catch (SQLException | RuntimeException e) {
      refusal = refusal(e);
      LOG.debug("{}: the role could not be asked", node, e);
      drop();
      return new WriterElection.Claim(node, null, false);
    }
  }

  /**
   * Why a server that is there does not say what it is: the account lacks a right, or it is no
   * server that is known. Null for one that answered or is gone.
   */
  @Nullable String refusal() {
    return refusal;
  }

  private @Nullable String refusal(Exception e) {
    if (!reached || closed) {
      return null;
    }
    if (e instanceof SQLException error) {
      return Failures.connectionLost(error) || PooledNode.speaksOfNode(error)
          ? null
          : "SQLState " + error.getSQLState();
    }
    return e.getClass().getSimpleName();
  }

  private WriterElection.Claim claim(Standing standing) {
    boolean before = unbroken;
    unbroken = true;
    return new WriterElection.Claim(node, standing, before);
  }

  private Standing standing() throws SQLException {
    reached = false;
    Connection open = open();
    reached = true;
    Dialect spoken = dialect == null ? DialectProbe.dialect(open) : dialect;
    dialect = spoken;
    String query =
        switch (spoken) {
          case MYSQL -> MYSQL;
          case MARIADB -> MARIADB;
          case POSTGRESQL -> POSTGRESQL;
        };
    Standing standing;
    try (Statement statement = open.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      if (!row.next()) {
        throw new SQLException("no answer");
      }
      standing = standing(spoken, row);
    }
    return standing.writable() && spoken != Dialect.POSTGRESQL
        ? standing.following(following(open, spoken))
        : standing;
  }

  private static Standing standing(Dialect dialect, ResultSet row) throws SQLException {
    if (dialect == Dialect.POSTGRESQL) {
      return new Standing(
          !row.getBoolean(1),
          row.getString(3),
          row.getString(2),
          row.getInt(4),
          GtidSet.EMPTY,
          Following.UNKNOWN);
    }
    boolean writable = off(row.getString(1)) && off(row.getString(2));
    String server = row.getString(3).toLowerCase(Locale.ROOT);
    GtidSet history =
        dialect == Dialect.MYSQL
            ? GtidSet.parse(row.getString(4))
            : Standing.mariaDb(row.getString(4), row.getString(5));
    return new Standing(writable, server, "", 0, history, Following.UNKNOWN);
  }

  private static boolean off(String setting) {
    return setting.equals("0") || setting.equalsIgnoreCase("OFF");
  }

  /** Whether the thread that applies what another server writes is running. */
  private static Following following(Connection open, Dialect dialect) {
    String[] queries =
        dialect == Dialect.MARIADB
            ? new String[] {"SHOW ALL SLAVES STATUS"}
            : new String[] {"SHOW REPLICA STATUS", "SHOW SLAVE STATUS"};
    for (String query : queries) {
      try (Statement statement = open.createStatement();
          ResultSet rows = statement.executeQuery(query)) {
        boolean follows = false;
        while (rows.next()) {
          String column = query.contains("REPLICA") ? "Replica_SQL_Running" : "Slave_SQL_Running";
          follows |= !"No".equalsIgnoreCase(rows.getString(column));
        }
        return follows ? Following.YES : Following.NO;
      } catch (SQLException e) {
        LOG.debug("whether a server follows another one is not told", e);
      }
    }
    return Following.UNKNOWN;
  }

  private Connection open() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = source.getConnection();
      connection = open;
      if (closed) {
        throw new SQLException("closed");
      }
      open.setNetworkTimeout(Runnable::run, (int) timeout.toMillis());
      if (!open.getAutoCommit()) {
        open.setAutoCommit(true);
      }
    }
    return open;
  }

  private void drop() {
    unbroken = false;
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        if (owned) {
          HikariPools.evict(source, open);
        } else {
          open.abort(Runnable::run);
        }
        open.close();
      } catch (SQLException | RuntimeException e) {
        LOG.debug("{}: the connection for roles did not close", node, e);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    drop();
    if (owned && source instanceof AutoCloseable pool) {
      try {
        pool.close();
      } catch (Exception e) {
        LOG.debug("{}: the pool for roles did not close", node, e);
      }
    }
  }
}
