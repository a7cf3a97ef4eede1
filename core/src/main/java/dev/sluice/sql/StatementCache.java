package dev.sluice.sql;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Scanned statements by text, so that a known text costs a lookup. Bounded twice. By number: there
 * is a fixed number of slots, each text has one, a new text replaces the old one of its slot; texts
 * longer than 16,384 characters are scanned each time. And by memory: what is kept takes about 16
 * MiB at the most (up to twice that where texts have characters outside of Latin-1), what would be
 * more empties other slots in turn. So texts with inlined literals cannot make it grow, they only
 * make it less useful. Safe for use by several threads, without locks; a lookup allocates nothing.
 */
public final class StatementCache {
  static final long BUDGET = 16 << 20;
  private static final int LONGEST = 16_384;
  private final AtomicReferenceArray<@Nullable Entry> slots;
  private final int mask;

  /** Bytes that the entries in the slots take, about. */
  private final AtomicLong retained = new AtomicLong();

  /** The slot that is emptied next. */
  private final AtomicInteger hand = new AtomicInteger();

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
      put(slot, new Entry(mode, statement, statement.weight()));
      while (retained.get() > BUDGET) {
        put(hand.getAndIncrement() & mask, null);
      }
    }
    return statement;
  }

  /** Whoever takes an entry out of its slot subtracts its weight, so each is subtracted once. */
  private void put(int slot, @Nullable Entry entry) {
    Entry old = slots.getAndSet(slot, entry);
    if (entry != null) {
      retained.addAndGet(entry.weight);
    }
    if (old != null) {
      retained.addAndGet(-old.weight);
    }
  }

  /** Bytes that the entries take, about: as it is counted, and as it is. */
  long[] retained() {
    long sum = 0;
    for (int i = 0; i <= mask; i++) {
      Entry entry = slots.get(i);
      sum += entry == null ? 0 : entry.weight;
    }
    return new long[] {retained.get(), sum};
  }

  private record Entry(LexerMode mode, SqlStatement statement, long weight) {}
}
