package dev.sluice.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The differences that stay, each described in docs/guarantees.md. */
final class ComparedRules {
  /**
   * A difference that stays.
   *
   * @param ends whether the sides may differ from then on
   */
  record Rule(String name, boolean ends) {}

  private static final Rule CLOSED = new Rule("use after close", false);

  private static final Rule STALE = new Rule("result of an execution before", false);
  private static final Rule READ_ONLY = new Rule("write refused without a server", false);
  private static final Rule READ_ONLY_ENDS = new Rule("write refused without a server", true);
  private static final Rule LAZY = new Rule("transaction not begun", true);
  private static final Rule INVALID = new Rule("invalid option", false);
  private static final Rule UNKNOWN = new Rule("lost connection, outcome unknown", true);
  private static final Rule FAILED = new Rule("result of an execution that failed", true);
  private static final Rule POOL = new Rule("closed by the pool after an error", true);
  private static final Rule PARAMETERS = new Rule("parameters refused at execution", true);
  private static final Rule COMPLETION = new Rule("executed again after completion", true);
  private static final Rule TEXT_MODE = new Rule("autocommit mode by a text", true);
  private static final Rule BATCH = new Rule("how much of a failed batch with keys was done", true);
  private static final Rule OWN = new Rule("setting of the application's own", false);
  private static final Rule DIRECTION = new Rule("fetch direction", false);
  private static final Rule PREPARED = new Rule("text on a prepared statement", true);

  private ComparedRules() {}

  static @Nullable Rule of(
      ComparedSide[] sides,
      ComparedSide.Answer routed,
      ComparedSide.Answer pooled,
      ComparedSide.Answer driver) {
    String message = routed.message();
    if (message.equals("shop: the connection is closed")
        && (pooled.failed() || sides[0].hasClosed)) {
      return CLOSED;
    }
    if (message.equals("shop: the statement is closed") && closed(sides[2].used)) {
      return CLOSED;
    }
    if (sides[0].usedStale && (routed.failed() || routed.what().equals("true"))) {
      return STALE;
    }
    if (message.contains("this read-only transaction lives on")
        || driver.message().startsWith("Connection is read-only")) {
      return READ_ONLY_ENDS;
    }
    if (message.contains(" on a read-only connection")) {
      return sides[0].mysql && driver.failed() && pooled.failed() ? READ_ONLY : READ_ONLY_ENDS;
    }
    if (routed.call().startsWith("ask statement ") && sides[0].failed.contains(sides[0].used)) {
      return FAILED;
    }
    if (message.equals("Connection is closed") && someClosed(sides[1])) {
      return POOL;
    }
    if (routed.what().equals("added") && driver.failed()) {
      return PARAMETERS;
    }
    if (routed.what().contains(" 08007 ") && pooled.what().contains(" 08")) {
      return UNKNOWN;
    }
    if (driver.message().equals("This statement has been closed.")
        && sides[0].used != null
        && completes(sides[0].used)) {
      return COMPLETION;
    }
    Rule dialect = ofDialect(sides[0], routed, driver);
    if (dialect != null) {
      return dialect;
    }
    if (modeRefused(driver) || modeRefused(routed)) {
      return TEXT_MODE;
    }
    if (driver.message().startsWith("Cannot change transaction ") && pooled.failed()) {
      return LAZY;
    }
    if ((message.startsWith("shop: invalid ") || message.startsWith("shop: no such isolation"))
        && driver.failed()) {
      return INVALID;
    }
    if (message.equals("shop: a prepared statement does not take another text")) {
      // What the driver refuses after the server has done something of it counts, too.
      return PREPARED;
    }
    return null;
  }

  /** What one database or its driver does. */
  private static @Nullable Rule ofDialect(
      ComparedSide side, ComparedSide.Answer routed, ComparedSide.Answer driver) {
    if (routed.call().contains("current_setting('app.")
        && routed.what().equals(driver.what().replace("null", ""))) {
      return OWN;
    }
    if (routed.call().startsWith("ask statement ")
        && routed.what().matches("100[12]")
        && driver.what().equals("1000")) {
      return DIRECTION;
    }
    if (!side.mysql
        && routed.what().startsWith("!BatchUpdateException ")
        && withoutCounts(routed).equals(withoutCounts(driver))) {
      return BATCH;
    }
    return null;
  }

  /** What makes sides different though they answer alike: PostgreSQL ends a transaction by it. */
  static @Nullable Rule later(ComparedSide side, ComparedSide.Answer routed) {
    boolean refused =
        routed.message().contains(" on a read-only connection")
            || routed.message().contains("this read-only transaction lives on");
    return refused && !side.mysql ? READ_ONLY_ENDS : null;
  }

  private static boolean modeRefused(ComparedSide.Answer answer) {
    return answer.message().startsWith("Can't call ") && answer.what().contains(" 08003 ");
  }

  private static String withoutCounts(ComparedSide.Answer answer) {
    return answer.what().replaceFirst("\\[[-0-9, ]*\\]", "");
  }

  private static boolean someClosed(ComparedSide side) {
    for (Connection each : side.connections) {
      try {
        if (each != null && each.isClosed()) {
          return true;
        }
      } catch (SQLException e) {
        return true;
      }
    }
    return false;
  }

  private static boolean completes(Statement statement) {
    try {
      return statement.isCloseOnCompletion();
    } catch (SQLException e) {
      return false;
    }
  }

  private static boolean closed(@Nullable Statement statement) {
    try {
      return statement != null && statement.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }
}
