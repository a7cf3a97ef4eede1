package dev.sluice.nosql.jdbc;

import dev.sluice.nosql.HotStoreException;
import dev.sluice.nosql.OutcomeUnknownException;
import dev.sluice.nosql.UnavailableException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;

/** What an exception of the driver says of the effect. What is not understood counts as doubt. */
final class SqlFailures {
  private static final int LOCK_WAIT_TIMEOUT = 1205;
  private static final int CLIENT_ERRORS = 2000;
  private static final int CLIENT_ERRORS_END = 3000;

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
    boolean doubtful =
        e instanceof SQLTimeoutException
            || e instanceof SQLRecoverableException
            || state.isEmpty()
            || state.startsWith("08")
            || state.startsWith("57P")
            || state.equals("40003")
            || (state.equals("HY000") && clientError(e.getErrorCode()));
    return doubtful
        ? new OutcomeUnknownException("no answer of the database, " + codes(e), e)
        : new HotStoreException("refused by the database, " + codes(e), e);
  }

  static boolean duplicateKey(SQLException e) {
    return "23505".equals(e.getSQLState()) || e.getErrorCode() == 1062;
  }

  private static boolean clientError(int code) {
    return code <= 0 || (code >= CLIENT_ERRORS && code < CLIENT_ERRORS_END);
  }

  private static String codes(SQLException e) {
    return "SQLState " + e.getSQLState() + ", vendor code " + e.getErrorCode();
  }
}
