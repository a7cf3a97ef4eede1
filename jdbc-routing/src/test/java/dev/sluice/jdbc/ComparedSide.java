package dev.sluice.jdbc;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One of the compared: what a sequence of calls has opened on it. */
final class ComparedSide {
  /** Where connections come from. */
  interface Source {
    Connection connect() throws SQLException;
  }

  /** Called for a pool's connection on which texts have left what a pool does not take back. */
  interface Eviction {
    void evict(Connection connection);
  }

  final String database;
  final boolean mysql;
  final boolean mariadb;
  final boolean two;
  final Connection[] connections = new Connection[2];
  final Statement[] statements = new Statement[4];
  final ResultSet[] results = new ResultSet[3];
  final Savepoint[] savepoints = new Savepoint[2];
  final boolean[] textState = new boolean[2];
  private final Source source;
  private final Eviction eviction;
  private final StringBuilder said = new StringBuilder();
  boolean schemaChanged;

  /** A connection was closed, perhaps one whose statements are still used. */
  boolean hasClosed;

  /** Results whose statement was executed again. */
  final boolean[] stale = new boolean[3];

  private final Statement[] resultOf = new Statement[3];

  /** Statements whose last call failed. */
  final Set<Statement> failed = new HashSet<>();

  /** The result that was used last is stale. */
  boolean usedStale;

  /** The statement that was used last. */
  @Nullable Statement used;

  ComparedSide(
      ComparedDatabase db, String database, boolean two, Source source, Eviction eviction) {
    this.database = database;
    this.mysql = db.mysql;
    this.mariadb = db.engine == dev.sluice.testkit.DatabaseEngine.MARIADB;
    this.two = two;
    this.source = source;
    this.eviction = eviction;
  }

  /** Adds to the description of what was done. */
  <T> T say(T what) {
    said.append(' ').append(String.valueOf(what).replace(database, "DB"));
    return what;
  }

  /** Slot of a connection. */
  int slot(Random r) {
    int drawn = r.nextInt(2);
    return say(two ? drawn : 0);
  }

  Connection connection(int slot) throws SQLException {
    Connection c = connections[slot];
    if (c == null) {
      c = source.connect();
      connections[slot] = c;
    }
    return c;
  }

  /** A statement is executed: what it gave before is closed, as JDBC says. */
  void executes(Statement statement) {
    failed.remove(statement);
    for (int i = 0; i < 3; i++) {
      stale[i] |= resultOf[i] == statement;
    }
  }

  void opened(int slot, Statement by, ResultSet rows) {
    results[slot] = rows;
    resultOf[slot] = by;
    stale[slot] = false;
  }

  /** The result of a slot drawn. */
  @Nullable ResultSet result(Random r) {
    int slot = say(r.nextInt(3));
    usedStale = stale[slot];
    return results[slot];
  }

  /** A text was executed that a pool does not know of. */
  void textState(int slot) {
    textState[slot] = true;
  }

  void closeConnection(int slot) throws SQLException {
    Connection c = connections[slot];
    if (c != null) {
      savepoints[slot] = null;
      hasClosed = true;
      if (textState[slot]) {
        textState[slot] = false;
        eviction.evict(c);
      }
      try {
        c.close();
      } catch (NullPointerException e) {
        // HikariCP restores the settings of a connection that it has just evicted.
      }
    }
  }

  /**
   * What came of a call.
   *
   * @param message of the exception, if there was one
   */
  record Answer(String call, String what, String message) {
    boolean failed() {
      return !message.isEmpty();
    }
  }

  /** Runs a call. */
  Answer run(ComparedCalls.Step step) {
    said.setLength(0);
    usedStale = false;
    used = null;
    String answer;
    String message = "";
    try {
      answer = String.valueOf(step.call().body().run(this, new Random(step.seed())));
    } catch (SQLException e) {
      if (used != null) {
        failed.add(used);
      }
      answer = error(e);
      message = String.valueOf(e.getMessage());
    } catch (RuntimeException e) {
      answer = e.getClass().getSimpleName();
      message = String.valueOf(e.getMessage());
    }
    return new Answer(step.call().name() + said, answer.replace(database, "DB"), message);
  }

  static String error(SQLException e) {
    Class<?> type = e.getClass();
    while (!type.getName().startsWith("java.sql.")) {
      type = type.getSuperclass();
    }
    String counts =
        e instanceof BatchUpdateException batch ? Arrays.toString(batch.getUpdateCounts()) : "";
    return "!" + type.getSimpleName() + ' ' + e.getSQLState() + ' ' + e.getErrorCode() + counts;
  }

  static String rows(@Nullable ResultSet rows) throws SQLException {
    if (rows == null) {
      return "null";
    }
    StringBuilder all = new StringBuilder();
    try (ResultSet each = rows) {
      int columns = each.getMetaData().getColumnCount();
      while (each.next()) {
        for (int i = 1; i <= columns; i++) {
          all.append(each.getString(i)).append(',');
        }
        all.append(';');
      }
    }
    return all.toString();
  }

  /** Closes all; errors are the same on all sides, or nobody minds. */
  void end() {
    for (int slot = 0; slot < 2; slot++) {
      try {
        closeConnection(slot);
      } catch (SQLException e) {
        // A connection that is broken is closed all the same.
      }
      connections[slot] = null;
    }
    Arrays.fill(statements, null);
    Arrays.fill(results, null);
  }
}
