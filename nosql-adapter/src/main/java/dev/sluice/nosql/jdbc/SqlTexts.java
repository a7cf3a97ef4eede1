package dev.sluice.nosql.jdbc;

import dev.sluice.nosql.Column;
import dev.sluice.nosql.HotTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The statements of one table, made once. */
final class SqlTexts {
  private final SqlDialect dialect;
  private final String table;
  private final List<Column> keys;
  private final List<Column> values;
  private final String where;
  private final String remember;

  final String version;
  final String writer;
  final String deleted;
  final String requests;
  final String read;
  final String insert;
  final String putAny;
  final String putVersion;
  final String revive;
  final String delete;
  final String deleteVersion;
  final String withdraw;
  final String state;

  SqlTexts(HotTable<?, ?> hotTable, SqlDialect dialect) {
    this.dialect = dialect;
    this.table = dialect.table(hotTable);
    this.keys = hotTable.keyColumns();
    this.values = hotTable.valueColumns();
    this.version = dialect.quote(HotTable.VERSION);
    this.writer = dialect.quote(HotTable.WRITER);
    this.deleted = dialect.quote(HotTable.DELETED);
    this.requests = dialect.quote(HotTable.REQUESTS);
    this.where =
        " WHERE "
            + keys.stream()
                .map(c -> dialect.quote(c.name()) + "=?")
                .collect(Collectors.joining(" AND "));
    this.read = select() + where;
    String all =
        values.stream().map(c -> dialect.quote(c.name()) + "=?").collect(Collectors.joining(", "));
    String update =
        "UPDATE " + table + " SET " + all + ", " + writer + "=?, " + deleted + "=FALSE, ";
    String next = version + "=" + version + "+1";
    this.putAny =
        update
            + version
            + "="
            + told(version + "+1")
            + where
            + " AND ("
            + writer
            + " IS NULL OR "
            + writer
            + "<>?)"
            + returning(version);
    this.putVersion = update + next + where + " AND " + version + "=? AND " + deleted + "=FALSE";
    this.revive = update + next + where + " AND " + version + "=? AND " + deleted + "=TRUE";
    this.delete =
        "UPDATE " + table + " SET " + writer + "=?, " + deleted + "=TRUE, " + next + where + " AND "
            + deleted + "=FALSE";
    this.deleteVersion = delete + " AND " + version + "=?";
    this.insert = insert();
    this.remember = remember();
    this.withdraw = "UPDATE " + table + " SET " + remember;
    this.state =
        "SELECT " + version + ", " + deleted + ", " + writer + ", " + requests + " FROM " + table
            + where;
  }

  /** MySQL and MariaDB have no RETURNING here; LAST_INSERT_ID(x) keeps x for the connection. */
  private String told(String expression) {
    return dialect.returning() ? expression : "LAST_INSERT_ID(" + expression + ")";
  }

  private String returning(String column) {
    return dialect.returning() ? " RETURNING " + column : "";
  }

  private String select() {
    List<String> columns = new ArrayList<>();
    keys.forEach(c -> columns.add(dialect.quote(c.name())));
    values.forEach(c -> columns.add(dialect.quote(c.name())));
    columns.add(version);
    columns.add(writer);
    columns.add(deleted);
    return "SELECT " + String.join(", ", columns) + " FROM " + table;
  }

  private String insert() {
    List<String> columns = new ArrayList<>();
    values.forEach(c -> columns.add(dialect.quote(c.name())));
    columns.add(writer);
    keys.forEach(c -> columns.add(dialect.quote(c.name())));
    return "INSERT INTO "
        + table
        + " ("
        + String.join(", ", columns)
        + ", "
        + version
        + ") VALUES ("
        + "?, ".repeat(columns.size())
        + "1)";
  }

  String add(int column) {
    String counter = dialect.quote(values.get(column).name());
    String known = "COALESCE(" + counter + ",0)";
    return "UPDATE "
        + table
        + " SET "
        + counter
        + "="
        + told(known + "+?")
        + ", "
        + remember
        + " AND "
        + known
        + " BETWEEN ? AND ?"
        + returning(counter);
  }

  /** Remembers a request, if it is within the bounds of versions and not there yet. */
  private String remember() {
    return requests
        + "=SUBSTRING(CONCAT(?, COALESCE("
        + requests
        + ",',')),1,"
        + JdbcRows.REQUESTS_LENGTH
        + "), "
        + writer
        + "=?, "
        + version
        + "="
        + version
        + "+1"
        + where
        + " AND "
        + deleted
        + "=FALSE AND "
        + version
        + ">=? AND "
        + version
        + "<?"
        + " AND ("
        + requests
        + " IS NULL OR (POSITION(? IN "
        + requests
        + ")=0 AND POSITION(? IN "
        + requests
        + ")=0))";
  }

  String counter(int column) {
    return "SELECT " + dialect.quote(values.get(column).name()) + ", " + state.substring(7);
  }

  String readAll(int count) {
    String names =
        keys.stream().map(c -> dialect.quote(c.name())).collect(Collectors.joining(", "));
    String one = keys.size() == 1 ? "?" : "(?, ?)";
    return select()
        + " WHERE "
        + (keys.size() == 1 ? names : "(" + names + ")")
        + " IN ("
        + one
        + (", " + one).repeat(count - 1)
        + ") AND "
        + deleted
        + "=FALSE";
  }

  String query(boolean from) {
    String sort = dialect.ordered(keys.get(1));
    return select()
        + " WHERE "
        + dialect.quote(keys.get(0).name())
        + "=? AND "
        + deleted
        + "=FALSE"
        + (from ? " AND " + sort + ">?" : "")
        + " ORDER BY "
        + sort
        + " LIMIT ?";
  }
}
