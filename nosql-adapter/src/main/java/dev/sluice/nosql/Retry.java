package dev.sluice.nosql;

import dev.sluice.core.Ticker;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often and how long calls are repeated: until the budget is used up, with full jitter between
 * half and all of a delay that doubles. Immutable and safe for use by several threads.
 *
 * @param budget longest time from the first attempt to the start of the last
 * @param firstDelay delay before the second attempt
 * @param longestDelay the delay grows up to this
 * @param ticker the time
 * @param pause how to wait
 */
public record Retry(
    Duration budget, Duration firstDelay, Duration longestDelay, Ticker ticker, Pause pause) {
  /** Checks the components. */
  public Retry {
    if (budget.isNegative() || budget.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("retryBudget: must be 0 to 1 h, got " + budget);
    }
    if (firstDelay.isNegative() || firstDelay.isZero() || longestDelay.compareTo(firstDelay) < 0) {
      throw new IllegalArgumentException("retryDelay: must be positive and not above the longest");
    }
  }

  /** Waits. */
  @FunctionalInterface
  public interface Pause {
    /**
     * Waits.
     *
     * @param nanos how long
     * @throws InterruptedException if interrupted
     */
    void await(long nanos) throws InterruptedException;
  }

  /**
   * The usual: delays of 20 ms to 1 s.
   *
   * @param budget longest time from the first attempt to the start of the last, 0 to 1 h; 0 means
   *     no repetition
   * @return the policy
   */
  public static Retry within(Duration budget) {
    return new Retry(
        budget,
        Duration.ofMillis(20),
        Duration.ofSeconds(1),
        Ticker.system(),
        java.util.concurrent.TimeUnit.NANOSECONDS::sleep);
  }

  Attempts start() {
    return new Attempts(this);
  }

  /** The attempts of one call; used by one thread. */
  static final class Attempts {
    private final Retry retry;
    private final long started;
    private int made = 1;
    private int delays;

    private Attempts(Retry retry) {
      this.retry = retry;
      this.started = retry.ticker.nanos();
    }

    /** Waits before the next attempt; false if there must be none. */
    boolean next() {
      long delay =
          Math.min(
              retry.longestDelay.toNanos(), retry.firstDelay.toNanos() << Math.min(delays, 20));
      long jittered = delay / 2 + ThreadLocalRandom.current().nextLong(delay / 2 + 1);
      if (retry.ticker.nanos() - started + jittered > retry.budget.toNanos()) {
        return false;
      }
      try {
        retry.pause.await(jittered);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      made++;
      delays++;
      return true;
    }

    /** A round made progress: what follows is not yet a repetition. */
    void progress() {
      delays = 0;
    }

    @Override
    public String toString() {
      long elapsed = (retry.ticker.nanos() - started) / 1_000_000;
      return "after " + elapsed + " ms/" + retry.budget.toMillis() + " ms (" + made + " attempts)";
    }
  }
}
