package dev.sluice.sql;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Scanned statements by text, so that a known text costs a lookup. Bounded: a fixed number of
 * slots, each text has one, a new text replaces the old one of its slot; texts longer than 16,384
 * characters are scanned each time. So texts with inlined literals cannot make it grow, they only
 * make it less useful. Safe for use by several threads, without locks; a lookup allocates nothing.
 */
public final class StatementCache {
  private static final int LONGEST = 16_384;
  private final AtomicReferenceArray<Entry> slots;
  private final int mask;

  /**
   * A cache.
   *
   * @param slots how many texts at the most, 16 to 65,536; rounded up to a power of two
   */
  public StatementCache(int slots) {
    if (slots < 16 || slots > 65_536) {
      throw new IllegalArgumentException("slots: must be 16 to 65536, got " + slots);
    }
    int size = Integer.highestOneBit(slots - 1) << 1;
    this.slots = new AtomicReferenceArray<>(size);
    this.mask = size - 1;
  }

  /**
   * The statement of a text, scanned now if it is not known.
   *
   * @param sql the text
   * @param mode how the session cuts text into tokens
   * @return the statement
   */
  public SqlStatement get(String sql, LexerMode mode) {
    int hash = sql.hashCode();
    int slot = (hash ^ (hash >>> 16)) & mask;
    Entry entry = slots.getAcquire(slot);
    if (entry != null
        && (entry.mode == mode || entry.mode.equals(mode))
        && entry.statement.sql().equals(sql)) {
      return entry.statement;
    }
    SqlStatement statement = SqlScanner.scan(sql, mode);
    if (sql.length() <= LONGEST) {
      slots.setRelease(slot, new Entry(mode, statement));
    }
    return statement;
  }

  private record Entry(LexerMode mode, SqlStatement statement) {}
}
