package dev.sluice.demo.load;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Latencies of one kind of operation, from the intended arrival on. Safe for use by several
 * threads.
 */
public final class Latency {
  private static final long LONGEST_MICROS = 120_000_000;

  private final Histogram micros = new ConcurrentHistogram(LONGEST_MICROS, 3);

  void record(long nanos) {
    micros.recordValue(Math.max(0, Math.min(LONGEST_MICROS, nanos / 1_000)));
  }

  /**
   * How many were measured.
   *
   * @return a count
   */
  public long count() {
    return micros.getTotalCount();
  }

  /**
   * A percentile.
   *
   * @param percentile 0 to 100
   * @return milliseconds; 0 if nothing was measured
   */
  public double millis(double percentile) {
    return micros.getTotalCount() == 0 ? 0 : micros.getValueAtPercentile(percentile) / 1_000.0;
  }
}
