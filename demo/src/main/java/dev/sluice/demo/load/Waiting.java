package dev.sluice.demo.load;

import dev.sluice.core.Ticker;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How a worker waits for the moment of its arrival; replaced in tests, which move time themselves.
 */
@FunctionalInterface
interface Waiting {
  /** Longest sleep, so that a wish to stop is seen soon. */
  long SLICE_NANOS = 50_000_000;

  /** Returns when the ticker has reached a reading, or somebody wants to stop. */
  void until(long reading, Ticker ticker, BooleanSupplier stop);

  static Waiting parked() {
    return (reading, ticker, stop) -> {
      long left = reading - ticker.nanos();
      while (left > 0 && !stop.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(Math.min(left, SLICE_NANOS));
        left = reading - ticker.nanos();
      }
    };
  }
}
