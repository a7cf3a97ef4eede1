package dev.sluice.nosql.jdbc;

import dev.sluice.nosql.HotTable;
import dev.sluice.nosql.Retry;
import dev.sluice.nosql.RowBackedStore;
import dev.sluice.sql.Dialect;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * A hot table in MySQL, MariaDB or PostgreSQL.
 *
 * <p>Guarantees: those of {@link dev.sluice.nosql.HotStore}. The table has, besides keys and
 * values, the columns {@code _v} (version), {@code _w} (last request), {@code _d} (tombstone) and
 * {@code _r} (last additions): see {@link #columnsToAdd}. Deleted rows stay as tombstones, so other
 * statements on the table must say {@code WHERE NOT _d}, and every other writer must raise {@code
 * _v} in the same statement. Text keys need a collation that tells apart what Java tells apart;
 * {@link #createTable} uses one. A {@code DECIMAL} column rounds to its own scale. Instants are
 * {@code BIGINT} microseconds since 1970, UUIDs and enums text.
 *
 * <p>Safe for use by several threads. The data source belongs to the caller, who closes it; it must
 * lead to the primary, and its connections must have timeouts, since a statement is waited for as
 * long as the driver waits. Each call is one transaction of its own, in autocommit mode.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class JdbcHotStore<K, V> extends RowBackedStore<K, V> {
  private JdbcHotStore(HotTable<K, V> table, JdbcRows rows, Retry retry) {
    super(table, rows, retry);
  }

  /**
   * Starts a store.
   *
   * @param table the table
   * @param dataSource leads to the primary
   * @param dialect of the database
   * @param <K> the type of the keys
   * @param <V> the type of the values
   * @return a builder
   */
  public static <K, V> Builder<K, V> builder(
      HotTable<K, V> table, DataSource dataSource, Dialect dialect) {
    return new Builder<>(table, dataSource, dialect);
  }

  /**
   * A statement that creates the table.
   *
   * @param table the table
   * @param dialect of the database
   * @return the statement
   */
  public static String createTable(HotTable<?, ?> table, Dialect dialect) {
    return new SqlDialect(dialect).createTable(table);
  }

  /**
   * What an existing table needs.
   *
   * @param dialect of the database
   * @return column definitions, each to follow {@code ALTER TABLE ... ADD COLUMN}
   */
  public static List<String> columnsToAdd(Dialect dialect) {
    return List.of(new SqlDialect(dialect).metadata());
  }

  /**
   * Configures a store. Not safe for use by several threads.
   *
   * @param <K> the type of the keys
   * @param <V> the type of the values
   */
  public static final class Builder<K, V> {
    private final HotTable<K, V> table;
    private final DataSource dataSource;
    private final Dialect dialect;
    private Retry retry = Retry.within(Duration.ofSeconds(3));

    private Builder(HotTable<K, V> table, DataSource dataSource, Dialect dialect) {
      this.table = Objects.requireNonNull(table, "table");
      this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
      this.dialect = Objects.requireNonNull(dialect, "dialect");
    }

    /**
     * How calls are repeated.
     *
     * @param policy the policy; default {@link Retry#within} 3 s
     * @return this builder
     */
    public Builder<K, V> retry(Retry policy) {
      this.retry = policy;
      return this;
    }

    /**
     * Checks everything; makes no call.
     *
     * @return the store
     */
    public JdbcHotStore<K, V> build() {
      Objects.requireNonNull(retry, "retry");
      return new JdbcHotStore<>(
          table, new JdbcRows(dataSource, table, new SqlDialect(dialect)), retry);
    }
  }
}
