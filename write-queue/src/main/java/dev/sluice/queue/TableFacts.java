package dev.sluice.queue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the catalog says of a table, as far as it decides whether writes of different rows can
 * change places.
 *
 * @param uniqueKeys columns of each unique index
 * @param contained a write of a row touches that row only: it is a base table without triggers and
 *     rules, and no foreign key cascades from it. False also when the catalog does not show it
 */
record TableFacts(Set<Set<String>> uniqueKeys, boolean contained) {
  static final TableFacts UNKNOWN = new TableFacts(Set.of(), false);

  /** Whether writes by this key may be merged and sorted: other rows do not matter to them. */
  boolean independentRows(List<String> key) {
    return contained && uniqueKeys.size() == 1 && uniqueKeys.contains(Set.copyOf(key));
  }

  static TableFacts read(Connection connection, SqlDialect dialect, String table)
      throws SQLException {
    int dot = table.indexOf('.');
    String schema = dot < 0 ? null : table.substring(0, dot);
    String name = table.substring(dot + 1);
    Map<String, Set<String>> unique = new TreeMap<>();
    try (PreparedStatement query = connection.prepareStatement(dialect.uniqueIndexQuery())) {
      query.setString(1, schema);
      query.setString(2, name);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          String column = rows.getString(2);
          unique
              .computeIfAbsent(rows.getString(1), i -> new TreeSet<>())
              .add(column == null ? "(expression)" : column);
        }
      }
    }
    try (PreparedStatement query = connection.prepareStatement(dialect.containedQuery())) {
      query.setString(1, schema);
      query.setString(2, name);
      try (ResultSet rows = query.executeQuery()) {
        return new TableFacts(Set.copyOf(unique.values()), rows.next() && rows.getInt(1) == 1);
      }
    }
  }
}
