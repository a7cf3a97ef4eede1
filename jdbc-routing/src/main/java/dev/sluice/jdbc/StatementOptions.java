package dev.sluice.jdbc;

import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The settings of a statement that differ from the defaults; made when the first one is set. */
final class StatementOptions {
  private static final int UNSET = Integer.MIN_VALUE + 1;

  int fetchSize = UNSET;
  int fetchDirection = UNSET;
  int maxFieldSize = UNSET;
  long maxRows = UNSET;
  boolean largeMaxRows;
  int queryTimeout = UNSET;
  @Nullable Boolean escapeProcessing;
  @Nullable Boolean poolable;
  @Nullable String cursorName;

  /** Which generated keys it is asked for; these are given when it is made, or with the text. */
  @Nullable Keys keys;

  static boolean set(int value) {
    return value != UNSET;
  }

  /**
   * Sets everything on a physical statement.
   *
   * @param streams whether results may come in parts
   */
  void apply(Statement physical, boolean streams) throws SQLException {
    if (fetchSize != UNSET && streams) {
      physical.setFetchSize(fetchSize);
    }
    if (fetchDirection != UNSET) {
      physical.setFetchDirection(fetchDirection);
    }
    if (maxFieldSize != UNSET) {
      physical.setMaxFieldSize(maxFieldSize);
    }
    if (maxRows != UNSET) {
      // Not every driver has the large form.
      if (largeMaxRows && maxRows > Integer.MAX_VALUE) {
        physical.setLargeMaxRows(maxRows);
      } else {
        physical.setMaxRows((int) maxRows);
      }
    }
    if (queryTimeout != UNSET) {
      physical.setQueryTimeout(queryTimeout);
    }
    if (escapeProcessing != null) {
      physical.setEscapeProcessing(escapeProcessing);
    }
    if (poolable != null) {
      physical.setPoolable(poolable);
    }
    if (cursorName != null) {
      physical.setCursorName(cursorName);
    }
  }
}
