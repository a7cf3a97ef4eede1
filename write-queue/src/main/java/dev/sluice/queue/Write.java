package dev.sluice.queue;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A write to be queued: one row by its primary key, an SQL statement, or several writes that take
 * effect together or not at all. Immutable; make it with the methods here.
 *
 * <p>Writes with equal {@linkplain #orderingKey ordering keys} take effect in the order in which
 * they were submitted. A row's own key orders its writes unless {@link #orderedBy} says otherwise;
 * whoever writes one row under different ordering keys gives up its order. Spellings of one key
 * that differ in case, marks, punctuation, leading or trailing zeros or the offset of a moment have
 * one ordering key. What only the table's definition tells has not: a table with and without its
 * schema, a date with and without separators, {@code ü} and {@code ue}. Write one table and one key
 * in one way, or give an ordering key.
 *
 * <p>Writes of rows name table and columns exactly as the database's catalog spells them. They may
 * be merged with others of the same transaction where that gives the same result: only where the
 * table has no triggers, rules, row security or exclusion constraints, no foreign key that cascades
 * from it and no unique index other than the key given, counting its partitions; where keys are
 * numbers, UUIDs, dates, bytes, or text whose collation is known not to equate them; where amounts
 * fit the scale of an exact column. Otherwise they are applied one by one. A write that is
 * overwritten by a later one in the same transaction is not executed by itself, so an error of its
 * own is not seen. A table's definition is read every 30 seconds: so long a new index, trigger or
 * constraint may not be heeded by merging.
 *
 * <p>Values are null, String, Boolean, Byte, Short, Integer, Long, BigInteger, BigDecimal, Float,
 * Double, byte[], LocalDate, LocalTime, LocalDateTime, OffsetDateTime, Instant or UUID; others are
 * refused with an {@link IllegalArgumentException}.
 */
public sealed interface Write permits RowWrite, SqlWrite, WriteGroup {
  /**
   * What orders this write.
   *
   * @return the key, not empty
   */
  String orderingKey();

  /**
   * The same write ordered by another key, for example the customer's.
   *
   * @param orderingKey the key, 1 to 500 characters
   * @return a write like this one
   */
  Write orderedBy(String orderingKey);

  /**
   * Inserts a row. If it is there already, the write is parked.
   *
   * @param table the table, perhaps with its schema: {@code shop.orders}
   * @param key the primary key: values by column
   * @param columns the other columns; those left out take their defaults
   * @return the write
   */
  static Write insert(String table, Map<String, ?> key, Map<String, ?> columns) {
    return RowWrite.of(RowWrite.Operation.INSERT, table, key, columns);
  }

  /**
   * Inserts a row or, if it is there, sets its columns. No other row is ever changed: a conflict in
   * another unique index parks the write, and so does a key that is no unique index.
   *
   * @param table the table
   * @param key the primary key, or the columns of another unique index
   * @param columns the other columns
   * @return the write
   */
  static Write upsert(String table, Map<String, ?> key, Map<String, ?> columns) {
    return RowWrite.of(RowWrite.Operation.UPSERT, table, key, columns);
  }

  /**
   * Sets columns of a row. If there is no such row, nothing happens.
   *
   * @param table the table
   * @param key the primary key
   * @param columns the columns to set, at least one
   * @return the write
   */
  static Write update(String table, Map<String, ?> key, Map<String, ?> columns) {
    return RowWrite.of(RowWrite.Operation.UPDATE, table, key, columns);
  }

  /**
   * Deletes a row. If there is no such row, nothing happens.
   *
   * @param table the table
   * @param key the primary key
   * @return the write
   */
  static Write delete(String table, Map<String, ?> key) {
    return RowWrite.of(RowWrite.Operation.DELETE, table, key, Map.of());
  }

  /**
   * Adds to the columns of a row, or inserts it with the amounts as its first values. For counters.
   * As with {@link #upsert} no other row is ever changed.
   *
   * @param table the table
   * @param key the primary key, or the columns of another unique index
   * @param amounts what to add, positive or negative: integers or BigDecimal
   * @return the write
   */
  static Write add(String table, Map<String, ?> key, Map<String, ? extends Number> amounts) {
    return RowWrite.of(RowWrite.Operation.ADD, table, key, amounts);
  }

  /**
   * Adds to the columns of a row. If there is no such row, nothing happens. For stocks and
   * balances: a check constraint sees only the sum.
   *
   * @param table the table
   * @param key the primary key
   * @param amounts what to add, positive or negative: integers or BigDecimal
   * @return the write
   */
  static Write addToExisting(
      String table, Map<String, ?> key, Map<String, ? extends Number> amounts) {
    return RowWrite.of(RowWrite.Operation.ADD_EXISTING, table, key, amounts);
  }

  /**
   * One SQL statement that writes, executed as it is. Nothing is merged with it or moved past it.
   *
   * @param orderingKey what orders it, 1 to 500 characters
   * @param text one INSERT, UPDATE, DELETE, REPLACE or MERGE in the database's dialect with {@code
   *     ?} for parameters. DDL and transaction statements would end the applier's transaction and
   *     are refused, as are several statements in one text: here where no dialect takes it for one,
   *     by the applier, which parks it, where its session does not
   * @param parameters their values
   * @return the write
   */
  static Write sql(String orderingKey, String text, @Nullable Object... parameters) {
    return SqlWrite.of(orderingKey, text, parameters);
  }

  /**
   * Writes that take effect together or not at all, in their order.
   *
   * @param orderingKey what orders the group; the keys of the single writes do not count
   * @param writes 1 to 100 writes, none of them a group
   * @return the group
   */
  static Write atomically(String orderingKey, List<? extends Write> writes) {
    return new WriteGroup(orderingKey, List.copyOf(writes));
  }
}
