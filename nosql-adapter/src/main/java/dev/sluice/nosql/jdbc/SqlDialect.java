package dev.sluice.nosql.jdbc;

import dev.sluice.nosql.Column;
import dev.sluice.nosql.ColumnType;
import dev.sluice.nosql.HotTable;
import dev.sluice.sql.Dialect;
import java.util.StringJoiner;

/** Where the databases differ: quoting, types, and how an update tells what it wrote. */
record SqlDialect(Dialect dialect) {
  boolean returning() {
    return dialect == Dialect.POSTGRESQL;
  }

  String quote(String name) {
    String mark = dialect == Dialect.POSTGRESQL ? "\"" : "`";
    return mark + name + mark;
  }

  String table(HotTable<?, ?> table) {
    StringJoiner joined = new StringJoiner(".");
    for (String part : table.name().split("\\.", -1)) {
      if (!part.matches("[A-Za-z_][A-Za-z0-9_]*")) {
        throw new IllegalArgumentException("name: is no name of a SQL table");
      }
      joined.add(quote(part));
    }
    return joined.toString();
  }

  /** The sort key in the order of its code points, as in DynamoDB. */
  String ordered(Column column) {
    return dialect == Dialect.POSTGRESQL && column.type() == ColumnType.TEXT
        ? quote(column.name()) + " COLLATE \"C\""
        : quote(column.name());
  }

  String createTable(HotTable<?, ?> table) {
    StringJoiner columns =
        new StringJoiner(",\n  ", "CREATE TABLE " + table(table) + " (\n  ", "\n)");
    StringJoiner primary = new StringJoiner(", ", "PRIMARY KEY (", ")");
    for (Column column : table.keyColumns()) {
      columns.add(quote(column.name()) + " " + keyType(column.type()) + " NOT NULL");
      primary.add(quote(column.name()));
    }
    for (Column column : table.valueColumns()) {
      columns.add(
          quote(column.name())
              + " "
              + type(column.type())
              + (column.required() ? " NOT NULL" : ""));
    }
    for (String added : metadata()) {
      columns.add(added);
    }
    return columns.add(primary.toString()).toString();
  }

  /** What an existing table needs in addition. */
  String[] metadata() {
    return new String[] {
      quote(HotTable.VERSION) + " BIGINT NOT NULL DEFAULT 1",
      quote(HotTable.WRITER) + " " + ascii(36),
      quote(HotTable.DELETED) + " BOOLEAN NOT NULL DEFAULT FALSE",
      quote(HotTable.REQUESTS) + " " + ascii(JdbcRows.REQUESTS_LENGTH),
    };
  }

  private String ascii(int length) {
    return switch (dialect) {
      case POSTGRESQL -> "VARCHAR(" + length + ")";
      case MYSQL, MARIADB -> "VARCHAR(" + length + ") CHARACTER SET ascii COLLATE ascii_bin";
    };
  }

  private String keyType(ColumnType type) {
    return switch (type) {
      case INTEGER -> "BIGINT";
      case DATE -> "DATE";
      default ->
          switch (dialect) {
            case POSTGRESQL -> "VARCHAR(255) COLLATE \"C\"";
            // utf8mb4_0900_bin came with 8.0.17 only; keys that differ in padding are refused
            // anyway.
            case MYSQL -> "VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
            case MARIADB -> "VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin";
          };
    };
  }

  private String type(ColumnType type) {
    boolean postgres = dialect == Dialect.POSTGRESQL;
    return switch (type) {
      case TEXT -> postgres ? "TEXT" : "LONGTEXT CHARACTER SET utf8mb4";
      case INTEGER -> "BIGINT";
      case DECIMAL -> postgres ? "NUMERIC" : "DECIMAL(65,19)";
      case DOUBLE -> postgres ? "DOUBLE PRECISION" : "DOUBLE";
      case BOOLEAN -> "BOOLEAN";
      case DATE -> "DATE";
      case BYTES -> postgres ? "BYTEA" : "LONGBLOB";
    };
  }
}
