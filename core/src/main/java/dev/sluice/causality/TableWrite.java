package dev.sluice.causality;

import java.util.List;
import java.util.Map;

/**
 * What one statement of a transaction wrote in one table, as far as it is known.
 *
 * @param table last identifier of the table's name, lower case; {@code "*"} when it is not known
 *     which tables were written
 * @param keys for a column (lower case): values of which every written row, before and after the
 *     write, has one in this column. A column that is not here may have any value. Values are as
 *     bound or as written in the statement's text
 */
public record TableWrite(String table, Map<String, List<Object>> keys) {
  /** Name that stands for every table. */
  public static final String ANY_TABLE = "*";

  /** Copies the map. */
  public TableWrite {
    keys = Map.copyOf(keys);
  }

  /**
   * A write of unknown rows.
   *
   * @param table the table
   * @return a write that may have touched any row
   */
  public static TableWrite anyRow(String table) {
    return new TableWrite(table, Map.of());
  }
}
