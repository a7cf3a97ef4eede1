package dev.sluice.queue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Executes planned statements on a connection. */
final class RowSql {
  /** MySQL: a unique index has it already. */
  private static final int DUPLICATE = 1062;

  private final Connection connection;
  private final SqlDialect dialect;

  /** The session's quoting rules; nothing that is executed here changes them. */
  private @Nullable String quoting;

  RowSql(Connection connection, SqlDialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  void execute(Planner.Step step) throws SQLException {
    if (step instanceof Planner.Single single) {
      execute(single.write());
    } else if (step instanceof Planner.Looked looked) {
      lookFirst(looked.row());
    } else if (step instanceof Planner.Refused refused) {
      throw new SQLException(refused.why(), "42000");
    } else if (step instanceof Planner.Rows rows) {
      switch (rows.rows().get(0).operation()) {
        case INSERT, UPSERT, ADD -> insert(rows.rows(), true);
        case UPDATE, ADD_EXISTING -> update(rows.rows());
        case DELETE -> delete(rows.rows());
      }
    }
  }

  private void execute(SqlWrite write) throws SQLException {
    if (!write.isSingle(dialect, quoting())) {
      throw new SQLException("not a single statement for this database", "42000");
    }
    try (PreparedStatement statement = connection.prepareStatement(write.text())) {
      List<@Nullable Object> parameters = write.parameters();
      for (int i = 0; i < parameters.size(); i++) {
        dialect.bindPlain(statement, i + 1, parameters.get(i));
      }
      statement.execute();
    }
  }

  private String quoting() throws SQLException {
    String known = quoting;
    if (known == null) {
      try (PreparedStatement query = connection.prepareStatement(dialect.quotingQuery());
          ResultSet rows = query.executeQuery()) {
        known = rows.next() ? String.valueOf(rows.getString(1)) : "";
      }
      quoting = known;
    }
    return known;
  }

  /** Again, once, if somebody else inserts the row meanwhile. */
  private void lookFirst(RowWrite row) throws SQLException {
    if (changedIfThere(row)) {
      return;
    }
    try {
      insert(List.of(row), false);
    } catch (SQLException e) {
      if (e.getErrorCode() != DUPLICATE || !changedIfThere(row)) {
        throw e;
      }
    }
  }

  private boolean changedIfThere(RowWrite row) throws SQLException {
    String sql =
        "SELECT 1 FROM " + dialect.table(row.table()) + " WHERE " + match(row.keyColumns());
    try (PreparedStatement query = connection.prepareStatement(sql + " FOR UPDATE")) {
      bind(query, row.key());
      try (ResultSet rows = query.executeQuery()) {
        if (!rows.next()) {
          return false;
        }
      }
    }
    if (!row.columns().isEmpty()) {
      update(List.of(row));
    }
    return true;
  }

  private void insert(List<RowWrite> rows, boolean orChange) throws SQLException {
    RowWrite first = rows.get(0);
    List<String> columns = new ArrayList<>(first.keyColumns());
    columns.addAll(first.columns());
    StringBuilder sql = new StringBuilder("INSERT INTO ").append(dialect.table(first.table()));
    sql.append(" (").append(dialect.names(columns)).append(") VALUES ");
    String row = "(" + "?, ".repeat(columns.size() - 1) + "?)";
    sql.append(row).append((", " + row).repeat(rows.size() - 1));
    if (orChange && first.operation().insertsOrChanges()) {
      boolean add = first.operation() == RowWrite.Operation.ADD;
      sql.append(dialect.onConflict(first.keyColumns(), first.columns(), add, first.table()));
    }
    List<@Nullable Object> parameters = new ArrayList<>(columns.size() * rows.size());
    for (RowWrite each : rows) {
      parameters.addAll(each.key());
      parameters.addAll(each.values());
    }
    run(sql.toString(), parameters);
  }

  private void update(List<RowWrite> rows) throws SQLException {
    RowWrite first = rows.get(0);
    boolean add =
        first.operation() == RowWrite.Operation.ADD_EXISTING
            || first.operation() == RowWrite.Operation.ADD;
    if (rows.size() > 1 && dialect == SqlDialect.MYSQL) {
      updateByCases(rows, add);
      return;
    }
    StringBuilder sql = new StringBuilder("UPDATE ").append(dialect.table(first.table()));
    for (int i = 0; i < first.columns().size(); i++) {
      String column = dialect.name(first.columns().get(i));
      sql.append(i == 0 ? " SET " : ", ").append(column).append(" = ");
      sql.append(add ? column + " + ?" : "?");
    }
    sql.append(" WHERE ").append(match(first.keyColumns()));
    try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
      for (RowWrite each : rows) {
        List<@Nullable Object> parameters = new ArrayList<>(each.values());
        parameters.addAll(each.key());
        bind(statement, parameters);
        if (rows.size() > 1) {
          statement.addBatch();
        }
      }
      if (rows.size() > 1) {
        statement.executeBatch();
      } else {
        statement.executeUpdate();
      }
    }
  }

  /** One statement for many rows, where the driver would send one for each. */
  private void updateByCases(List<RowWrite> rows, boolean add) throws SQLException {
    RowWrite first = rows.get(0);
    String match = match(first.keyColumns());
    List<@Nullable Object> parameters = new ArrayList<>();
    StringBuilder sql = new StringBuilder("UPDATE ").append(dialect.table(first.table()));
    for (int i = 0; i < first.columns().size(); i++) {
      String column = dialect.name(first.columns().get(i));
      sql.append(i == 0 ? " SET " : ", ").append(column).append(" = ");
      sql.append(add ? column + " + " : "").append("CASE");
      for (RowWrite each : rows) {
        sql.append(" WHEN ").append(match).append(" THEN ?");
        parameters.addAll(each.key());
        parameters.add(each.values().get(i));
      }
      sql.append(" END");
    }
    sql.append(" WHERE ");
    where(sql, parameters, rows);
    run(sql.toString(), parameters);
  }

  private void delete(List<RowWrite> rows) throws SQLException {
    StringBuilder sql = new StringBuilder("DELETE FROM ");
    sql.append(dialect.table(rows.get(0).table())).append(" WHERE ");
    List<@Nullable Object> parameters = new ArrayList<>();
    where(sql, parameters, rows);
    run(sql.toString(), parameters);
  }

  private void where(StringBuilder sql, List<@Nullable Object> parameters, List<RowWrite> rows) {
    List<String> key = rows.get(0).keyColumns();
    if (key.size() == 1) {
      sql.append(dialect.name(key.get(0)))
          .append(" IN (")
          .append("?, ".repeat(rows.size() - 1))
          .append("?)");
    } else {
      String match = "(" + match(key) + ")";
      sql.append(match).append((" OR " + match).repeat(rows.size() - 1));
    }
    rows.forEach(each -> parameters.addAll(each.key()));
  }

  private String match(List<String> key) {
    StringBuilder match = new StringBuilder();
    for (String column : key) {
      match.append(match.length() > 0 ? " AND " : "").append(dialect.name(column)).append(" = ?");
    }
    return match.toString();
  }

  private void run(String sql, List<@Nullable Object> parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, parameters);
      statement.executeUpdate();
    }
  }

  private void bind(PreparedStatement statement, List<? extends @Nullable Object> parameters)
      throws SQLException {
    for (int i = 0; i < parameters.size(); i++) {
      dialect.bind(statement, i + 1, parameters.get(i));
    }
  }
}
