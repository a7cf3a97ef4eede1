package dev.sluice.queue;

import dev.sluice.sql.Dialect;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What differs between databases. */
enum SqlDialect {
  /** MySQL, Aurora MySQL and MariaDB. */
  MYSQL {
    @Override
    char quote() {
      return '`';
    }

    @Override
    String onConflict(List<String> key, List<String> columns, boolean add, String table) {
      StringBuilder sql = new StringBuilder(" ON DUPLICATE KEY UPDATE ");
      if (columns.isEmpty()) {
        String column = name(key.get(0));
        return sql.append(column).append(" = ").append(column).toString();
      }
      for (int i = 0; i < columns.size(); i++) {
        String column = name(columns.get(i));
        sql.append(i > 0 ? ", " : "").append(column).append(" = ");
        sql.append(add ? column + " + " : "").append("VALUES(").append(column).append(')');
      }
      return sql.toString();
    }

    @Override
    String uniqueIndexQuery() {
      // of a prefix only the beginning is unique
      return "SELECT index_name, CASE WHEN sub_part IS NULL THEN column_name END FROM information_schema.statistics"
          + " WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ? AND non_unique = 0";
    }

    @Override
    String columnQuery() {
      return "SELECT column_name, data_type, column_type LIKE '%unsigned%', COALESCE(numeric_precision, -1),"
          + " COALESCE(numeric_scale, -1), COALESCE(character_maximum_length, -1), COALESCE(collation_name, ''),"
          + " extra LIKE '%on update%' FROM information_schema.columns"
          + " WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ?";
    }

    @Override
    String tableQuery() {
      // triggers are shown only to those who may make some; other engines may show rows of another
      // table
      return """
          SELECT CONCAT(t.table_schema, '.', t.table_name), CASE WHEN t.engine IN ('InnoDB', 'ROCKSDB')
            AND (EXISTS (SELECT 1 FROM information_schema.user_privileges p WHERE p.privilege_type = 'TRIGGER' AND p.grantee = CONCAT('''', SUBSTRING_INDEX(CURRENT_USER(), '@', 1), '''@''', SUBSTRING_INDEX(CURRENT_USER(), '@', -1), ''''))
              OR EXISTS (SELECT 1 FROM information_schema.schema_privileges p
                WHERE p.privilege_type = 'TRIGGER' AND t.table_schema LIKE p.table_schema
                AND p.grantee = CONCAT('''', SUBSTRING_INDEX(CURRENT_USER(), '@', 1), '''@''', SUBSTRING_INDEX(CURRENT_USER(), '@', -1), ''''))
              OR EXISTS (SELECT 1 FROM information_schema.table_privileges p
                WHERE p.privilege_type = 'TRIGGER' AND p.table_schema = t.table_schema AND p.table_name = t.table_name
                AND p.grantee = CONCAT('''', SUBSTRING_INDEX(CURRENT_USER(), '@', 1), '''@''', SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''')))
            AND NOT EXISTS (SELECT 1 FROM information_schema.triggers g
              WHERE g.event_object_schema = t.table_schema AND g.event_object_table = t.table_name)
            AND NOT EXISTS (SELECT 1 FROM information_schema.referential_constraints r
              WHERE r.unique_constraint_schema = t.table_schema AND r.referenced_table_name = t.table_name
              AND r.delete_rule NOT IN ('NO ACTION', 'RESTRICT'))
            THEN 1 ELSE 0 END
          FROM information_schema.tables t WHERE t.table_schema = COALESCE(?, DATABASE()) AND t.table_name = ?
            AND t.table_type = 'BASE TABLE'""";
    }

    @Override
    String quotingQuery() {
      return "SELECT @@sql_mode";
    }

    @Override
    List<Dialect> lexers() {
      return List.of(Dialect.MYSQL, Dialect.MARIADB);
    }

    @Override
    String ignoreDuplicates() {
      return " ON DUPLICATE KEY UPDATE lane = VALUES(lane)";
    }

    @Override
    String advanceStream() {
      return " ON DUPLICATE KEY UPDATE last_seq = VALUES(last_seq)";
    }
  },

  /** PostgreSQL and Aurora PostgreSQL. */
  POSTGRESQL {
    @Override
    char quote() {
      return '"';
    }

    @Override
    String onConflict(List<String> key, List<String> columns, boolean add, String table) {
      StringBuilder sql = new StringBuilder(" ON CONFLICT (").append(names(key)).append(") DO ");
      if (columns.isEmpty()) {
        return sql.append("NOTHING").toString();
      }
      sql.append("UPDATE SET ");
      String own = name(table.substring(table.indexOf('.') + 1));
      for (int i = 0; i < columns.size(); i++) {
        String column = name(columns.get(i));
        sql.append(i > 0 ? ", " : "").append(column).append(" = ");
        sql.append(add ? own + "." + column + " + " : "").append("EXCLUDED.").append(column);
      }
      return sql.toString();
    }

    @Override
    String uniqueIndexQuery() {
      // what an index excludes in another way, in part or under another collation is more than its
      // columns
      return """
          SELECT i.indexrelid::text, CASE WHEN i.indpred IS NULL AND i.indisunique AND NOT i.indisexclusion
            AND i.indcollation[k.n] IN (0, a.attcollation) THEN a.attname END
          FROM pg_index i CROSS JOIN LATERAL generate_series(0, i.indnkeyatts - 1) AS k(n)
          LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.n] AND a.attnum > 0
          WHERE (i.indisunique OR i.indisexclusion) AND i.indrelid IN (SELECT tree.oid FROM ("""
          + TREE
          + ") tree)";
    }

    @Override
    String columnQuery() {
      return """
          SELECT a.attname, t.typname, false,
            CASE WHEN a.atttypmod >= 4 THEN ((a.atttypmod - 4) >> 16) & 65535 ELSE -1 END,
            CASE WHEN a.atttypmod >= 4 THEN (a.atttypmod - 4) & 2047 ELSE -1 END,
            CASE WHEN a.atttypmod >= 4 THEN a.atttypmod - 4 ELSE -1 END,
            CASE WHEN c.collisdeterministic THEN 'exact' ELSE '' END, false
          FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation c ON c.oid = a.attcollation
          WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = to_regclass("""
          + REGCLASS
          + ")";
    }

    @Override
    String tableQuery() {
      // rows of a partition are also rows of another table: written by that name they are not told
      // apart
      return "WITH tree AS ("
          + TREE
          + """
          )
          SELECT c.oid::text, CASE WHEN NOT EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhrelid = c.oid)
            AND NOT EXISTS (SELECT 1 FROM pg_class m WHERE m.oid IN (SELECT oid FROM tree) AND (m.relkind NOT IN ('r', 'p')
              OR m.relhasrules OR m.relrowsecurity OR (m.relkind = 'r' AND m.relhassubclass)))
            AND NOT EXISTS (SELECT 1 FROM pg_trigger g WHERE g.tgrelid IN (SELECT oid FROM tree) AND NOT g.tgisinternal)
            AND NOT EXISTS (SELECT 1 FROM pg_constraint r WHERE r.confrelid IN (SELECT oid FROM tree) AND r.contype = 'f'
              AND r.confdeltype NOT IN ('a', 'r'))
            THEN 1 ELSE 0 END
          FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.oid = (SELECT root FROM tree LIMIT 1)""";
    }

    @Override
    String quotingQuery() {
      return "SHOW standard_conforming_strings";
    }

    @Override
    List<Dialect> lexers() {
      return List.of(Dialect.POSTGRESQL);
    }

    @Override
    String ignoreDuplicates() {
      return " ON CONFLICT (queue_id, lane) DO NOTHING";
    }

    @Override
    String advanceStream() {
      return " ON CONFLICT (queue_id, lane, producer_id) DO UPDATE SET last_seq = EXCLUDED.last_seq";
    }

    @Override
    void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
      if (value instanceof String || value == null) {
        // of no type, so that it takes the column's: json, uuid, an enum
        statement.setObject(index, value, Types.OTHER);
      } else {
        statement.setObject(index, value);
      }
    }
  };

  private static final String REGCLASS =
      "COALESCE(quote_ident(?::text) || '.', '') || quote_ident(?::text)";

  /** A table and its partitions. */
  private static final String TREE =
      "SELECT o.oid, n.root FROM (SELECT to_regclass("
          + REGCLASS
          + ") AS root) n CROSS JOIN LATERAL (SELECT n.root::oid AS oid"
          + " UNION SELECT p.relid::oid FROM pg_partition_tree(n.root) p) o";

  abstract char quote();

  /** What makes an INSERT set, or add to, the columns of a row that is there. */
  abstract String onConflict(List<String> key, List<String> columns, boolean add, String table);

  /**
   * Parameters: schema or null, table. Rows: unique or excluding index, column; null for what is
   * not just a column.
   */
  abstract String uniqueIndexQuery();

  /** Parameters: schema or null, table. Rows: column, its type, whether it changes by itself. */
  abstract String columnQuery();

  /**
   * Parameters: schema or null, table. One row for a table, none for a view: the same text for
   * every name of it, and 1 if it is known to be contained.
   */
  abstract String tableQuery();

  /** Shows the session's setting that decides where quoted text ends. */
  abstract String quotingQuery();

  /** How the core's scanner may have to read this dialect. */
  abstract List<Dialect> lexers();

  abstract String ignoreDuplicates();

  abstract String advanceStream();

  /** Binds a value of a typed write. */
  void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
    bindPlain(statement, index, value);
  }

  /** Binds a value as drivers do. */
  void bindPlain(PreparedStatement statement, int index, @Nullable Object value)
      throws SQLException {
    if (value == null) {
      statement.setNull(index, Types.NULL);
    } else if (value instanceof UUID && this == MYSQL) {
      statement.setString(index, value.toString());
    } else if (value instanceof BigDecimal number) {
      statement.setBigDecimal(index, number);
    } else {
      statement.setObject(index, value);
    }
  }

  String name(String identifier) {
    return quote() + identifier + quote();
  }

  String table(String name) {
    int dot = name.indexOf('.');
    return dot < 0
        ? name(name)
        : name(name.substring(0, dot)) + '.' + name(name.substring(dot + 1));
  }

  String names(List<String> identifiers) {
    StringBuilder all = new StringBuilder();
    for (String identifier : identifiers) {
      all.append(all.length() > 0 ? ", " : "").append(name(identifier));
    }
    return all.toString();
  }

  static SqlDialect of(Connection connection) throws SQLException {
    DatabaseMetaData meta = connection.getMetaData();
    String product = meta.getDatabaseProductName().toLowerCase(Locale.ROOT);
    if (product.contains("postgresql")) {
      return POSTGRESQL;
    }
    if (product.contains("mysql") || product.contains("mariadb")) {
      return MYSQL;
    }
    throw new SQLException(
        "dataSource: the write queue writes to MySQL, MariaDB and PostgreSQL, not to "
            + meta.getDatabaseProductName(),
        "0A000");
  }

  /** Refuses connections whose driver is known to lose batches. */
  static void requireSafe(Connection connection) throws SQLException {
    String url = connection.getMetaData().getURL();
    String lower = url == null ? "" : url.toLowerCase(Locale.ROOT);
    if (lower.contains("uselocaltransactionstate=true")
        && lower.contains("rewritebatchedstatements=true")) {
      throw new SQLException(
          "dataSource: useLocalTransactionState together with rewriteBatchedStatements loses writes"
              + " (Connector/J bug 89948); turn one of them off",
          "0A000");
    }
  }
}
