package dev.sluice.nosql.jdbc;

import dev.sluice.nosql.HotStoreException;
import dev.sluice.nosql.OutcomeUnknownException;
import dev.sluice.nosql.UnavailableException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.util.Set;

/** What an exception of the driver says of the effect. What is not understood counts as doubt. */
final class SqlFailures {
  private static final int LOCK_WAIT_TIMEOUT = 1205;

  /**
   * Classes of SQLState with which a server refuses a statement: feature not supported, cardinality
   * violation, data exception, integrity constraint, invalid transaction state (read only), syntax
   * or access rule, with check option, program limit.
   */
  private static final Set<String> REFUSALS =
      Set.of("0A", "21", "22", "23", "25", "28", "3D", "3F", "42", "44", "54");

  /**
   * MySQL and MariaDB give many refusals the general state: field without default, out of range for
   * a column, read-only server.
   */
  private static final Set<Integer> REFUSED = Set.of(1290, 1364, 1836, 1264, 1265, 1366, 1292);

  private SqlFailures() {}

  static HotStoreException notConnected(SQLException e) {
    return new UnavailableException("no connection, " + codes(e), e);
  }

  /** A statement in autocommit mode failed. */
  static HotStoreException of(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (state.equals("40001")
        || state.equals("40P01")
        || state.equals("55P03")
        || e.getErrorCode() == LOCK_WAIT_TIMEOUT) {
      return new UnavailableException("lost against another transaction, " + codes(e), e);
    }
    boolean answered =
        !(e instanceof SQLTimeoutException || e instanceof SQLRecoverableException)
            && state.length() >= 2
            && (REFUSALS.contains(state.substring(0, 2)) || refused(e.getErrorCode()));
    return answered
        ? new HotStoreException("refused by the database, " + codes(e), e)
        : new OutcomeUnknownException("no definite answer of the database, " + codes(e), e);
  }

  /** A failure after a write that was made: what it did is there, what it would tell is lost. */
  static HotStoreException afterWrite(SQLException e) {
    return new OutcomeUnknownException("the answer to a write was lost, " + codes(e), e);
  }

  static boolean duplicateKey(SQLException e) {
    return "23505".equals(e.getSQLState()) || e.getErrorCode() == 1062;
  }

  private static boolean refused(int code) {
    return REFUSED.contains(code);
  }

  private static String codes(SQLException e) {
    return "SQLState " + e.getSQLState() + ", vendor code " + e.getErrorCode();
  }
}
