package dev.sluice.jdbc;

import dev.sluice.sql.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * One row that each sample of the primary changes, in a transaction of its own:
 *
 *     id = 1 | beat | history | previous | server
 *
 *   H1  A sample's transaction begins after the sample is numbered. What was acknowledged or shown before
 *       is committed before it, so it comes before it in the log. A replica that applies commits in their
 *       order and shows the beat shows all of that. So the beat is an upper bound on the primary and
 *       a lower bound on a replica, as Watermarks asks for.
 *   H2  What is read back after the commit may be a later beat, of another process: more than is needed.
 *   H3  Beats of one history are comparable, of two they are not. A history ends when another server
 *       writes the row (a promotion), and when the server may have been restarted (the connection broke):
 *       the first may lack the last beats, and a node may be left that has them. A history's name is
 *       random, so that one that comes back after another is a third. Beats go on counting.
 *   H4  After the commit the row names the server that was asked. If not, two servers write it, and it
 *       proves nothing.
 *
 * The order of commits holds on PostgreSQL, on storage that replicas share, on MariaDB within a domain, and
 * on MySQL with one applier or with replica_preserve_commit_order; on MySQL that is asked.
 */
/** Reads and moves the heartbeat's row. Used by one thread at a time. */
final class Heartbeat {
  private static final String VARIABLES =
      "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('server_uuid', 'server_id', 'hostname', 'port',"
          + " 'aurora_version', 'replica_preserve_commit_order', 'slave_preserve_commit_order',"
          + " 'replica_parallel_workers', 'slave_parallel_workers')";

  private final String table;
  private final Supplier<String> names;
  private String server = "";
  private @Nullable String unordered;

  /**
   * The row, for the rule alone: the same as the UPDATE.
   *
   * @param beat number of the beat
   * @param history the unbroken row of beats that it belongs to
   * @param previous the history before
   * @param server who wrote it
   */
  record Row(long beat, String history, String previous, String server) {
    /** What a beat on a server makes of it. */
    Row next(String writer, boolean broken, String newHistory) {
      return writer.equals(server) && !broken
          ? new Row(beat + 1, history, previous, writer)
          : new Row(beat + 1, newHistory, history, writer);
    }
  }

  Heartbeat(String table) {
    this(table, () -> UUID.randomUUID().toString().replace("-", ""));
  }

  /**
   * A heartbeat.
   *
   * @param names gives names of histories, each another one
   */
  Heartbeat(String table, Supplier<String> names) {
    this.table = table;
    this.names = names;
  }

  /** A new connection: who is there? */
  void opened(Connection connection, Dialect dialect) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (dialect == Dialect.POSTGRESQL) {
        try (ResultSet row =
            statement.executeQuery(
                // Not as a text: that depends on the session's time zone.
                "SELECT concat(extract(epoch FROM pg_postmaster_start_time()), ' ',"
                    + " current_setting('port'))")) {
          row.next();
          server = row.getString(1);
        }
        return;
      }
      Map<String, String> variables = new HashMap<>();
      try (ResultSet rows = statement.executeQuery(VARIABLES)) {
        while (rows.next()) {
          variables.put(rows.getString(1).toLowerCase(Locale.ROOT), rows.getString(2));
        }
      }
      server =
          variables.getOrDefault("server_uuid", "")
              + ' '
              + variables.get("server_id")
              + ' '
              + variables.get("hostname")
              + ' '
              + variables.get("port");
      unordered = dialect == Dialect.MYSQL ? unordered(variables) : null;
    }
  }

  /** Why a replica of MySQL may show a beat before what was committed before it; null if not. */
  static @Nullable String unordered(Map<String, String> variables) {
    if (variables.containsKey("aurora_version")) {
      return null;
    }
    String workers = either(variables, "replica_parallel_workers", "slave_parallel_workers");
    String ordered =
        either(variables, "replica_preserve_commit_order", "slave_preserve_commit_order");
    return "0".equals(workers) || "1".equals(workers) || "ON".equals(ordered) || "1".equals(ordered)
        ? null
        : "it applies transactions in parallel and out of order: replica_preserve_commit_order must"
            + " be ON";
  }

  private static @Nullable String either(Map<String, String> all, String name, String older) {
    String value = all.get(name);
    return value == null ? all.get(older) : value;
  }

  /**
   * Moves the row, if the server takes writes, and reads it.
   *
   * @param broken whether the server may have been restarted since it was asked last
   */
  HeartbeatReading beat(Connection connection, Dialect dialect, boolean broken)
      throws SQLException {
    int rows = 0;
    String same = "CASE WHEN server = ? AND ? = 0 THEN ";
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE "
                + table
                + " SET beat = beat + 1, previous = "
                + same
                + "previous ELSE history END, history = "
                + same
                + "history ELSE ? END, server = ? WHERE id = 1")) {
      update.setString(1, server);
      update.setInt(2, broken ? 1 : 0);
      update.setString(3, server);
      update.setInt(4, broken ? 1 : 0);
      update.setString(5, names.get());
      update.setString(6, server);
      rows = update.executeUpdate();
    } catch (SQLException e) {
      if (!Failures.refusedAsWrite(e)) {
        throw e;
      }
    }
    HeartbeatReading reading = read(connection, dialect, true);
    return rows == 1 || reading.readOnly() || reading.unfit() != null
        ? reading
        : new HeartbeatReading(
            false, "the row of " + table + " could not be moved", reading.history(), "", 0);
  }

  /** Reads the row as a replica shows it. */
  HeartbeatReading read(Connection connection, Dialect dialect) throws SQLException {
    return read(connection, dialect, false);
  }

  private HeartbeatReading read(Connection connection, Dialect dialect, boolean moved)
      throws SQLException {
    String role =
        dialect == Dialect.POSTGRESQL
            ? "SELECT pg_is_in_recovery(), false"
            : "SELECT @@GLOBAL.read_only, @@GLOBAL.innodb_read_only";
    boolean readOnly;
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery(role)) {
        row.next();
        readOnly = on(row.getString(1)) || on(row.getString(2));
      }
      try (ResultSet row =
          statement.executeQuery(
              "SELECT beat, history, previous, server FROM " + table + " WHERE id = 1")) {
        if (!row.next()) {
          return new HeartbeatReading(
              readOnly, "the heartbeat's table " + table + " has no row 1", "", "", 0);
        }
        String unfit =
            moved && !readOnly && !server.equals(row.getString(4))
                ? "two servers move the row of " + table
                : readOnly ? unordered : null;
        return new HeartbeatReading(
            readOnly, unfit, row.getString(2), row.getString(3), row.getLong(1));
      }
    }
  }

  private static boolean on(String value) {
    return !(value.equals("0") || value.equalsIgnoreCase("off") || value.startsWith("f"));
  }
}
