package dev.sluice.jdbc;

import java.util.Arrays;

/**
 * Fingerprints of statements that looked like reads and were refused by a read-only node. Grows
 * only, to 1,024 at the most; safe for use by several threads, a look-up takes no lock.
 */
final class LearnedWrites {
  private static final int MOST = 1024;
  private volatile long[] sorted = {};

  boolean contains(long fingerprint) {
    long[] known = sorted;
    return known.length > 0 && Arrays.binarySearch(known, fingerprint) >= 0;
  }

  synchronized void add(long fingerprint) {
    if (sorted.length < MOST && !contains(fingerprint)) {
      long[] more = Arrays.copyOf(sorted, sorted.length + 1);
      more[sorted.length] = fingerprint;
      Arrays.sort(more);
      sorted = more;
    }
  }
}
