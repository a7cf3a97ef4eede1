package dev.sluice.jdbc;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/** What an exception of a driver says about connection and node. Decides nothing else. */
final class Failures {
  private static final String UNKNOWN_OUTCOME = "08007";

  /** As the peers have it: the connection is another one, begin again. */
  private static final String BEGIN_AGAIN = "08S02";

  /** MySQL and MariaDB: the server does not say what went wrong. */
  private static final int UNKNOWN_SERVER_ERROR = 1105;

  /** Chains of exceptions may be circles. */
  private static final int MOST_EXCEPTIONS = 10;

  private Failures() {}

  /** Whether the connection is gone, so that the outcome of what was under way is not known. */
  static boolean connectionLost(SQLException e) {
    if (callersMistake(e)) {
      return false;
    }
    if (e instanceof SQLNonTransientConnectionException
        || e instanceof SQLTransientConnectionException
        || e instanceof SQLRecoverableException) {
      return true;
    }
    String state = state(e);
    return state.startsWith("08")
        || state.equals("57P01")
        || state.equals("57P02")
        || state.equals("57P03")
        || state.equals("40003");
  }

  /**
   * Whether a driver refuses what it was asked, a parameter that is not set for example. The driver
   * of MariaDB has the classes of lost connections for it.
   */
  static boolean callersMistake(SQLException e) {
    return state(e).startsWith("07");
  }

  /**
   * Whether a connection is not used again after this: it is lost, or what the driver keeps for it
   * may not fit any more, as a plan whose table has changed (0A000). As HikariCP judges the errors
   * of these databases.
   */
  static boolean costsConnection(SQLException e) {
    @Nullable SQLException each = e;
    for (int depth = 0; each != null && depth < MOST_EXCEPTIONS; depth++) {
      String state = state(each);
      if (connectionLost(each)
          || state.equals("0A000")
          || state.equals("01002")
          || each.getErrorCode() == UNKNOWN_SERVER_ERROR) {
        return true;
      }
      each = each.getNextException();
    }
    return false;
  }

  /**
   * Whether the server has certainly answered with an error. A driver has errors of its own, also
   * for what the server has done: an unexpected result, a time limit that came too late.
   */
  static boolean refused(SQLException e) {
    String state = state(e);
    return !connectionLost(e)
        && !(e instanceof SQLTimeoutException)
        && state.length() == 5
        && !state.startsWith("0")
        && !state.startsWith("S")
        && (!state.startsWith("HY") || e.getErrorCode() > 0);
  }

  /**
   * Whether a read that ended so may be repeated on another node: the connection is gone, or the
   * replica cancelled it because of what it had to replay. Not on a thread that is interrupted: if
   * it is a virtual one that has closed the socket, and would close the next one.
   */
  static boolean worthAnotherNode(SQLException e) {
    return (connectionLost(e) || state(e).equals("40001"))
        && !Thread.currentThread().isInterrupted();
  }

  /** Whether a read-only node took the statement for a write. */
  static boolean refusedAsWrite(SQLException e) {
    return state(e).equals("25006")
        || switch (e.getErrorCode()) {
          case 1290, 1792, 1836 -> true;
          default -> false;
        };
  }

  /**
   * Whether no standby of PostgreSQL may be able to answer a read that this one has refused: it has
   * no unlogged tables. The same state stands for a plan whose table has changed, which the primary
   * answers too.
   */
  static boolean beyondStandbys(SQLException e) {
    return state(e).equals("0A000");
  }

  /**
   * What the caller is told when the answer to a commit was lost. Not the driver's own exception,
   * whose SQLState is that of a connection lost before anything was done, which is repeated safely.
   *
   * @param doing what was done, and what may be committed
   */
  static SQLException unknownOutcome(String name, String doing, SQLException lost) {
    String message =
        name
            + ": the connection to the primary was lost while "
            + doing
            + " may be committed or not";
    return lost instanceof BatchUpdateException batch
        ? new BatchUpdateException(
            message, UNKNOWN_OUTCOME, lost.getErrorCode(), batch.getLargeUpdateCounts(), lost)
        : new SQLNonTransientConnectionException(
            message, UNKNOWN_OUTCOME, lost.getErrorCode(), lost);
  }

  /**
   * What the caller is told when its transaction is gone and certainly nothing of it is committed.
   *
   * @param error what the driver said; null if it was not asked
   */
  static SQLException rolledBack(String name, @Nullable SQLException error) {
    return new SQLTransientConnectionException(
        name
            + (error == null
                ? ": another node is the primary now"
                : ": the connection was lost in a transaction")
            + "; nothing of the transaction is committed, roll back and begin again",
        BEGIN_AGAIN,
        error == null ? 0 : error.getErrorCode(),
        error);
  }

  /** What the caller is told when what its connection held has gone with the old primary. */
  static SQLException stateLost(String name) {
    return new SQLTransientConnectionException(
        name
            + ": another node is the primary now, and what this connection kept on the old one"
            + " (insert ids, temporary tables, locks) is gone; nothing was done",
        BEGIN_AGAIN);
  }

  /** What the caller is told when a node has answered a commit after it was replaced. */
  static SQLException replaced(String name, String doing) {
    return new SQLNonTransientConnectionException(
        name + ": another node became the primary while " + doing + " may be on the new one or not",
        UNKNOWN_OUTCOME);
  }

  private static String state(SQLException e) {
    @Nullable String state = e.getSQLState();
    return state == null ? "" : state;
  }
}
