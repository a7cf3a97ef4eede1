package dev.sluice.jdbc;

import dev.sluice.sql.Dialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The code that a server's catalog holds, in the same form for all dialects: what runs when a
 * function is called or a view is read.
 *
 * @param routines functions, aggregates and procedures that are no builtin ones
 * @param names views, tables with row security, types with checks
 * @param symbols operators, and types with casts, by the function behind them
 * @param packages names that stand before a dot and are no schema (MariaDB)
 */
record RoutineRows(
    List<Routine> routines, List<Code> names, List<Symbol> symbols, Set<String> packages) {
  static final RoutineRows NONE = new RoutineRows(List.of(), List.of(), List.of(), Set.of());

  /** How much of a routine can be told. */
  enum Form {
    /** Does what its text says: a block. */
    BLOCK,
    /** Does what its text says: one or more statements. */
    STATEMENTS,
    /** Reads nothing but its arguments, as its owner has declared and the server relies on. */
    PURE,
    /** Machine code that may write rows, and defines no tables or routines. */
    NATIVE,
    /** Anything. */
    OPAQUE
  }

  /**
   * A routine; those with the same name are one.
   *
   * @param schema its schema, lower case
   * @param name its name, lower case
   * @param form what its body is
   * @param body its text; null if it is not shown
   * @param more statements that run when it is called, beside its body; empty if none do
   * @param parameters names that it may assign, lower case
   */
  record Routine(
      String schema,
      String name,
      Form form,
      @Nullable String body,
      String more,
      Set<String> parameters) {}

  /**
   * Code that runs when a name is mentioned.
   *
   * @param name last identifier, lower case
   * @param relation whether it is read like a table; else it is a type
   * @param text a query; null if it is not shown
   */
  record Code(String name, boolean relation, @Nullable String text) {}

  /**
   * Text that calls a function without its name.
   *
   * @param text an operator, or the name of a type, lower case
   * @param function the function, with its schema, lower case
   */
  record Symbol(String text, String function) {}

  /** Whether something has changed since a fingerprint was taken, without the texts themselves. */
  static String fingerprint(Connection connection, Dialect dialect, int timeoutSeconds)
      throws SQLException {
    String query = dialect == Dialect.POSTGRESQL ? PgRoutines.FINGERPRINT : MyRoutines.FINGERPRINT;
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(timeoutSeconds);
      try (ResultSet row = statement.executeQuery(query)) {
        return row.next() ? String.valueOf(row.getString(1)) : "";
      }
    }
  }

  /** Asks; a few round trips, for the background. */
  static RoutineRows load(Connection connection, Dialect dialect, int timeoutSeconds)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(timeoutSeconds);
      return dialect == Dialect.POSTGRESQL
          ? PgRoutines.load(statement)
          : MyRoutines.load(statement);
    }
  }

  /** One row of a query. */
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  static <T> List<T> list(Statement statement, String query, Row<T> each) throws SQLException {
    List<T> all = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        all.add(each.read(row));
      }
    }
    return all;
  }

  static String lower(@Nullable String name) {
    return name == null ? "" : name.toLowerCase(Locale.ROOT);
  }
}
