package dev.sluice.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/**
 * The session of PostgreSQL: what its catalog views tell of settings, locks, prepared statements
 * and cursors.
 */
final class PostgreSqlProbe implements SessionProbe {
  private static final String STATE =
      """
      SELECT 'setting ' || name, setting FROM pg_catalog.pg_settings
        WHERE source = 'session' AND name NOT LIKE 'transaction%'
      UNION ALL SELECT 'custom', pg_catalog.concat_ws(' ',
        pg_catalog.current_setting('my.x', true), pg_catalog.current_setting('my.y', true))
      UNION ALL SELECT 'prepared ' || name, '' FROM pg_catalog.pg_prepared_statements WHERE from_sql
      UNION ALL SELECT 'cursor ' || name, '' FROM pg_catalog.pg_cursors WHERE is_holdable
      UNION ALL SELECT 'lock ' || coalesce(classid, 0) || ' ' || coalesce(objid, 0), mode
        FROM pg_catalog.pg_locks
        WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'advisory'
      UNION ALL SELECT 'role', current_user || ' ' || session_user
      UNION ALL SELECT 'transaction',
        (pg_catalog.statement_timestamp() <> pg_catalog.transaction_timestamp())::text
      """;

  @Override
  public void open(Connection session) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute("SET statement_timeout = '5s'");
      statement.execute("SET lock_timeout = '1s'");
    }
  }

  @Override
  public Map<String, String> state(Connection session) throws SQLException {
    Map<String, String> state = new TreeMap<>();
    try (Statement statement = session.createStatement();
        ResultSet rows = statement.executeQuery(STATE)) {
      while (rows.next()) {
        state.put(rows.getString(1), String.valueOf(rows.getString(2)));
      }
    }
    return state;
  }

  @Override
  public boolean refused(SQLException error) {
    String state = String.valueOf(error.getSQLState());
    return switch (state) {
      case "25006", "55P03" -> true;
      case "0A000", "55000" -> String.valueOf(error.getMessage()).contains("recovery");
      default -> false;
    };
  }
}
