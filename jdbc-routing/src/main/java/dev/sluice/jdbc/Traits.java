package dev.sluice.jdbc;

import dev.sluice.sql.Route;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementKind;
import java.util.regex.Pattern;

/** Questions about a statement that only the connection asks. */
final class Traits {
  private static final Pattern DIAGNOSTICS =
      Pattern.compile(
          "found_rows|\\bwarnings\\b|\\berrors\\b|diagnostics|warning_count|error_count|row_count",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern AUTOCOMMIT =
      Pattern.compile("\\bautocommit\\b", Pattern.CASE_INSENSITIVE);

  private static final Pattern BEGINS =
      Pattern.compile("\\b(begin|start|chain|xa)\\b", Pattern.CASE_INSENSITIVE);

  private static final Pattern ENDS =
      Pattern.compile("\\b(commit|end|rollback|abort|prepare)\\b", Pattern.CASE_INSENSITIVE);

  private Traits() {}

  /**
   * Whether it may change rows that others see, so that caches and readers must be told. Reads that
   * belong on the primary for other reasons do not; what is not understood does.
   */
  static boolean writes(SqlStatement statement, Route route) {
    if (route == Route.SAME) {
      // EXECUTE of a statement that the session has prepared: whatever that does
      return statement.kind() == StatementKind.CALL;
    }
    if (route != Route.PRIMARY && route != Route.PIN) {
      return false;
    }
    return switch (statement.kind()) {
      case SESSION -> statement.callsUnknownFunctions();
      case TRANSACTION -> statement.normalized().regionMatches(true, 0, "commit prepared", 0, 15);
      case SELECT, UTILITY ->
          !statement.tablesWritten().isEmpty()
              || statement.callsUnknownFunctions()
              || !harmless(statement.rule());
      default -> true;
    };
  }

  /** Rules of the scanner that keep a statement on the primary and say that it writes no rows. */
  private static boolean harmless(String rule) {
    return rule.equals("locking read")
        || rule.equals("primary hint")
        || rule.equals("sequence")
        || rule.equals("state of the primary")
        || rule.equals("administration")
        || rule.equals("notifies")
        || rule.equals("assigns a user variable")
        || rule.equals("SELECT INTO a user variable")
        || rule.startsWith("function of the primary: ")
        || rule.startsWith("takes session state: ")
        || rule.startsWith("changes session state: ");
  }

  /**
   * Whether it changes the autocommit mode where the connection cannot follow: to a value that the
   * text does not show, or as one change of several.
   */
  static boolean hidesAutoCommit(SqlStatement statement) {
    return switch (statement.kind()) {
      case SESSION ->
          (statement.route() == Route.PIN || statement.sessionEffects().size() > 1)
              && AUTOCOMMIT.matcher(statement.sql()).find();
      case MULTIPLE -> AUTOCOMMIT.matcher(statement.normalized()).find();
      default -> false;
    };
  }

  /** Whether several statements in one text may leave a transaction open that none has begun. */
  static boolean mayLeaveTransaction(SqlStatement statement) {
    return statement.kind() == StatementKind.MULTIPLE
        && BEGINS.matcher(statement.normalized()).find();
  }

  /** Whether several statements in one text may end the transaction that is open. */
  static boolean mayEndTransaction(SqlStatement statement) {
    return statement.kind() == StatementKind.MULTIPLE
        && ENDS.matcher(statement.normalized()).find();
  }

  /** Whether it goes back to a savepoint. */
  static boolean undoes(SqlStatement statement) {
    return statement.kind() == StatementKind.TRANSACTION
        && statement.normalized().regionMatches(true, 0, "rollback", 0, 8);
  }

  /** Whether a read-only connection refuses it without asking the server. */
  static boolean certainlyWrites(SqlStatement statement) {
    return switch (statement.kind()) {
      case INSERT, UPDATE, DELETE, MERGE, DDL -> true;
      default -> false;
    };
  }

  /** Whether later statements may ask the connection for what it did: insert ids, sequences. */
  static boolean leavesState(SqlStatement statement, boolean mysql) {
    return switch (statement.kind()) {
      case DELETE, DDL, UTILITY -> false;
      case UPDATE -> !mysql;
      case SELECT -> !statement.rule().equals("locking read");
      default -> true;
    };
  }

  /** Whether it asks for the diagnostics of the statement before it. */
  static boolean diagnoses(SqlStatement statement) {
    return DIAGNOSTICS.matcher(statement.sql()).find();
  }

  /** Whether it can have more than one result. */
  static boolean severalResults(SqlStatement statement) {
    return switch (statement.kind()) {
      case MULTIPLE, CALL, UNKNOWN, UTILITY -> true;
      default -> false;
    };
  }
}
