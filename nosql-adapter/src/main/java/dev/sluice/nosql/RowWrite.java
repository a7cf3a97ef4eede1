package dev.sluice.nosql;

import org.jspecify.annotations.Nullable;

/** One attempt to write a row. For authors of stores. */
public sealed interface RowWrite {
  /**
   * The row.
   *
   * @return the key's columns
   */
  Object[] key();

  /**
   * Who writes.
   *
   * @return id of the request, stored with the row
   */
  String writer();

  /**
   * Writes all values; version + 1, or 1 for a new row; ends a tombstone; keeps remembered
   * requests. {@link Expect#ANY}: condition is that {@code writer} was not the last writer. {@link
   * Expect#ABSENT}: no row, not even a tombstone. A version: that version, no tombstone.
   *
   * @param key the key's columns
   * @param values the value's columns
   * @param expect the condition
   * @param writer id of the request
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a copy for every write would cost
  record Put(Object[] key, @Nullable Object[] values, Expect expect, String writer)
      implements RowWrite {}

  /**
   * Writes all values over a tombstone; version + 1. Condition: a tombstone of that version. Bound
   * to the version, since an attempt that arrives late must not undo a deletion.
   *
   * @param key the key's columns
   * @param values the value's columns
   * @param version the tombstone's version
   * @param writer id of the request
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a copy for every write would cost
  record Revive(Object[] key, @Nullable Object[] values, long version, String writer)
      implements RowWrite {}

  /**
   * Makes the row a tombstone; version + 1. Condition: there is a row and no tombstone, and the
   * version if one is expected.
   *
   * @param key the key's columns
   * @param expect {@link Expect#ANY} or a version
   * @param writer id of the request
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a copy for every write would cost
  record Delete(Object[] key, Expect expect, String writer) implements RowWrite {}

  /**
   * Adds to a number, null being 0; version + 1; remembers the writer. Condition: there is a row
   * and no tombstone, its version is within the bounds, the writer is not among the remembered ones
   * nor among the withdrawn, and the number is within the bounds.
   *
   * @param key the key's columns
   * @param addition what to add under which bounds
   * @param writer id of the request
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a copy for every write would cost
  record Add(Object[] key, Addition addition, String writer) implements RowWrite {}

  /**
   * Makes sure that an addition is never made, however late its attempts arrive: remembers the
   * writer as withdrawn; version + 1; changes no value. Condition: there is a row and no tombstone,
   * its version is within the bounds of the addition, and the writer is neither remembered nor
   * withdrawn.
   *
   * @param key the key's columns
   * @param addition the addition that was tried
   * @param writer id of its request
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a copy for every write would cost
  record Withdraw(Object[] key, Addition addition, String writer) implements RowWrite {}

  /**
   * An addition.
   *
   * @param column index of the value's column
   * @param delta what to add
   * @param lowest least number before the addition
   * @param highest greatest number before the addition
   * @param fromVersion least version of the row
   * @param belowVersion greater than the version of the row
   */
  record Addition(
      int column, long delta, long lowest, long highest, long fromVersion, long belowVersion) {
    Addition(int column, long delta, long lowest, long highest) {
      this(column, delta, lowest, highest, 0, Long.MAX_VALUE);
    }

    Addition within(long from, long below) {
      return new Addition(column, delta, lowest, highest, from, below);
    }
  }
}
