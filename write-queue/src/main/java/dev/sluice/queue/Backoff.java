package dev.sluice.queue;

import java.util.random.RandomGenerator;

/** Waits that double up to a limit, with jitter. */
final class Backoff {
  private final long first;
  private final long longest;
  private final RandomGenerator random;
  private int failures;

  Backoff(long firstNanos, long longestNanos, RandomGenerator random) {
    this.first = firstNanos;
    this.longest = longestNanos;
    this.random = random;
  }

  /** Nanoseconds to wait after one more failure: between half of the step and all of it. */
  long next() {
    long step = Math.min(longest, first << Math.min(failures, 20));
    failures++;
    return step / 2 + random.nextLong(step / 2 + 1);
  }

  int failures() {
    return failures;
  }
}
