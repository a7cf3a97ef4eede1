package dev.sluice.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a MySQL or MariaDB server that do not change while a connection lives, and that not
 * every version has. Immutable.
 *
 * @param values by name, in lower case
 */
record MySqlVariables(Map<String, String> values) {
  private static final String QUERY =
      "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('server_uuid', 'server_id', 'hostname', 'port',"
          + " 'aurora_version', 'innodb_read_only', 'replica_preserve_commit_order',"
          + " 'slave_preserve_commit_order', 'replica_parallel_workers',"
          + " 'slave_parallel_workers')";

  static MySqlVariables of(Connection connection) throws SQLException {
    Map<String, String> values = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(QUERY)) {
      while (rows.next()) {
        values.put(rows.getString(1).toLowerCase(Locale.ROOT), rows.getString(2));
      }
    }
    return new MySqlVariables(Map.copyOf(values));
  }

  /** What tells the server from others. */
  String server() {
    return value("server_uuid", "")
        + ' '
        + values.get("server_id")
        + ' '
        + values.get("hostname")
        + ' '
        + values.get("port");
  }

  /** Whether it is a reader of Aurora, which shares the writer's storage and applies no log. */
  boolean auroraReader() {
    return values.containsKey("aurora_version") && on(values.get("innodb_read_only"));
  }

  /** Why a replica may show a commit before one that came before it; null if it does not. */
  @Nullable String unordered() {
    if (values.containsKey("aurora_version")) {
      return null;
    }
    String workers = value("replica_parallel_workers", value("slave_parallel_workers", "unknown"));
    String ordered =
        value("replica_preserve_commit_order", value("slave_preserve_commit_order", "OFF"));
    return workers.equals("0") || workers.equals("1") || on(ordered)
        ? null
        : "it applies transactions in parallel and out of order: replica_preserve_commit_order must"
            + " be ON";
  }

  private String value(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  private static boolean on(@Nullable String value) {
    return value != null && (value.equalsIgnoreCase("ON") || value.equals("1"));
  }
}
