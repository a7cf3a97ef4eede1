package dev.sluice.core;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A ticker for tests that moves only when told to. Safe for use by several threads; readings never
 * go backwards.
 */
public final class ManualTicker implements Ticker {
  private final AtomicLong nanos = new AtomicLong();

  /** A ticker that starts at zero. */
  public ManualTicker() {}

  @Override
  public long nanos() {
    return nanos.get();
  }

  /**
   * Moves time forward.
   *
   * @param step how far; must not be negative
   * @return this ticker
   */
  public ManualTicker advance(Duration step) {
    if (step.isNegative()) {
      throw new IllegalArgumentException("step: time does not go back, got " + step);
    }
    nanos.addAndGet(step.toNanos());
    return this;
  }
}
