package dev.sluice.jdbc;

import java.time.Duration;

/** Whether a replica is too far behind, with hysteresis. Guarded by its server. */
final class LagGate {
  private final long limitNanos;
  private boolean lagging;

  LagGate(Duration maximumLag) {
    limitNanos = maximumLag.toNanos();
  }

  /**
   * Judges anew: out over the limit, in again below half of it.
   *
   * @param behindNanos for how long it is known to be behind; 0 if it is not
   */
  boolean lagging(long behindNanos) {
    lagging = behindNanos > (lagging ? limitNanos / 2 : limitNanos);
    return lagging;
  }
}
