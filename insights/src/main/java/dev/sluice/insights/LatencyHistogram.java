package dev.sluice.insights;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts durations in logarithmic buckets, four to each power of two, so a percentile is off by at
 * most a fifth. Covers 1 ns to 2^42 ns (73 minutes); what lies outside counts in the first or last
 * bucket. Safe for use by several threads; a record is one atomic increment and allocates nothing.
 */
final class LatencyHistogram {
  private static final int BITS = 42;
  private final AtomicLongArray counts = new AtomicLongArray(BITS * 4);

  void record(long nanos) {
    counts.incrementAndGet(bucket(nanos));
  }

  static int bucket(long nanos) {
    if (nanos < 4) {
      return (int) Math.max(0, nanos);
    }
    int power = 63 - Long.numberOfLeadingZeros(nanos);
    int quarter = (int) (nanos >>> (power - 2)) & 3;
    return Math.min(power * 4 + quarter, BITS * 4 - 1);
  }

  /** The largest duration that counts in a bucket. */
  static long upperBound(int bucket) {
    if (bucket < 8) {
      return Math.min(bucket, 3);
    }
    int power = bucket / 4;
    long quarter = 1L << (power - 2);
    return (1L << power) + quarter * (bucket % 4 + 1) - 1;
  }

  /**
   * The duration in nanoseconds that a share of the recorded ones does not exceed; 0 if there are
   * none.
   */
  long percentile(double share) {
    long total = 0;
    for (int i = 0; i < counts.length(); i++) {
      total += counts.get(i);
    }
    long wanted = (long) Math.ceil(total * share);
    long seen = 0;
    for (int i = 0; i < counts.length() && total > 0; i++) {
      seen += counts.get(i);
      if (seen >= wanted) {
        return upperBound(i);
      }
    }
    return 0;
  }
}
