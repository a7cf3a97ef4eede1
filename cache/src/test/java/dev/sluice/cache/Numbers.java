package dev.sluice.cache;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A table of numbers, as the checker uses it. */
interface Numbers {
  /** Writes a row in a transaction of its own; the cache may or may not see its key. */
  void write(long key, @Nullable Long value, boolean keyVisible) throws SQLException;

  /** Reads a row outside of any transaction. */
  @Nullable Long read(long key) throws SQLException;
}
