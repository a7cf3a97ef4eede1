package dev.sluice.jdbc;

import java.sql.SQLTransientConnectionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * How many reads that no replica can take the primary answers at once, and no more. Safe for use by
 * several threads.
 */
final class FallbackCap {
  private final int limit;
  private final Supplier<SQLTransientConnectionException> refusal;
  private final AtomicInteger inFlight = new AtomicInteger();

  FallbackCap(int limit, Supplier<SQLTransientConnectionException> refusal) {
    this.limit = limit;
    this.refusal = refusal;
  }

  boolean full() {
    return inFlight.get() >= limit;
  }

  void enter() throws SQLTransientConnectionException {
    if (inFlight.incrementAndGet() > limit) {
      inFlight.decrementAndGet();
      throw refusal.get();
    }
  }

  void leave() {
    inFlight.decrementAndGet();
  }
}
