package dev.sluice.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** What a database tells of the state of a session, and how it refuses writes. */
interface SessionProbe {
  /** Makes a new session on the replica ready. */
  void open(Connection session) throws SQLException;

  /**
   * What a statement could leave in the session, except what the probe itself changes: settings and
   * variables, locks, prepared statements, temporary tables, cursors, open transaction. Asked for
   * after each statement.
   */
  Map<String, String> state(Connection session) throws SQLException;

  /** What of the state takes long to tell; asked for now and then. */
  default Map<String, String> settings(Connection session) throws SQLException {
    return Map.of();
  }

  /** Whether an error says that the statement was no plain read: it writes, or waits for a lock. */
  boolean refused(SQLException error);
}
