package dev.sluice.cache;

/** How the database compares a key column of text. */
public enum TextKeys {
  /**
   * Perhaps without regard to case, accents and trailing spaces, as MySQL's default collations do.
   * Keys that are not printable ASCII are not cached, and writes of such keys invalidate the whole
   * cache. The default.
   */
  FOLDED,
  /**
   * Byte by byte: a binary collation, PostgreSQL's {@code text} with a deterministic one. Wrong for
   * a column whose collation says otherwise: entries would then stay stale.
   */
  EXACT
}
