package dev.sluice.queue;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a connection waits, for a lock in the server and for an answer of it. What is stricter
 * already stays as it is. Immutable.
 *
 * @param dialect the database; null sets nothing
 * @param limit of a wait
 */
record WaitLimits(@Nullable SqlDialect dialect, Duration limit) {
  /** So that the server's own error comes first. */
  private static final long ANSWER_MILLIS = 2000;

  static final WaitLimits NONE = new WaitLimits(null, Duration.ZERO);

  /**
   * What was changed.
   *
   * @param statement sets the server's limits back; empty if they are as they were
   * @param networkTimeout in milliseconds; negative if it is as it was
   */
  record Before(String statement, int networkTimeout) {
    static final Before NOTHING = new Before("", -1);

    void restore(Connection connection) throws SQLException {
      if (!statement.isEmpty()) {
        run(connection, statement);
      }
      if (networkTimeout >= 0) {
        connection.setNetworkTimeout(Runnable::run, networkTimeout);
      }
    }
  }

  /** On a connection outside of a transaction, or a rollback would take it back. */
  Before set(Connection connection) throws SQLException {
    if (dialect == null) {
      return Before.NOTHING;
    }
    int network = network(connection);
    return new Before(
        dialect == SqlDialect.POSTGRESQL ? postgresql(connection) : mysql(connection), network);
  }

  private int network(Connection connection) throws SQLException {
    int longest = (int) Math.min(Integer.MAX_VALUE, limit.toMillis() + ANSWER_MILLIS);
    try {
      int before = connection.getNetworkTimeout();
      if (before > 0 && before <= longest) {
        return -1;
      }
      connection.setNetworkTimeout(Runnable::run, longest);
      return before;
    } catch (SQLFeatureNotSupportedException e) {
      return -1;
    }
  }

  private String postgresql(Connection connection) throws SQLException {
    long[] before = read(connection, "setting FROM pg_settings WHERE name = 'lock_timeout'", 1);
    long most = limit.toMillis();
    if (before[0] > 0 && before[0] <= most) {
      return "";
    }
    run(connection, "SET lock_timeout = " + most);
    return "SET lock_timeout = " + before[0];
  }

  private String mysql(Connection connection) throws SQLException {
    long[] before = read(connection, "@@innodb_lock_wait_timeout, @@lock_wait_timeout", 2);
    long most = Math.max(1, (limit.toMillis() + 999) / 1000);
    if (before[0] <= most && before[1] <= most) {
      return "";
    }
    run(connection, mysql(Math.min(most, before[0]), Math.min(most, before[1])));
    return mysql(before[0], before[1]);
  }

  private static String mysql(long rows, long tables) {
    return "SET SESSION innodb_lock_wait_timeout = "
        + rows
        + ", SESSION lock_wait_timeout = "
        + tables;
  }

  private static long[] read(Connection connection, String what, int columns) throws SQLException {
    long[] read = new long[columns];
    try (Statement query = connection.createStatement();
        ResultSet rows = query.executeQuery("/* sluice:primary */ SELECT " + what)) {
      if (!rows.next()) {
        throw new SQLException("the server does not say its lock timeout", "HY000");
      }
      for (int i = 0; i < columns; i++) {
        read[i] = rows.getLong(i + 1);
      }
    }
    return read;
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
