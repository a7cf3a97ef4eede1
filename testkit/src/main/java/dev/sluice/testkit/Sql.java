package dev.sluice.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One-line questions over a connection. */
final class Sql {
  private Sql() {}

  static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() && rows.getString(1) != null ? rows.getString(1) : "";
    }
  }

  static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /** The first row by lower-case column name; empty without a row. */
  static Map<String, @Nullable String> row(Connection connection, String sql) throws SQLException {
    Map<String, @Nullable String> row = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      if (rows.next()) {
        ResultSetMetaData columns = rows.getMetaData();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          row.put(columns.getColumnLabel(i).toLowerCase(java.util.Locale.ROOT), rows.getString(i));
        }
      }
    }
    return row;
  }

  /** Name and number, of a statement such as SHOW STATUS. */
  static Map<String, Long> numbers(Connection connection, String sql) throws SQLException {
    Map<String, Long> numbers = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        numbers.put(rows.getString(1).toLowerCase(java.util.Locale.ROOT), rows.getLong(2));
      }
    }
    return numbers;
  }
}
