package dev.sluice.queue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog says of a table, as far as it decides whether writes of different rows can
 * change places and writes of one row can be merged.
 *
 * @param id the same for every name of the table; null if this is no table, or not known
 * @param uniqueKeys columns of each unique index; one that is more than columns has another element
 * @param contained a write of a row touches that row only: it is a base table without triggers,
 *     rules and row security, and no foreign key cascades from it. False also when the catalog does
 *     not show it
 * @param changesItself some column is set by the database at each update
 * @param columns types by column
 */
record TableFacts(
    @Nullable String id,
    Set<Set<String>> uniqueKeys,
    boolean contained,
    boolean changesItself,
    Map<String, ColumnType> columns) {
  static final TableFacts UNKNOWN = new TableFacts(null, Set.of(), false, false, Map.of());

  /** Whether writes by this key may be merged and sorted: other rows do not matter to them. */
  boolean independentRows(List<String> key) {
    return id != null && contained && onlyUnique(key);
  }

  /** Whether a row that an insert meets is the one with its key. */
  boolean onlyUnique(List<String> key) {
    return uniqueKeys.size() == 1 && uniqueKeys.contains(Set.copyOf(key));
  }

  ColumnType column(String name) {
    return columns.getOrDefault(name, ColumnType.OTHER);
  }

  static TableFacts read(Connection connection, SqlDialect dialect, String table)
      throws SQLException {
    int dot = table.indexOf('.');
    String schema = dot < 0 ? null : table.substring(0, dot);
    String name = table.substring(dot + 1);
    Map<String, Set<String>> unique = new TreeMap<>();
    try (PreparedStatement query = prepare(connection, dialect.uniqueIndexQuery(), schema, name);
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        String column = rows.getString(2);
        unique
            .computeIfAbsent(rows.getString(1), i -> new TreeSet<>())
            .add(column == null ? "(expression)" : column);
      }
    }
    Map<String, ColumnType> columns = new HashMap<>();
    boolean changesItself = false;
    try (PreparedStatement query = prepare(connection, dialect.columnQuery(), schema, name);
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        columns.put(
            rows.getString(1),
            ColumnType.of(
                rows.getString(2),
                rows.getBoolean(3),
                rows.getInt(4),
                rows.getInt(5),
                rows.getLong(6),
                rows.getString(7)));
        changesItself |= rows.getBoolean(8);
      }
    }
    try (PreparedStatement query = prepare(connection, dialect.tableQuery(), schema, name);
        ResultSet rows = query.executeQuery()) {
      return rows.next()
          ? new TableFacts(
              rows.getString(1),
              Set.copyOf(unique.values()),
              rows.getInt(2) == 1,
              changesItself,
              Map.copyOf(columns))
          : UNKNOWN;
    }
  }

  private static PreparedStatement prepare(
      Connection connection, String sql, @Nullable String schema, String name) throws SQLException {
    PreparedStatement query = connection.prepareStatement(sql);
    try {
      query.setString(1, schema);
      query.setString(2, name);
      return query;
    } catch (SQLException | RuntimeException e) {
      query.close();
      throw e;
    }
  }
}
