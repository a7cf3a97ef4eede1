package dev.sluice.queue;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Executes planned statements, none larger than the server takes, on a connection that after a
 * failure is usable or given up. Not thread-safe.
 */
final class StepRunner {
  /** What a value other than text and bytes takes at most. */
  private static final int PLAIN_BYTES = 40;

  private final Connection connection;
  private final SqlDialect dialect;
  private final RowSql sql;
  private final long mostBytes;

  StepRunner(Connection connection, SqlDialect dialect, long mostBytes) {
    this.connection = connection;
    this.dialect = dialect;
    this.mostBytes = mostBytes;
    sql = new RowSql(connection, dialect);
  }

  /**
   * How large the values of a statement may be together: half of what the server takes, since they
   * grow when quotes are escaped.
   */
  static long mostBytes(Connection connection, SqlDialect dialect) throws SQLException {
    if (dialect != SqlDialect.MYSQL) {
      return Long.MAX_VALUE;
    }
    try (Statement query = connection.createStatement();
        ResultSet rows = query.executeQuery("/* sluice:primary */ SELECT @@max_allowed_packet")) {
      return rows.next() ? Math.max(1, rows.getLong(1) / 2) : Long.MAX_VALUE;
    }
  }

  /** A driver failed before the server could say anything: it cannot send one of the values. */
  private static final class UnsentException extends SQLDataException {
    private static final long serialVersionUID = 1L;

    UnsentException(RuntimeException cause) {
      super("the driver cannot send a value: " + cause.getClass().getName(), "22000", cause);
    }
  }

  /** Whether nobody knows what became of the conversation with the server. */
  static boolean outOfStep(SQLException failure) {
    return failure instanceof UnsentException;
  }

  /** Executes all; how many statements that were. */
  int execute(List<Planner.Step> steps) throws SQLException {
    int statements = 0;
    for (Planner.Step step : steps) {
      for (Planner.Step part : parts(step, mostBytes)) {
        try {
          sql.execute(part);
        } catch (RuntimeException e) {
          throw new UnsentException(e);
        }
        statements++;
      }
    }
    return statements;
  }

  /** The same rows in the same order, in statements whose values are not larger, or one row. */
  static List<Planner.Step> parts(Planner.Step step, long mostBytes) {
    if (!(step instanceof Planner.Rows all) || mostBytes == Long.MAX_VALUE) {
      return List.of(step);
    }
    List<Planner.Step> parts = new ArrayList<>();
    List<RowWrite> rows = all.rows();
    int from = 0;
    long bytes = 0;
    for (int i = 0; i < rows.size(); i++) {
      long more = bytes(rows.get(i));
      if (i > from && bytes + more > mostBytes) {
        parts.add(new Planner.Rows(rows.subList(from, i)));
        from = i;
        bytes = 0;
      }
      bytes += more;
    }
    parts.add(from == 0 ? step : new Planner.Rows(rows.subList(from, rows.size())));
    return parts;
  }

  private static long bytes(RowWrite row) {
    long key = 0;
    for (int i = 0; i < row.key().size(); i++) {
      key += PLAIN_BYTES + row.keyColumns().get(i).length() + bytes(row.key().get(i));
    }
    // a CASE for each column names the key again
    long bytes = key * (row.columns().size() + 1L);
    for (Object value : row.values()) {
      bytes += PLAIN_BYTES + (value == null ? 0 : bytes(value));
    }
    return bytes;
  }

  private static long bytes(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes.length;
    }
    if (!(value instanceof String text)) {
      return 0;
    }
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
    }
    return bytes;
  }

  /**
   * Raises now what deferred constraints would say at COMMIT, where nobody could tell which write
   * it is of. They stay deferred.
   */
  void checkDeferred() throws SQLException {
    if (dialect == SqlDialect.POSTGRESQL) {
      Savepoint before = connection.setSavepoint();
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
      }
      connection.rollback(before);
      connection.releaseSavepoint(before);
    }
  }

  /**
   * Undoes what failed. If the driver failed in the middle of something, the connection has to show
   * that answers still belong to their questions: else a commit could be believed that never was.
   */
  void rollback(Savepoint before, SQLException failure) throws SQLException {
    connection.rollback(before);
    if (outOfStep(failure)) {
      long question = System.nanoTime();
      long answer = question + 1;
      try (Statement query = connection.createStatement();
          ResultSet rows = query.executeQuery("SELECT " + question)) {
        if (rows.next()) {
          answer = rows.getLong(1);
        }
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
      }
      if (answer != question) {
        throw new SQLNonTransientConnectionException(
            "the connection is out of step", "08007", failure);
      }
    }
  }
}
