package dev.sluice.jdbc;

import dev.sluice.sql.Dialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
    if (dialect != Dialect.POSTGRESQL) {
      MySqlVariables variables = MySqlVariables.of(connection);
      server = variables.server();
      unordered = dialect == Dialect.MYSQL ? variables.unordered() : null;
      return;
    }
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                // Not as a text: that depends on the session's time zone.
                "SELECT concat(extract(epoch FROM pg_postmaster_start_time()), ' ',"
                    + " current_setting('port'))")) {
      row.next();
      server = row.getString(1);
    }
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
            ? "pg_is_in_recovery() AS a, false AS b"
            : "@@GLOBAL.read_only AS a, @@GLOBAL.innodb_read_only AS b";
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT r.a, r.b, h.beat, h.history, h.previous, h.server FROM (SELECT "
                    + role
                    + ") r LEFT JOIN "
                    + table
                    + " h ON h.id = 1")) {
      row.next();
      boolean readOnly = on(row.getString(1)) || on(row.getString(2));
      String history = row.getString(4);
      if (history == null) {
        return new HeartbeatReading(
            readOnly, "the heartbeat's table " + table + " has no row 1", "", "", 0);
      }
      String unfit =
          moved && !readOnly && !server.equals(row.getString(6))
              ? "two servers move the row of " + table
              : readOnly ? unordered : null;
      return new HeartbeatReading(readOnly, unfit, history, row.getString(5), row.getLong(3));
    }
  }

  private static boolean on(String value) {
    return !(value.equals("0") || value.equalsIgnoreCase("off") || value.startsWith("f"));
  }
}
