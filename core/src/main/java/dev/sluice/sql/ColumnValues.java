package dev.sluice.sql;

import java.util.List;

/**
 * What a statement's text proves about the rows of one table that it reads or writes: every such
 * row has one of these values in this column. For UPDATE and DELETE it comes from a conjunct {@code
 * column = ?} or {@code column IN (?, ...)} of the WHERE clause; for INSERT it is the list of
 * values given for the column, one for each row. A server may store something else than what is
 * given: MySQL and MariaDB put the next number in place of a 0 in an AUTO_INCREMENT column.
 *
 * @param table name of the table, last identifier, lower case
 * @param column name of the column, lower case
 * @param values the values, not empty
 */
public record ColumnValues(String table, String column, List<Operand> values) {
  /** Copies the list. */
  public ColumnValues {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("values: must not be empty");
    }
  }
}
