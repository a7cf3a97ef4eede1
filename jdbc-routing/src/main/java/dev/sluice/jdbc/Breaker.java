package dev.sluice.jdbc;

import dev.sluice.jdbc.ClusterConfig.Ejection;
import java.util.random.RandomGenerator;

/**
 * Circuit breaker of a replica. Closed, it counts failures of the node in a row; at the limit, or
 * when a probe fails, it opens. Open, the replica takes no reads and is probed when the time is
 * over, twice as long each time; a probe that succeeds closes it. It forgets how often it has
 * opened once it has been closed for as long as it was open last. Guarded by its server.
 */
final class Breaker {
  private static final double JITTER = 0.2;

  private final Ejection limits;
  private final RandomGenerator random;
  private int failures;
  private int openings;
  private boolean open;
  private long openNanos;
  private long changedNanos;

  Breaker(Ejection limits, RandomGenerator random) {
    this.limits = limits;
    this.random = random;
  }

  boolean open() {
    return open;
  }

  /** How long until a probe is due; 0 or less: now. Only while open. */
  long untilProbe(long now) {
    return changedNanos + openNanos - now;
  }

  void requestFailed(long now) {
    failures++;
    if (!open && failures >= limits.failures()) {
      trip(now);
    }
  }

  void requestSucceeded() {
    failures = 0;
  }

  void probeFailed(long now) {
    trip(now);
  }

  void probeSucceeded(long now) {
    if (open && untilProbe(now) <= 0) {
      open = false;
      failures = 0;
      changedNanos = now;
    } else if (!open && openings > 0 && now - changedNanos > openNanos) {
      openings = 0;
    }
  }

  private void trip(long now) {
    double doubled = limits.minimum().toNanos() * Math.pow(2, Math.min(openings, 30));
    double base = Math.min(doubled, (double) limits.maximum().toNanos());
    openNanos = (long) (base * (1 + JITTER * (2 * random.nextDouble() - 1)));
    openings++;
    open = true;
    failures = 0;
    changedNanos = now;
  }
}
