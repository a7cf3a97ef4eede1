package dev.sluice.sql;

import java.util.Locale;

/**
 * A table of ASCII words, found in SQL text without regard to case and without making a string.
 * Open addressing at a load of a quarter, so that a word that is not in it, the usual case, mostly
 * costs one look. Not changed after its construction.
 */
final class WordTable {
  private final String[] words;
  private final int[] hashes;
  private final int[] values;

  WordTable(int size) {
    int slots = Integer.highestOneBit(Math.max(4, size) * 4 - 1) << 1;
    words = new String[slots];
    hashes = new int[slots];
    values = new int[slots];
  }

  /** Adds a word with a value of at least 0; a later value replaces an earlier one. */
  void put(String word, int value) {
    String lower = word.toLowerCase(Locale.ROOT);
    int hash = hash(lower, 0, lower.length());
    int slot = slot(hash);
    while (words[slot] != null && !words[slot].equals(lower)) {
      slot = (slot + 1) & (words.length - 1);
    }
    words[slot] = lower;
    hashes[slot] = hash;
    values[slot] = value;
  }

  /** The value of the word between two positions, or -1. */
  int find(String sql, int start, int end, int hash) {
    int slot = slot(hash);
    while (words[slot] != null) {
      if (hashes[slot] == hash && matches(words[slot], sql, start, end)) {
        return values[slot];
      }
      slot = (slot + 1) & (words.length - 1);
    }
    return -1;
  }

  /** The hash that {@link #find} wants: of the characters with the bit of lower case set. */
  static int hash(String sql, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = hash * 31 + (sql.charAt(i) | 0x20);
    }
    return hash;
  }

  private int slot(int hash) {
    return ((hash * 0x9E3779B9) >>> 16) & (words.length - 1);
  }

  private static boolean matches(String word, String sql, int start, int end) {
    if (word.length() != end - start) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      char c = sql.charAt(start + i);
      char lower = c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
      if (lower != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
