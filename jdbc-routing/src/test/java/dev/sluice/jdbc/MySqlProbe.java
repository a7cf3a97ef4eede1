package dev.sluice.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The session of MySQL and MariaDB: its variables, the kinds of statements that the server counted
 * for it, the user variables of the grammar, its locks. A locking read is found by its waiting for
 * rows that somebody else has locked.
 */
final class MySqlProbe implements SessionProbe {
  private static final int READ_ONLY = 1290;
  private static final int READ_ONLY_TRANSACTION = 1792;
  private static final int READ_ONLY_MODE = 1836;
  private static final int LOCK_WAIT = 1205;
  private static final int LOCK_NOWAIT = 3572;

  /** Change by themselves, or with every statement. */
  private static final String VOLATILE =
      " timestamp rand_seed1 rand_seed2 pseudo_thread_id warning_count error_count last_gtid gtid_seq_no gtid_executed statement_id"
          + " gtid_binlog_pos gtid_binlog_state gtid_current_pos gtid_slave_pos innodb_buffer_pool_load_status ";

  private final boolean mariadb;

  MySqlProbe(boolean mariadb) {
    this.mariadb = mariadb;
  }

  @Override
  public void open(Connection session) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute("SET innodb_lock_wait_timeout = " + (mariadb ? 0 : 1));
      statement.execute("SET lock_wait_timeout = 1");
    }
  }

  @Override
  public Map<String, String> state(Connection session) throws SQLException {
    Map<String, String> state = new TreeMap<>();
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      read(statement, "SHOW SESSION STATUS LIKE 'Com\\_%'", state);
      String more =
          "SELECT CONCAT_WS('|', @x, @y, DATABASE(), LAST_INSERT_ID(), CURRENT_ROLE(), "
              + (mariadb ? "@@in_transaction" : "0")
              + "), RELEASE_ALL_LOCKS()";
      try (ResultSet rows = statement.executeQuery(more)) {
        rows.next();
        state.put("session", rows.getString(1) + ", locks " + rows.getString(2));
      }
    }
    return state;
  }

  @Override
  public Map<String, String> settings(Connection session) throws SQLException {
    Map<String, String> settings = new TreeMap<>();
    try (Statement statement = session.createStatement()) {
      read(statement, "SHOW SESSION VARIABLES", settings);
    }
    return settings;
  }

  private static void read(Statement statement, String sql, Map<String, String> into)
      throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        String name = rows.getString(1).toLowerCase(Locale.ROOT);
        if (!VOLATILE.contains(" " + name + " ") && !countsReads(name)) {
          into.put(name, String.valueOf(rows.getString(2)));
        }
      }
    }
  }

  private static boolean countsReads(String name) {
    return switch (name) {
      case "com_select", "com_do", "com_help", "com_checksum", "com_admin_commands" -> true;
      default -> name.startsWith("com_show") || name.startsWith("com_stmt");
    };
  }

  @Override
  public boolean refused(SQLException error) {
    return switch (error.getErrorCode()) {
      case READ_ONLY, READ_ONLY_TRANSACTION, READ_ONLY_MODE, LOCK_WAIT, LOCK_NOWAIT -> true;
      default -> false;
    };
  }
}
